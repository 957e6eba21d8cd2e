"""What became of one reader's texts lately, for staff. Inside ``in_municipality``."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from delivery.domain.states import State
from kizuna.lib import clock
from kizuna.lib.sqlfile import load
from municipalities.models import Reader

DAYS = 30


@dataclass(frozen=True, slots=True)
class Due:
    """One text that was due: when, for which subscription, by which channel, and how it ended.

    ``edition`` is the number of its frozen words (None where they are gone), ``endpoint`` that of
    the subscription's present address; ``again`` tells whether it may be mailed there once more.
    """

    day: date
    subscription: int
    channel: str
    state: State
    reason: str
    subject: str
    edition: int | None
    endpoint: int
    again: bool


def lately(reader: Reader) -> list[Due]:
    """The last ``DAYS`` days, today among them, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            load(__file__, "reader_history"),
            {
                "municipality": reader.municipality_id,
                "reader": reader.pk,
                "today": clock.today(),
                "days": DAYS,
            },
        )
        return [
            Due(day, subscription, channel, State(state), reason, *rest)
            for day, subscription, channel, state, reason, *rest in cursor.fetchall()
        ]
