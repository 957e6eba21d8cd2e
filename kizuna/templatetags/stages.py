"""Stages, ranges and the signs of the calendar for the templates. ``{% load stages %}``."""

from datetime import date

from django import template
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from messages.views import calendar_words
from municipalities.domain.roles import Act
from municipalities.http import Seat

register = template.Library()
register.filter("few", calendar_words.few)
register.filter("people", calendar_words.people)
register.filter("stage_label", calendar_words.stage_label)
register.filter("range_label", calendar_words.range_label)
register.filter("audience_label", calendar_words.audience_label)
register.filter("variant_label", calendar_words.variant_label)
register.filter("phase_label", calendar_words.phase_label)
register.filter("cell_label", calendar_words.cell_label)
register.filter("marks", calendar_words.marks)


@register.simple_tag
def signs() -> list[tuple[str, str, str, str]]:
    """The legend: sort, shape, letter, and what it means."""
    meaning = {
        "common": _("a common text is there"),
        "own": _("own announcements join"),
        "changed": _("written or changed, not approved yet"),
        "gap": _("a text is missing here"),
        "expired": _("past its day of review, or ended without another"),
    }
    return [(*one, meaning[one[0]]) for one in calendar_words.legend()]


@register.filter
def month_words(day: date) -> str:
    """2026年11月."""
    return date_format(day, "YEAR_MONTH_FORMAT")


@register.simple_tag
def weekdays_from_sunday() -> list[str]:
    """日月火水木金土."""
    return [str(WEEKDAYS_ABBR[number]) for number in (6, 0, 1, 2, 3, 4, 5)]


@register.filter
def may_write(seat: Seat) -> bool:
    """Whether to offer what writes announcements."""
    return seat.may(Act.WRITE_BLOCKS)
