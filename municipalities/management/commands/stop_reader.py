"""Stop a reader who called: ``manage.py stop_reader --municipality SLUG --email A``.

No reason is asked and none is kept. Nothing that is not handed over yet goes out.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from municipalities.management.reader import add_reader, subscriptions_named
from municipalities.models import Municipality
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality


class Command(BaseCommand):
    help = "Stop a reader's texts at once, on the reader's word to the office."

    def add_arguments(self, parser: CommandParser) -> None:
        add_reader(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise CommandError(
                f"「{options['municipality']}」という自治体はありません。"
                f" / There is no municipality {options['municipality']!r}."
            )
        with in_municipality(municipality.pk):
            running = list(subscriptions_named(municipality, options).filter(stopped_at=None))
            for subscription in running:
                stop_subscription(subscription.pk, source="office")
        self.stdout.write(
            f"{municipality.name}: {len(running)}件の配信を止めました。これから先は届きません。"
            if running
            else f"{municipality.name}: すでに止まっています。"
        )
