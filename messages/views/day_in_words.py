"""Where a course stands today and when its next text comes, in the language of the page."""

from datetime import date, time

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from messages.domain.schedule import falls_on, pregnancy_day
from messages.domain.stage import Kind, Stage, Unit, week_day_label
from messages.models import BaseText
from municipalities.models import Municipality

DAYS_AS_DAYS = 100
"""So long a baby's age is told in days, as the texts come; afterwards in months and years."""


def in_english() -> bool:
    """Whether the page speaks English; else Japanese."""
    return (get_language() or "ja").startswith("en")


def stage_today(due_date: date | None, birth_date: date | None, on: date) -> str:
    """妊娠12週3日 for a pregnancy, 生後45日, 生後7か月, 1歳2か月 for a child.

    A pregnancy has a place from its first day on, before the first text and after the last one too.
    """
    if birth_date is None:
        day = pregnancy_day(_anchor(due_date, birth_date), on)
        if in_english():
            weeks, days = divmod(day, 7)
            return f"{weeks} week{'s'[: weeks != 1]} {days} day{'s'[: days != 1]} pregnant"
        return f"妊娠{week_day_label(day)}"
    days = (on - birth_date).days
    stage = Stage(Unit.LIFE_DAY, days)
    months = _months(birth_date, on)
    if days >= DAYS_AS_DAYS and months:
        stage = Stage(Unit.LIFE_MONTH, months)
    return stage.label_en if in_english() else stage.label_ja


def first_text_on(due_date: date | None, birth_date: date | None, since: date) -> date | None:
    """The first day from ``since`` on for which there is a text; None where there is none."""
    kind = Kind.CHILD if birth_date else Kind.PREGNANCY
    anchor = _anchor(due_date, birth_date)
    stages = {
        Stage(Unit(unit), number)
        for unit, number in BaseText.objects.filter(versions__isnull=False).values_list(
            "unit", "number"
        )
    }
    days = [falls_on(stage, anchor) for stage in stages if stage.kind is kind]
    return min((day for day in days if day >= since), default=None)


def first_text_words(
    municipality: Municipality, due_date: date | None, birth_date: date | None, tomorrow: date
) -> str:
    """When the first text arrives, for the page that says welcome."""
    day = first_text_on(due_date, birth_date, tomorrow)
    if day is None:
        return _("Texts arrive on the days they fit.")
    moment = hour_words(municipality.send_time)
    if day == tomorrow:
        return _("The first text arrives tomorrow at %(time)s.") % {"time": moment}
    return _("The first text arrives on %(day)s at %(time)s.") % {
        "day": date_format(day, "MONTH_DAY_FORMAT"),
        "time": moment,
    }


def hour_words(moment: time) -> str:
    """朝8時, 10時30分; 8 a.m. in English."""
    if in_english():
        return time_format(moment, "P")
    words = f"{moment.hour}時" + (f"{moment.minute}分" if moment.minute else "")
    return f"朝{words}" if 5 <= moment.hour < 10 else words


def _anchor(due_date: date | None, birth_date: date | None) -> date:
    anchor = birth_date or due_date
    if anchor is None:
        raise ValueError("A course has a due date or a birth date.")
    return anchor


def _months(birth: date, on: date) -> int:
    """Completed months, as the calendar of texts counts them."""
    months = (on.year - birth.year) * 12 + on.month - birth.month
    return (
        months
        if months < 1 or falls_on(Stage(Unit.LIFE_MONTH, months), birth) <= on
        else months - 1
    )
