"""When a course is over by the calendar: after the municipality's last birthday."""

import calendar
from datetime import date, timedelta

from messages.domain.schedule import falls_on
from messages.domain.stage import DUE_DAY, LAST_PREGNANCY_DAY, Stage, Unit


def graduates_on(birth: date, last_birthday: int) -> date:
    """The day of the last text."""
    return falls_on(Stage(Unit.BIRTHDAY, last_birthday), birth)


def latest_birth_graduated_by(day: date, last_birthday: int) -> date:
    """Who was born on that day or earlier had the last birthday on ``day`` or before it.

    The inverse of ``graduates_on`` for whole sets: ``birth <= latest`` is what SQL can compare.
    """
    year = day.year - last_birthday
    if (day.month, day.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def latest_due_date_over_by(day: date) -> date:
    """Due on that day or earlier, 41w6d was reached on ``day`` or before it."""
    return day - timedelta(days=LAST_PREGNANCY_DAY - DUE_DAY)
