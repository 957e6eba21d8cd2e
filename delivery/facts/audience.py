"""AU: the active readers at the end of a day, counted from spans."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

import delivery
from delivery.facts.stretches import as_arrays, stretches
from delivery.models import AudienceFact
from kizuna.lib import clock, sqlfile
from municipalities.models import Municipality

KEPT = timedelta(days=62)
"""So long daily figures are kept: two months. What lasts are the ends of months."""

_KEEP = """
INSERT INTO delivery_audiencefact
    (municipality_id, "on", dimension, value, readers, subscriptions, courses, children)
SELECT %(municipality)s, %(on)s, counted.* FROM ({}) AS counted
"""


class Counted(NamedTuple):
    """One line of figures. ``children`` are those expected in a pregnancy too."""

    dimension: str
    value: str
    readers: int
    subscriptions: int
    courses: int
    children: int


def end_of(on: date) -> datetime:
    """The first moment that is no longer this day in Japan."""
    return clock.at(on + timedelta(days=1), time.min)


def statement() -> str:
    """The question itself; whoever keeps its answer wraps an INSERT around it."""
    return sqlfile.load(delivery.__file__, "facts_audience")


def parameters(municipality: Municipality, on: date, last_birthday: int) -> dict[str, Any]:
    """What the question needs to know of the day."""
    arrays = as_arrays(stretches(on, last_birthday))
    return {"municipality": municipality.pk, "on": on, "moment": end_of(on), **arrays}


def count(municipality: Municipality, on: date, last_birthday: int | None = None) -> list[Counted]:
    """The active readers when that day ended. Inside ``in_municipality``; writes nothing.

    ``last_birthday``: up to which birthday texts went then, where it is not today's.
    """
    upto = municipality.last_birthday if last_birthday is None else last_birthday
    with connection.cursor() as cursor:
        cursor.execute(statement(), parameters(municipality, on, upto))
        return sorted(Counted(*row) for row in cursor.fetchall())


def rebuild(municipality: Municipality, on: date) -> None:
    """The day's AudienceFact, by delete and insert. Inside ``in_municipality``."""
    with transaction.atomic():
        AudienceFact.objects.filter(on=on).delete()
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP.format(statement()), parameters(municipality, on, municipality.last_birthday)
            )


def forget_before(on: date) -> None:
    """Inside ``in_municipality``: days older than ``KEPT`` go."""
    AudienceFact.objects.filter(on__lt=on - KEPT).delete()
