"""A reader's received texts for the templates of every room. ``{% load letters %}``."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language

from delivery import letters
from messages.domain.stage import Stage
from municipalities.models import Reader

register = template.Library()


@register.simple_tag
def latest_letters(reader: Reader, count: int) -> list[letters.Letter]:
    """The last few texts, for ``parent/letters/several.html``."""
    return letters.latest(reader.pk, count)


@register.filter
def stage_label(stage: Stage) -> str:
    """妊娠12週3日, or as English says it."""
    return stage.label_en if (get_language() or "ja").startswith("en") else stage.label_ja


@register.filter
def month_words(first: date) -> str:
    """2026年11月."""
    return date_format(first, "YEAR_MONTH_FORMAT")


@register.filter
def whole_day_words(day: date) -> str:
    """2026年11月25日."""
    return date_format(day, "DATE_FORMAT")
