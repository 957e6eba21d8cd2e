"""Why did, or didn't, a reader get a text: ``manage.py explain --municipality SLUG --email A``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from delivery.explain import explain
from delivery.management.arguments import add_day, municipality_named
from municipalities.management.reader import add_reader, subscriptions_named
from municipalities.tenancy.scope import in_municipality


class Command(BaseCommand):
    help = "Tell in a sentence what became of a reader's text on a day, and why."

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        add_reader(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = municipality_named(options["municipality"])
        with in_municipality(municipality.pk):
            for subscription in subscriptions_named(municipality, options):
                said = explain(municipality, subscription, options["date"])
                self.stdout.write(f"{options['date']} 登録{subscription.pk}: {said}")
