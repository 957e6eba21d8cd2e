"""Why did, or didn't, a reader get a text: ``manage.py explain --municipality SLUG --email A``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from delivery.explain import explain
from delivery.management.arguments import add_day, municipality_named
from municipalities.domain.addresses import AddressProblem, normalise_email
from municipalities.domain.words import EndpointKind
from municipalities.models import Municipality, Subscription
from municipalities.services.endpoints import address_key
from municipalities.tenancy.scope import in_municipality


class Command(BaseCommand):
    help = "Tell in a sentence what became of a reader's text on a day, and why."

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument("--municipality", metavar="SLUG", required=True)
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--subscription", type=int, metavar="N")
        who.add_argument("--email", metavar="ADDRESS")
        who.add_argument("--line", metavar="USER_ID")

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = municipality_named(options["municipality"])
        with in_municipality(municipality.pk):
            found = list(_subscriptions(municipality, options).order_by("pk"))
            if not found:
                raise CommandError(
                    f"{municipality.name}には、その読者の登録がありません。"
                    " / No such reader in this municipality."
                )
            for subscription in found:
                said = explain(municipality, subscription, options["date"])
                self.stdout.write(f"{options['date']} 登録{subscription.pk}: {said}")


def _subscriptions(municipality: Municipality, options: dict[str, Any]) -> QuerySet[Subscription]:
    subscriptions = Subscription.objects.select_related("reader")
    if options["subscription"]:
        return subscriptions.filter(pk=options["subscription"])
    kind, compared = EndpointKind.LINE, options["line"]
    if options["email"]:
        try:
            kind, compared = EndpointKind.EMAIL, normalise_email(options["email"]).key
        except AddressProblem as problem:
            raise CommandError(f"{problem.message_ja} / {problem.message_en}") from None
    key = address_key(kind, compared, municipality.pk)
    return subscriptions.filter(endpoint__kind=kind, endpoint__address_key=key)
