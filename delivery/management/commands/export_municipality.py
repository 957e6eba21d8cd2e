"""``manage.py export_municipality SLUG FILE``: all data of one municipality as a zip."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from delivery.exporting import build
from municipalities.models import Municipality
from municipalities.services.audit import note
from municipalities.tenancy.scope import in_municipality


class Command(BaseCommand):
    help = "Write one municipality's data to a new zip file; addresses are readable in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", metavar="SLUG")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        slug, path = options["municipality"], options["file"]
        municipality = Municipality.objects.filter(slug=slug).first()
        if municipality is None:
            raise CommandError(f"「{slug}」という自治体はありません。 / no municipality {slug!r}.")
        with in_municipality(municipality.pk):
            made = build(municipality)
            try:
                with path.open("xb") as file:
                    file.write(made.content)
            except OSError as error:
                raise CommandError(
                    f"{path} に書けません（{error.strerror}）。別の名前にします。 / cannot write {path}."
                ) from error
            path.chmod(0o600)
            note(municipality, None, "data.exported", digest=made.digest[:16])
        for name, count in made.counts.items():
            self.stdout.write(f"{name:<22}{count:>10,}行")
        self.stdout.write(f"SHA-256 {made.digest}")
