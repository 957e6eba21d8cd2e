"""Give a municipality the sign its pages show: ``manage.py set_logo --municipality SLUG FILE``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from municipalities.domain.png import PictureProblem, check_png
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality


class Command(BaseCommand):
    help = "Set the logo on a municipality's pages from a PNG file, or take it away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", metavar="SLUG", required=True)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a PNG file")
        what.add_argument("--none", action="store_true", help="show no logo any more")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise CommandError(
                f"「{options['municipality']}」という自治体はありません。"
                f" / There is no municipality {options['municipality']!r}."
            )
        picture = b"" if options["none"] else _picture(options["file"])
        with in_municipality(municipality.pk):
            Municipality.objects.filter(pk=municipality.pk).update(logo=picture)
        self.stdout.write(
            f"{municipality.name}のページにロゴを表示します。5分以内に変わります。"
            if picture
            else f"{municipality.name}のページのロゴを外しました。5分以内に変わります。"
        )


def _picture(file: Path) -> bytes:
    """Raises ``CommandError`` with one sentence for a file that cannot be a logo."""
    try:
        picture = file.read_bytes()
    except OSError as error:
        raise CommandError(
            f"{file} を開けません（{error.strerror}）。 / Cannot open {file}: {error.strerror}."
        ) from None
    try:
        check_png(picture)
    except PictureProblem as problem:
        raise CommandError(f"{file}: {problem.message_ja} / {problem.message_en}") from None
    return picture
