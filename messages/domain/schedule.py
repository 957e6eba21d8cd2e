"""From a due date or birth date to the day's stage, and back. The rule exists once, here.

``stage_on`` and ``falls_on`` look forward from one family's anchor date; ``anchors_for`` is their
inverse: whose day is it today? Planning asks only the inverse and hands its dates to SQL, so month
ends and leap days are never written a second time. Nothing here asks what day it is.
"""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from messages.domain.stage import (
    DUE_DAY,
    FIRST_PREGNANCY_DAY,
    LAST_PREGNANCY_DAY,
    Kind,
    Stage,
    Unit,
)

# Where two stages meet a child on one day, the rarer one is sent: a birthday beats a month, a month
# beats a day.
_RANK = {Unit.PREGNANCY_DAY: 0, Unit.LIFE_DAY: 0, Unit.LIFE_MONTH: 1, Unit.BIRTHDAY: 2}


def pregnancy_day(due: date, on: date) -> int:
    """Completed days since the first day of the last period; the due date is day 280."""
    return DUE_DAY - (due - on).days


def stage_on(kind: Kind, anchor: date, on: date) -> Stage | None:
    """The place of the day ``on`` in a course, or None outside it.

    None before 4w0d and after 41w6d (hold; never assume a birth), and before the day of birth.
    """
    if kind is Kind.PREGNANCY:
        number = pregnancy_day(anchor, on)
        if FIRST_PREGNANCY_DAY <= number <= LAST_PREGNANCY_DAY:
            return Stage(Unit.PREGNANCY_DAY, number)
        return None
    number = (on - anchor).days
    try:
        return Stage(Unit.LIFE_DAY, number)
    except ValueError:
        return None


def falls_on(stage: Stage, anchor: date) -> date:
    """The one day on which a course with this anchor meets the stage.

    Months end on the last day of a shorter month (Civil Code 143); a child born on 29 February is
    greeted on 1 March in common years.
    """
    match stage.unit:
        case Unit.PREGNANCY_DAY:
            return anchor + timedelta(days=stage.number - DUE_DAY)
        case Unit.LIFE_DAY:
            return anchor + timedelta(days=stage.number)
        case Unit.LIFE_MONTH:
            year, month = _month_after(anchor, stage.number)
            return date(year, month, min(anchor.day, _days_in(year, month)))
        case Unit.BIRTHDAY:
            year = anchor.year + stage.number
            if _is_leap_day(anchor) and not calendar.isleap(year):
                return date(year, 3, 1)
            return anchor.replace(year=year)


def anchors_for(stage: Stage, on: date) -> tuple[date, ...]:
    """Every anchor date that meets ``stage`` on this day, ascending: none, one, or some in a row.

    One month old on 28 February 2026 are children born 28–31 January; on 31 March nobody is.
    """
    match stage.unit:
        case Unit.PREGNANCY_DAY:
            return (on + timedelta(days=DUE_DAY - stage.number),)
        case Unit.LIFE_DAY:
            return (on - timedelta(days=stage.number),)
        case Unit.LIFE_MONTH:
            year, month = _month_after(on, -stage.number)
            last = _days_in(year, month)
            at_month_end = on.day == _days_in(on.year, on.month)
            days = range(on.day, last + 1) if at_month_end else range(on.day, min(on.day, last) + 1)
            return tuple(date(year, month, day) for day in days)
        case Unit.BIRTHDAY:
            year = on.year - stage.number
            if _is_leap_day(on):
                return (on.replace(year=year),) if calendar.isleap(year) else ()
            same = on.replace(year=year)
            if (on.month, on.day) == (3, 1) and calendar.isleap(year) > calendar.isleap(on.year):
                return (date(year, 2, 29), same)
            return (same,)


def due_stages(stages: Iterable[Stage], on: date) -> dict[tuple[Kind, date], Stage]:
    """Who gets which of ``stages`` on this day: one stage per kind and anchor date, never two."""
    due: dict[tuple[Kind, date], Stage] = {}
    for stage in stages:
        for anchor in anchors_for(stage, on):
            held = due.get((stage.kind, anchor))
            if held is None or _RANK[stage.unit] > _RANK[held.unit]:
                due[stage.kind, anchor] = stage
    return due


def _month_after(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return year, month + 1


def _days_in(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _is_leap_day(day: date) -> bool:
    return (day.month, day.day) == (2, 29)
