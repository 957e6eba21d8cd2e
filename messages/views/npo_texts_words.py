"""The library of base texts in words, in the language of the page."""

from django.utils.translation import gettext as _

from messages.domain.stage import Stage
from messages.services.library import Line, Mark, Part, Phase
from messages.views.calendar_words import audience_label, stage_label
from messages.views.day_in_words import in_english
from municipalities.domain.words import Audience

_TONES = {
    Mark.WITHOUT: "care",
    Mark.OVERDUE: "care",
    Phase.CURRENT: "good",
    Phase.LATER: "wait",
    Phase.WITHDRAWN: "care",
}


def mark_label(mark: Mark) -> str:
    """What there is to say of a place."""
    return {
        Mark.WITHOUT: _("no text is being sent"),
        Mark.OVERDUE: _("review overdue"),
        Mark.SOON: _("review due within 60 days"),
        Mark.UNREVIEWED: _("never reviewed"),
        Mark.DRAFT: _("draft in work"),
        Mark.LATER: _("a version that begins later"),
    }[mark]


def place_label(stage: Stage, audience: str) -> str:
    """A stage, and whom its text speaks to where that is not everybody."""
    if audience == Audience.EVERYONE:
        return stage_label(stage)
    return _("%(stage)s, %(audience)s") % {
        "stage": stage_label(stage),
        "audience": audience_label(audience),
    }


def part_label(part: Part) -> str:
    """A part of the course."""
    return {
        Part.PREGNANCY: _("Pregnancy"),
        Part.HUNDRED_DAYS: _("The first hundred days"),
        Part.FIRST_YEAR: _("From day 101 to the first birthday"),
        Part.SECOND_YEAR: _("The second year of life"),
        Part.LATER_YEARS: _("From the second birthday on"),
    }[part]


def phase_label(phase: Phase) -> str:
    """What a version is today."""
    return {
        Phase.CURRENT: _("Being sent"),
        Phase.LATER: _("Begins later"),
        Phase.REPLACED: _("Replaced"),
        Phase.WITHDRAWN: _("Withdrawn"),
    }[phase]


def tone(said: Mark | Phase) -> str:
    """The class of a state's label: its words carry the meaning."""
    return _TONES.get(said, "")


def line_label(line: Line | None) -> str:
    """A place of the calendar in words, for who cannot see its signs."""
    if line is None:
        return _("no text is planned for this day")
    said = [] if line.current is None else [_("a text is being sent")]
    said += [mark_label(mark) for mark in Mark if mark in line.marks]
    return (", " if in_english() else "、").join(said)


def line_signs(line: Line | None) -> list[tuple[str, str]]:
    """Sort and shape of the signs of a place."""
    if line is None:
        return []
    here = {
        ("common", "●"): line.current is not None,
        ("changed", "■"): bool(line.marks & {Mark.DRAFT, Mark.LATER}),
        ("gap", "○"): line.current is None,
        ("expired", "×"): Mark.OVERDUE in line.marks,
    }
    return [sign for sign, holds in here.items() if holds]
