"""Announcements in words for the templates. ``{% load blocks %}``."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from kizuna.lib import clock
from messages.domain.announcement import Phase
from messages.domain.stage import Stage
from messages.models import LocalBlock
from messages.views import block_said
from messages.views.day_in_words import in_english

register = template.Library()
register.filter("act_said", block_said.act_said)
register.filter("audience_said", block_said.audience_said)
register.filter("variant_said", block_said.variant_said)
register.filter("phase_said", block_said.phase_said)


@register.filter
def range_said(block: LocalBlock) -> str:
    """妊娠20週0日〜27週6日の人に."""
    return block_said.range_words(block.kind, block.first_day, block.last_day)


@register.filter
def window_said(block: LocalBlock) -> str:
    """From which date to which."""
    return block_said.window_words(block.shown_from, block.shown_until)


@register.filter
def phase_tone(phase: Phase) -> str:
    """The class of a state's label: its words carry the meaning."""
    return {Phase.LIVE: "good", Phase.ASKED: "care", Phase.CHECKED: "care"}.get(phase, "")


@register.filter
def stage_said(stage: Stage) -> str:
    """One day of a course."""
    return stage.label_en if in_english() else stage.label_ja


@register.filter
def date_said(day: date) -> str:
    """A date with its year."""
    return date_format(day, "DATE_FORMAT")


@register.filter
def moment_said(moment: datetime) -> str:
    """Day and time in Japan."""
    local = timezone.localtime(moment, clock.TOKYO)
    return date_format(local, "DATETIME_FORMAT")
