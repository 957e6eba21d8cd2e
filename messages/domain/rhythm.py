"""The standard course: the 533 places at which a text should come, from 4w0d to the third birthday.

Every day of pregnancy and up to day 100, then once in three days to the first birthday, once a week to the
second, once in two weeks to the third. A place after day 100 is a few days in a row; any text that
comes on one of them fills it, also that of a month or a birthday. A municipality may go on for longer:
later texts belong to no place, and none is ever missing there.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache

from messages.domain.block_words import limits, month_begins
from messages.domain.stage import FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY, Kind, Stage, Unit

LAST_BIRTHDAY = 3
_CHILD = ((100, 1), (364, 3), (728, 7), (1092, 14))
"""Until which day of life a text comes once in how many days. The stretches hold 101, 88, 52 and 26."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The days ``first`` to ``last`` of a pregnancy or a life. ``stage`` names it where no text stands
    there yet: its last day in the rhythm, so that day 100 is followed by day 103."""

    stage: Stage
    first: int
    last: int


def places() -> tuple[Place, ...]:
    """All of them in the order of life."""
    return _pregnancy() + _child()


def place_of(stage: Stage) -> Place | None:
    """The place that a text of this stage fills; None behind the end of the course.

    A month or a birthday counts as the day on which it comes in most years.
    """
    if stage.kind is Kind.PREGNANCY:
        return _pregnancy()[stage.number - FIRST_PREGNANCY_DAY]
    months = {Unit.LIFE_MONTH: 1, Unit.BIRTHDAY: 12}.get(stage.unit)
    day = month_begins(stage.number * months) if months else stage.number
    at = bisect_left(_child(), day, key=lambda place: place.last)
    return _child()[at] if at < len(_child()) else None


@cache
def _pregnancy() -> tuple[Place, ...]:
    days = range(FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY + 1)
    return tuple(Place(Stage(Unit.PREGNANCY_DAY, day), day, day) for day in days)


@cache
def _child() -> tuple[Place, ...]:
    found: list[Place] = []
    first = 0
    for until, every in _CHILD:
        ends = range(first + every - 1, until + 1, every)
        found += [Place(Stage(Unit.LIFE_DAY, end), end - every + 1, end) for end in ends]
        first = until + 1
    # The last one holds the birthday that ends the course.
    found[-1] = replace(found[-1], last=limits(Kind.CHILD, LAST_BIRTHDAY)[1])
    return tuple(found)
