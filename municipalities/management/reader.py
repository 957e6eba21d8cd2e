"""Naming one reader on the command line: by address as told on the telephone, or by number."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet

from municipalities.domain.addresses import AddressProblem, normalise_email
from municipalities.domain.words import EndpointKind
from municipalities.models import Municipality, Subscription
from municipalities.services.endpoints import address_key


def add_reader(parser: CommandParser) -> None:
    """``--municipality`` and exactly one of ``--subscription``, ``--email``, ``--line``."""
    parser.add_argument("--municipality", metavar="SLUG", required=True)
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--subscription", type=int, metavar="N")
    who.add_argument("--email", metavar="ADDRESS")
    who.add_argument("--line", metavar="USER_ID")


def subscriptions_named(
    municipality: Municipality, options: dict[str, Any]
) -> QuerySet[Subscription]:
    """That reader's subscriptions. Inside ``in_municipality`` only.

    Raises:
        CommandError: the address cannot be one, or nobody here has it.
    """
    found = _found(municipality, options).order_by("pk")
    if not found.exists():
        raise CommandError(
            f"{municipality.name}には、その読者の登録がありません。"
            " / No such reader in this municipality."
        )
    return found


def _found(municipality: Municipality, options: dict[str, Any]) -> QuerySet[Subscription]:
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
