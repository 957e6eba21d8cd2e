"""The course as a calendar, one of its stages, and a month of real days."""

import re
from datetime import date, timedelta

from django.http import Http404, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from messages.domain import grid
from messages.domain.announcement import Phase, phase
from messages.domain.diff import Piece
from messages.domain.stage import Stage
from messages.models import LocalBlock, TextVersion
from messages.services import calendar, calendar_dates
from messages.services.compose import offered
from messages.views.calendar_words import audience_choices, variant_choices
from messages.views.version_words import words_changed
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.domain.words import Audience, Variant
from municipalities.http import ConsoleRequest

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
COMMON, OWN = "common", "own"


@require_safe
@console(Act.SEE_TEXTS)
def course(request: ConsoleRequest) -> HttpResponse:
    """Three grids from the fourth week to the last birthday."""
    on = clock.today()
    filters = _filters(request.GET)
    found = calendar.course(request.municipality, on, filters)
    context = {
        "place": "calendar",
        "on": on,
        "course": found,
        "weekdays": range(7),
        "month_columns": range(len(found.months[0].cells) - 2),
        "near": sorted(found.near.items(), key=lambda one: one[1])[:10],
        "filters": filters,
        "chosen": {
            "show": request.GET.get("show", ""),
            "audience": filters.audience or "",
            "variant": filters.variant,
        },
        "shows": [("", _("Everything")), (COMMON, _("Common texts")), (OWN, _("Announcements"))],
        "audiences": [("", _("Whomever")), *audience_choices()],
        "variants": variant_choices(
            one for one in Variant if one in {*offered(on), filters.variant}
        ),
    }
    return TemplateResponse(request, "console/calendar/course.html", context)


@require_safe
@console(Act.SEE_TEXTS)
def stage(request: ConsoleRequest, key: str) -> HttpResponse:
    """What readers of one stage get: the common texts, and the announcements that join them."""
    try:
        one = Stage.parse(key)
    except ValueError:
        raise Http404 from None
    on = clock.today()
    blocks = calendar.blocks_at(one)
    first, last = grid.span(one)
    readers = grid.readers_at(one, calendar.readers_by_anchor(on, calendar.Filters()), on)
    context = {
        "place": "calendar",
        "on": on,
        "stage": one,
        "versions": [(v, *_change(v)) for v in calendar.versions_at(one, on)],
        "blocks": [(block, _phase(block, on)) for block in blocks],
        "readers": readers,
        "ending": f"?kind={one.kind}&first_day={first}&last_day={last}",
    }
    return TemplateResponse(request, "console/calendar/stage.html", context)


@require_safe
@console(Act.SEE_TEXTS)
def dates(request: ConsoleRequest) -> HttpResponse:
    """A month: what begins, runs, ends, and is sent to many at once."""
    today = clock.today()
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    weeks = calendar_dates.month(first)
    context = {
        "place": "calendar",
        "today": today,
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1) if first.year > 2000 else None,
        "after": after if after.year < 2100 else None,
        "weeks": weeks,
        "empty": not any(d.begins or d.ends or d.broadcasts for week in weeks for d in week),
    }
    return TemplateResponse(request, "console/calendar/dates.html", context)


def _change(version: TextVersion) -> tuple[TextVersion | None, list[tuple[str, list[Piece]]]]:
    """What was sent before, and what is other now."""
    before = calendar.version_before(version)
    return before, words_changed(before, version) if before else []


def _filters(asked: QueryDict) -> calendar.Filters:
    """What an address cannot say is as if it had not been said."""
    show, audience, variant = (asked.get(name, "") for name in ("show", "audience", "variant"))
    return calendar.Filters(
        audience=Audience(audience) if audience in set(Audience) else None,
        variant=Variant(variant) if variant in set(Variant) else Variant.STANDARD,
        common=show != OWN,
        own=show != COMMON,
    )


def _phase(block: LocalBlock, on: date) -> Phase:
    return phase(block.state, block.shown_from, block.shown_until, on)


def _month(written: str) -> date | None:
    found = _MONTH.fullmatch(written)
    return date(int(found[1]), int(found[2]), 1) if found else None
