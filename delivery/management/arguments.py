"""Arguments that several commands share, with their sentences."""

from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import CommandError, CommandParser

from kizuna.lib import clock
from municipalities.domain.words import Service
from municipalities.models import Municipality


def day(text: str) -> date:
    """A date written as 2026-11-25, or ``today``."""
    if text == "today":
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"「{text}」という日付は読めません。2026-11-25 のように書きます。"
            f" / {text!r} is no date; write it as 2026-11-25."
        ) from None


def add_day(parser: CommandParser) -> None:
    """``--date``; today where it is left out."""
    parser.add_argument("--date", type=day, default=clock.today(), help="2026-11-25, or today")


def chosen_municipalities(slug: str | None) -> list[Municipality]:
    """That one, or all that are live.

    Raises:
        CommandError: there is none of that name.
    """
    if slug is None:
        return list(Municipality.objects.filter(service=Service.LIVE).order_by("pk"))
    return [municipality_named(slug)]


def municipality_named(slug: str) -> Municipality:
    """Raises CommandError, with the names there are, for an unknown one."""
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        names = ", ".join(Municipality.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(
            f"「{slug}」という自治体はありません。あるのは次のとおりです: {names or 'まだありません'}"
            f" / There is no municipality {slug!r}."
        )
    return found
