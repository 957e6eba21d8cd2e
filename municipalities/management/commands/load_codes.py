"""The register of local governments: ``manage.py load_codes``. May be repeated."""

from typing import Any

from django.core.management.base import BaseCommand

from municipalities.services.codes import AS_OF, SOURCE, load_codes


class Command(BaseCommand):
    help = "Load the state's register of local-government codes."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{SOURCE}（{AS_OF}現在）: {load_codes():,}件")
