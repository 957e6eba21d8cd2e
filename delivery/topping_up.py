"""Who has joined since a day was planned? Asked of many municipalities in one round trip."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from delivery.planning import due_today
from messages.domain.schedule import falls_on
from messages.domain.stage import Kind, Stage, Unit

LAST_BIRTHDAY = 18
"""The highest that a municipality may set."""
AT_ONCE = 100
"""Municipalities in one transaction: their runs stay locked for half a second at most."""


def to_top_up(on: date, municipalities: Sequence[int]) -> list[int]:
    """Those where somebody due that day has no row yet; the others are noted as looked at.

    Left out are those that somebody looked at within the last nine minutes, or looks at now.
    """
    if not municipalities:
        return []
    due = due_today(on, LAST_BIRTHDAY)
    calendar: list[list[Any]] = [
        [kind.value for kind, _ in due],
        [anchor for _, anchor in due],
        [_least_last_birthday(kind, anchor, on) for kind, anchor in due],
    ]
    waiting: list[int] = []
    for at in range(0, len(municipalities), AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT delivery_to_top_up(%s, %s, %s, %s, %s)",
                [on, list(municipalities[at : at + AT_ONCE]), *calendar],
            )
            waiting += [row[0] for row in cursor.fetchall()]
    return waiting


def _least_last_birthday(kind: Kind, anchor: date, on: date) -> int:
    """The least last birthday of a municipality whose courses go as far as that day."""
    if kind is Kind.PREGNANCY:
        return 0
    birthdays = range(1, LAST_BIRTHDAY + 1)
    return next(n for n in birthdays if on <= falls_on(Stage(Unit.BIRTHDAY, n), anchor))
