"""The course laid out as grids: which stage stands where, and where a text is missing.

Weeks × days for a pregnancy, rows of seven for the first hundred days, then a row a month. How often
texts come is not written here: it is read from the texts that are there.
"""

import calendar
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from statistics import median_high

from messages.domain.schedule import anchors_for, falls_on
from messages.domain.stage import FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY, Kind, Stage, Unit

LAST_DAY_AS_DAY = 100
FIRST_MONTH = 3
LAST_MONTH = 36
_MONTH_DAYS = 365.2425 / 12

Readers = Mapping[tuple[Kind, date], int]
"""How many readers have which anchor date."""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is the week, the first of seven days, or the month; None is no stage at all."""

    number: int
    stages: tuple[Stage | None, ...]


def pregnancy_rows() -> list[Row]:
    """Weeks 4 to 41, days 0 to 6."""
    return _sevens(Unit.PREGNANCY_DAY, FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY, 7)


def first_days_rows() -> list[Row]:
    """From the day of birth to day 100, seven in a row."""
    return _sevens(Unit.LIFE_DAY, 0, LAST_DAY_AS_DAY, 1)


def month_rows(filled: Iterable[Stage], last_birthday: int) -> list[Row]:
    """A month a row: its day, the birthday, then the days in between for which there are texts."""
    last = min(LAST_MONTH, last_birthday * 12)
    between: dict[int, list[Stage]] = {}
    for stage in sorted(filled):
        if stage.unit is Unit.LIFE_DAY and stage.number > LAST_DAY_AS_DAY:
            between.setdefault(int(stage.number / _MONTH_DAYS), []).append(stage)
    shown = range(FIRST_MONTH, last + 1)
    width = max((len(between.get(month, [])) for month in shown), default=0)
    return [_month_row(month, between.get(month, []), width) for month in shown]


def week_gaps(rows: Sequence[Row], filled: Collection[Stage]) -> frozenset[Stage]:
    """Where a row has fewer texts than the rows usually have: the places that are usually filled."""
    have = [sum(stage in filled for stage in row.stages) for row in rows]
    if not any(have):
        return frozenset()
    rhythm = max(1, median_high(have))
    usual = Counter(
        column for row in rows for column, stage in enumerate(row.stages) if stage in filled
    )
    found: list[Stage] = []
    for row, count in zip(rows, have, strict=True):
        empty = [c for c, stage in enumerate(row.stages) if stage and stage not in filled]
        empty.sort(key=lambda column: (-usual[column], column))
        found += [one for c in empty[: max(0, rhythm - count)] if (one := row.stages[c])]
    return frozenset(found)


def month_gaps(rows: Sequence[Row], filled: Collection[Stage]) -> frozenset[Stage]:
    """Months in which nothing at all arrives."""
    if not any(stage in filled for row in rows for stage in row.stages):
        return frozenset()
    told = {int(s.number / _MONTH_DAYS) for s in filled if s.unit is Unit.LIFE_DAY}
    return frozenset(
        one
        for row in rows
        if row.number not in told
        and not any(stage in filled for stage in row.stages)
        and (one := next((stage for stage in row.stages if stage), None))
    )


def met_within(stages: Iterable[Stage], readers: Readers, on: date, days: int) -> dict[Stage, date]:
    """Which of the stages a reader meets between ``on`` and ``days`` later, and the first day."""
    found: dict[Stage, date] = {}
    for stage in stages:
        for day in (on + timedelta(days=n) for n in range(days + 1)):
            if readers_at(stage, readers, day):
                found[stage] = day
                break
    return found


def readers_at(stage: Stage, readers: Readers, on: date) -> int:
    """How many readers meet the stage on that day."""
    return sum(readers.get((stage.kind, anchor), 0) for anchor in anchors_for(stage, on))


@cache
def span(stage: Stage) -> tuple[int, int]:
    """The first and the last day of pregnancy or life on which the stage can come."""
    if stage.unit in {Unit.PREGNANCY_DAY, Unit.LIFE_DAY}:
        return stage.number, stage.number
    days = [(falls_on(stage, anchor) - anchor).days for anchor in _anchors()]
    return min(days), max(days)


@cache
def _anchors() -> tuple[date, ...]:
    """The ends and the beginnings of months in four years: the shortest and the longest months."""
    return tuple(
        date(year, month, day)
        for year in range(2024, 2028)
        for month in range(1, 13)
        for day in (1, 28, calendar.monthrange(year, month)[1])
    )


def _sevens(unit: Unit, first: int, last: int, counted: int) -> list[Row]:
    return [
        Row(
            start // counted,
            tuple(Stage(unit, n) if n <= last else None for n in range(start, start + 7)),
        )
        for start in range(first, last + 1, 7)
    ]


def _month_row(month: int, between: Sequence[Stage], width: int) -> Row:
    years, rest = divmod(month, 12)
    birthday = None if rest else Stage(Unit.BIRTHDAY, years)
    # On a birthday the month's own text never comes: the rarer one is sent.
    own = None if birthday else Stage(Unit.LIFE_MONTH, month)
    return Row(month, (own, birthday, *between, *[None] * (width - len(between))))
