"""The last fourteen days as a strip: one mark per day, told apart by its shape and by its colour."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from delivery.domain.standing import FAILING_COUNT, FAILING_SHARE
from delivery.queries import Counts
from delivery.today_facts import DayCounts
from delivery.views.words import day_words

STEP = 12


class Mark(StrEnum):
    """What a day is drawn as."""

    GOOD = "good"
    SOME = "some"
    CARE = "care"
    APART = "apart"
    OPEN = "open"
    NONE = "none"


# A full square; half of one; a cross; a triangle on its tip; a hollow square; a dot.
_SHAPES = {
    Mark.GOOD: ("strip-good", "M0 0h10v10h-10z"),
    Mark.SOME: ("strip-some", "M0 10L10 10L10 0z"),
    Mark.CARE: ("strip-care", "M0 2L2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5z"),
    Mark.APART: ("strip-care", "M0 0L10 0L5 10z"),
    Mark.OPEN: ("strip-open", "M0 0h10v10h-10zM2 2v6h6v-6z"),
    Mark.NONE: ("strip-none", "M4 4h2v2h-2z"),
}


def mark_of(counts: Counts, unexplained: int = 0) -> Mark:
    """How that day went, at a glance."""
    if unexplained and not counts.pending:
        return Mark.APART
    if not counts.planned:
        return Mark.NONE
    if counts.pending:
        return Mark.OPEN
    if not counts.failed:
        return Mark.GOOD
    tried = counts.sent + counts.failed
    if not counts.sent or (
        counts.failed >= FAILING_COUNT and counts.failed > FAILING_SHARE * tried
    ):
        return Mark.CARE
    return Mark.SOME


def mark_words(mark: Mark) -> str:
    """What the mark says."""
    return {
        Mark.GOOD: _("all sent"),
        Mark.SOME: _("a few could not be sent"),
        Mark.CARE: _("many could not be sent"),
        Mark.APART: _("a difference that nothing explains"),
        Mark.OPEN: _("still open"),
        Mark.NONE: _("nothing was due"),
    }[mark]


def strip(days: Sequence[DayCounts]) -> SafeString:
    """The strip as SVG; its text alternative counts the days of each sort, today first."""
    marks = [mark_of(day.counts, day.unexplained) for day in days]
    drawn = format_html_join(
        "",
        '<path class="{}" transform="translate({} 0)" d="{}"/>',
        ((_SHAPES[mark][0], number * STEP, _SHAPES[mark][1]) for number, mark in enumerate(marks)),
    )
    return format_html(
        '<svg class="strip" role="img" aria-label="{}" width="{}" height="10" viewBox="0 0 {} 10">{}</svg>',
        _said(days, marks),
        STEP * len(days),
        STEP * len(days) - (STEP - 10),
        drawn,
    )


def legend() -> list[tuple[SafeString, str]]:
    """Each mark with its words."""
    shapes = [
        format_html(
            '<svg viewBox="0 0 10 10" aria-hidden="true"><path class="{}" d="{}"/></svg>',
            *_SHAPES[mark],
        )
        for mark in Mark
    ]
    return list(zip(shapes, map(mark_words, Mark), strict=True))


def _said(days: Sequence[DayCounts], marks: Sequence[Mark]) -> str:
    told = Counter(marks)
    sums = [
        _("%(words)s on %(count)s days") % {"words": mark_words(mark), "count": told[mark]}
        for mark in Mark
        if told[mark]
    ]
    begin = _("%(first)s to %(last)s") % {
        "first": day_words(days[0].day),
        "last": day_words(days[-1].day),
    }
    return f"{begin}: {', '.join(sums)}"
