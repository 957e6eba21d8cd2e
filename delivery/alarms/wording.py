"""An alarm in words, in the language that is active."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from delivery import invariants
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import WHOLE, Cause, Fact, State
from delivery.models import Alarm
from messages.domain.stage import Stage
from municipalities.domain.words import EndpointKind


def cause_of(alarm: Alarm) -> Cause | None:
    """Its question; None for one that this version asks no more."""
    return CATALOGUE.get(alarm.cause)


def title(alarm: Alarm) -> str:
    """What it is about, in a word or two."""
    cause = cause_of(alarm)
    return str(cause.title) if cause else alarm.cause


def sentence(alarm: Alarm) -> str:
    """What is so, with its numbers."""
    cause = cause_of(alarm)
    if alarm.state == State.ERROR:
        return _("The check itself broke. “check failed” in the log says why.")
    if cause is None or alarm.about == WHOLE:
        return _("Nobody knows: the data that answer this are missing.")
    try:
        return str(cause.sentence) % _shown(alarm.facts)
    except (KeyError, ValueError):
        # A row of another version, that counted other things: the cause alone must do.
        return str(cause.title)


def _in_english() -> bool:
    return (get_language() or "ja").startswith("en")


def _shown(facts: Mapping[str, Fact]) -> dict[str, str]:
    return {name: _word(name, value) for name, value in facts.items()}


def _known(name: str) -> Mapping[str, str]:
    """The words of a fact that is one of a few; empty for any other."""
    return {
        "channel": {EndpointKind.EMAIL.value: _("E-mail"), EndpointKind.LINE.value: "LINE"},
        "wish": {"stop": _("The stop"), "resume": _("Letting it go on")},
    }.get(name, {})


def _word(name: str, value: Fact) -> str:
    if known := _known(name):
        return known.get(str(value), str(value))
    if name == "day":
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    if name == "stage":
        stage = Stage.parse(str(value))
        return stage.label_en if _in_english() else stage.label_ja
    if name == "name":
        sentence = invariants.SENTENCES.get(str(value), "")
        return f"{value}「{sentence}」" if sentence and not _in_english() else str(value)
    if name == "wrong":
        return {
            "unchecked": _("nobody has checked SPF, DKIM and DMARC yet"),
            "old": _("the last check is more than 30 days old"),
        }.get(str(value), _("%(records)s not right") % {"records": value})
    return f"{value:,}" if isinstance(value, int) else str(value)
