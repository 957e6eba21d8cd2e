"""The library of base texts over all stages: as a list, as a calendar, and how complete it is."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from messages.domain import grid, rhythm
from messages.domain.stage import Stage
from messages.services import completeness, library
from messages.services.completeness import Share
from messages.services.library import Line, Mark, Part, Wanted
from messages.views.calendar_words import audience_choices, variant_choices
from messages.views.npo_texts_words import mark_label, part_label
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Audience, Variant
from municipalities.http import NpoRequest

ON_A_PAGE = 50
LONGEST_WORDS = 40


@require_safe
@npo(NpoAct.SEE_TEXTS)
def texts(request: NpoRequest) -> HttpResponse:
    """Every place of the course with its text of one wording; narrowed to what is looked for."""
    wanted = _wanted(request.GET)
    every = library.lines(clock.today(), wanted)
    counted = Counter(mark for line in every for mark in line.marks)
    shown = [line for line in every if wanted.mark in {None, *line.marks}]
    page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": "base_texts",
        "tab": "list",
        "share": _share(wanted),
        "is_empty": library.is_empty(),
        "page": page,
        "lines": page.object_list,
        "count": len(shown),
        "whole": len(every),
        "wanted": wanted,
        "chosen": _chosen(wanted),
        "query": urlencode(_chosen(wanted)),
        "marks": [(mark, counted[mark], _address(wanted, mark)) for mark in Mark if counted[mark]],
        "without_mark": _address(wanted, None),
        "variants": variant_choices(),
        "audiences": [("", _("Whomever")), *audience_choices()],
        "parts": [("", _("The whole course")), *((one.value, part_label(one)) for one in Part)],
        "states": [("", _("Whatever state")), *((one.value, mark_label(one)) for one in Mark)],
    }
    return TemplateResponse(request, "npo/texts/list.html", context)


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the calendar. ``line`` None: nothing is there, and nothing is missing."""

    stage: Stage
    line: Line | None


@require_safe
@npo(NpoAct.SEE_TEXTS)
def calendar(request: NpoRequest) -> HttpResponse:
    """The course as three grids, for one wording and one kind of reader."""
    on = clock.today()
    wanted = _wanted(request.GET)
    wanted = Wanted(variant=wanted.variant, audience=wanted.audience or Audience.EVERYONE)
    there = {line.stage: line for line in library.lines(on, wanted)}

    def laid(rows: list[grid.Row]) -> list[tuple[int, list[Cell | None]]]:
        return [
            (row.number, [Cell(stage, there.get(stage)) if stage else None for stage in row.stages])
            for row in rows
        ]

    months = laid(grid.month_rows(there, rhythm.LAST_BIRTHDAY))
    context = {
        "place": "base_texts",
        "tab": "calendar",
        "share": _share(wanted),
        "wanted": wanted,
        "chosen": _chosen(wanted),
        "weekdays": range(7),
        "month_columns": range(len(months[0][1]) - 2),
        "pregnancy": laid(grid.pregnancy_rows()),
        "days": laid(grid.first_days_rows()),
        "months": months,
        "missing": sum(Mark.WITHOUT in line.marks for line in there.values()),
        "missing_at": _address(wanted, Mark.WITHOUT),
        "variants": variant_choices(),
        "audiences": audience_choices(),
    }
    return TemplateResponse(request, "npo/texts/calendar.html", context)


@require_safe
@npo(NpoAct.SEE_TEXTS)
def complete(request: NpoRequest) -> HttpResponse:
    """Which share of the course has texts, by wording and by reader."""
    on = clock.today()
    every = completeness.shares(on)
    context = {
        "place": "base_texts",
        "tab": "complete",
        "on": on,
        "is_empty": library.is_empty(),
        "standard": _share(Wanted()),
        "furthest": _furthest(every),
        "by_variant": [_linked(one) for one in every if one.audience is Audience.EVERYONE],
        "by_audience": [_linked(one) for one in every if one.variant is Variant.STANDARD],
        "table": [
            (variant, [_linked(one) for one in every if one.variant is variant])
            for variant in Variant
        ],
        "audiences": audience_choices(),
    }
    return TemplateResponse(request, "npo/texts/complete.html", context)


def _share(wanted: Wanted) -> Share:
    """How many places of the course have a text of that wording, for everyone unless somebody is chosen."""
    who = wanted.audience or Audience.EVERYONE
    return next(
        one
        for one in completeness.shares(clock.today())
        if (one.variant, one.audience) == (wanted.variant, who)
    )


def _furthest(every: list[Share]) -> Share | None:
    """Beside the standard one the wording with the most texts for everyone; None without any."""
    others = [
        one
        for one in every
        if one.audience is Audience.EVERYONE and one.variant is not Variant.STANDARD and one.there
    ]
    return max(others, key=lambda one: one.there, default=None)


def _linked(share: Share) -> tuple[Share, str]:
    """With the list of what is missing."""
    return share, _address(Wanted(share.variant, share.audience), Mark.WITHOUT)


def _wanted(asked: QueryDict) -> Wanted:
    """What an address cannot say is as if it had not been said."""
    variant, audience, part, mark = (
        asked.get(name, "") for name in ("variant", "audience", "part", "state")
    )
    return Wanted(
        variant=Variant(variant) if variant in set(Variant) else Variant.STANDARD,
        audience=Audience(audience) if audience in set(Audience) else None,
        part=Part(part) if part in set(Part) else None,
        mark=Mark(mark) if mark in set(Mark) else None,
        words=asked.get("q", "").replace("\0", "").strip()[:LONGEST_WORDS],
    )


def _chosen(wanted: Wanted) -> dict[str, str]:
    return {
        "variant": wanted.variant.value,
        "audience": wanted.audience or "",
        "part": wanted.part or "",
        "state": wanted.mark or "",
        "q": wanted.words,
    }


def _address(wanted: Wanted, mark: Mark | None) -> str:
    """The list as it is, narrowed to that mark."""
    chosen = {name: str(value) for name, value in _chosen(wanted).items() if value}
    chosen.pop("state", None)
    if mark:
        chosen["state"] = mark.value
    return f"{reverse('npo:texts')}?{urlencode(chosen)}"
