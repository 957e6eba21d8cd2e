"""Give a leaflet, card or poster its own address: ``manage.py add_placement --municipality SLUG --name N``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from municipalities.models import Municipality, Placement
from municipalities.services.placements import add_placement, placement_url
from municipalities.tenancy.scope import in_municipality


class Command(BaseCommand):
    help = "Name one printed thing and print the address that goes on it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", required=True, help="the municipality's slug")
        parser.add_argument("--name", required=True, help="where it hangs or lies, for the figures")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise CommandError(
                f"「{options['municipality']}」という自治体はありません。"
                f" / There is no municipality {options['municipality']!r}."
            )
        name = options["name"].strip()
        longest = Placement._meta.get_field("name").max_length or 0
        if not 0 < len(name) <= longest:
            raise CommandError(
                f"--name は1文字から{longest}文字までで書きます。 / --name has 1 to {longest} letters."
            )
        with in_municipality(municipality.pk):
            placement = add_placement(municipality, name)
        self.stdout.write(placement_url(municipality, placement))
