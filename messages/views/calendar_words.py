"""Stages, ranges and small numbers as staff read them, in the language of the page."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from messages.domain.announcement import Phase
from messages.domain.block_words import range_en, range_ja
from messages.domain.stage import Kind, Stage
from messages.models import LocalBlock
from messages.services.calendar import Cell
from messages.views.day_in_words import in_english
from municipalities.domain.words import OWN_NAMES, Audience, Variant

_COMMA = {True: ", ", False: "、"}
FEWEST = 5
"""Fewer people than that are not counted out: somebody might know who they are."""


def people(count: int) -> str:
    """12人; 1 to 4: 5人未満."""
    if 0 < count < FEWEST:
        return _("fewer than 5 readers")
    if count == 1:
        return _("1 reader")
    return _("%(count)s readers") % {"count": f"{count:,}"}


def few(count: int) -> str:
    """The number alone; 1 to 4: 5未満."""
    return _("under 5") if 0 < count < FEWEST else f"{count:,}"


def stage_label(stage: Stage) -> str:
    """妊娠12週3日."""
    return stage.label_en if in_english() else stage.label_ja


def range_label(block: LocalBlock) -> str:
    """妊娠20週0日〜27週6日の人に."""
    say = range_en if in_english() else range_ja
    return say(Kind(block.kind), block.first_day, block.last_day)


def audience_label(audience: str) -> str:
    """Whom a text speaks to."""
    return dict(audience_choices())[audience]


def audience_choices() -> list[tuple[str, str]]:
    """For a field to choose from."""
    return [
        (Audience.EVERYONE.value, _("for everyone")),
        (Audience.BIRTH_PARENT.value, _("for the birth parent")),
        (Audience.PARTNER.value, _("for the partner")),
        (Audience.AROUND.value, _("for grandparents and people around")),
    ]


def variant_choices(among: Iterable[Variant] = Variant) -> list[tuple[str, str]]:
    """For a field to choose from."""
    return [(one.value, variant_label(one)) for one in among]


def variant_label(variant: str) -> str:
    """In which kind of language."""
    match how := Variant(variant):
        case Variant.STANDARD:
            return _("Standard Japanese")
        case Variant.EASY:
            return _("Easy Japanese")
    return OWN_NAMES[how]


def phase_label(phase: Phase) -> str:
    """Where an announcement stands."""
    return {
        Phase.DRAFT: _("Draft"),
        Phase.ASKED: _("Approval asked for"),
        Phase.CHECKED: _("Checked"),
        Phase.SCHEDULED: _("Waiting for its day"),
        Phase.LIVE: _("Running"),
        Phase.ENDED: _("Ended"),
        Phase.WITHDRAWN: _("Withdrawn"),
    }[phase]


def cell_label(cell: Cell) -> str:
    """The whole cell in one sentence, for who cannot see the signs."""
    parts = [
        _("common text") if cell.common else "",
        _("%(count)s announcements") % {"count": cell.own} if cell.own else "",
        _("%(count)s not approved yet") % {"count": cell.changed} if cell.changed else "",
        _("a text is missing") if cell.gap else "",
        _("out of date") if cell.expired else "",
    ]
    said = [part for part in parts if part] or [_("no text")]
    if cell.readers:
        said.append(people(cell.readers))
    return f"{stage_label(cell.stage)}: {_COMMA[in_english()].join(said)}"


def marks(cell: Cell) -> list[tuple[str, str, str]]:
    """The signs of a cell: which sort, its shape, its letter."""
    here = {
        "common": cell.common,
        "own": bool(cell.own),
        "changed": bool(cell.changed),
        "gap": cell.gap,
        "expired": cell.expired,
    }
    return [one for one in legend() if here[one[0]]]


def legend() -> list[tuple[str, str, str]]:
    """Every sort with its shape and letter."""
    return [
        ("common", "●", _("C")),
        ("own", "▲", _("A")),
        ("changed", "■", _("D")),
        ("gap", "○", _("E")),
        ("expired", "×", _("X")),
    ]
