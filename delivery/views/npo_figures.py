"""The NPO's figures: how many readers, growing or not, how long they stay, how many children."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from delivery import figures, figures_table
from delivery.domain.coverage import Coverage
from delivery.domain.suppress import INSIDE, PUBLIC, Policy, single
from delivery.facts.words import STAGE_BANDS
from delivery.views import figure_charts
from delivery.views.figure_lines import MonthLine, month_lines
from kizuna.lib import clock
from kizuna.templatetags.charts import Chart
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct, NpoRole
from municipalities.domain.words import Service
from municipalities.http import NpoRequest
from municipalities.models import Municipality

SPANS = (13, 37)
"""A year back, or three: with the month that the first one is compared with."""
ORDER: Mapping[str, tuple[str, ...]] = {
    "channel": figures.CHANNELS,
    "stage": STAGE_BANDS,
    "relation": figures.RELATIONS,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of figures is asked for, from its address and from who asks."""

    policy: Policy
    is_fixed: bool
    """Public relations see what may be published, and cannot choose otherwise."""
    span: int

    @property
    def is_public(self) -> bool:
        """Whether numbers are shown as they may be published."""
        return self.policy is PUBLIC

    def link(self, *, span: int | None = None, public: bool | None = None) -> str:
        """The same page, asked for differently."""
        query = QueryDict(mutable=True)
        query["months"] = str((span or self.span) - 1)
        if not self.is_fixed and (self.is_public if public is None else public):
            query["as"] = "public"
        return f"?{query.urlencode()}"

    @property
    def wider(self) -> str:
        """Three years."""
        return self.link(span=SPANS[1])

    @property
    def narrower(self) -> str:
        """One year."""
        return self.link(span=SPANS[0])

    @property
    def other(self) -> str:
        """As it may be published, or as it is."""
        return self.link(public=not self.is_public)

    @property
    def here(self) -> str:
        """This page."""
        return self.link()


def asked(request: NpoRequest) -> Asked:
    """From the address; what is no choice counts as the first one."""
    is_fixed = request.user.npo_role == NpoRole.COMMS
    is_public = is_fixed or request.GET.get("as") == "public"
    span = SPANS[1] if request.GET.get("months") == str(SPANS[1] - 1) else SPANS[0]
    return Asked(PUBLIC if is_public else INSIDE, is_fixed, span)


@require_safe
@npo(NpoAct.SEE_FIGURES)
def overview(request: NpoRequest) -> HttpResponse:
    """All municipalities together."""
    wanted = asked(request)
    month_end = figures.latest()
    context: dict[str, object] = {"place": "figures", "asked": wanted, "month_end": month_end}
    if month_end:
        shares = figures.covered(month_end)
        whole = {
            age: one
            for age in range(3)
            if (one := figures.together(by_age[age] for by_age in shares.values() if age in by_age))
        }
        readers, reporting = figures_table.reported(month_end)
        context |= _page(month_end, wanted, whole)
        context |= {
            "with_births": len(shares),
            "external": single(readers, wanted.policy),
            "reporting": reporting,
        }
    return TemplateResponse(request, "npo/figures/overview.html", context)


@require_safe
@npo(NpoAct.SEE_FIGURES)
def municipality(request: NpoRequest, slug: str) -> HttpResponse:
    """One municipality."""
    one = found(slug)
    wanted = asked(request)
    month_end = figures.latest(one.pk)
    year = (month_end or clock.today()).year
    context: dict[str, object] = {
        "place": "figures",
        "asked": wanted,
        "municipality": one,
        "month_end": month_end,
        "births": figures.births([one.pk], year).get(one.pk, {}),
        "is_external": one.service == Service.EXTERNAL,
        "may_enter": request.user.may_for_npo(NpoAct.ENTER_FIGURES),
    }
    if month_end:
        context |= _page(
            month_end, wanted, figures.covered(month_end, [one.pk]).get(one.pk, {}), one
        )
    return TemplateResponse(request, "npo/figures/municipality.html", context)


def found(slug: str) -> Municipality:
    """Raises Http404 for a municipality that is not there."""
    one = Municipality.objects.with_slug(slug)
    if one is None:
        raise Http404
    return one


def lines_of(month_end: date, wanted: Asked, one: Municipality | None = None) -> list[MonthLine]:
    """The months of a page, ready to be shown."""
    pk = one.pk if one else None
    return month_lines(figures.months(month_end, wanted.span + 1, pk), wanted.policy)


def _page(
    month_end: date,
    wanted: Asked,
    shares: Mapping[int, Coverage],
    one: Municipality | None = None,
) -> dict[str, object]:
    pk = one.pk if one else None
    lines = lines_of(month_end, wanted, one)
    parts = figures.breakdown(month_end, pk)
    splits = (
        figure_charts.split(name, parts.get(name, {}), order, wanted.policy)
        for name, order in ORDER.items()
    )
    curves = figures.retention(pk, wanted.policy)
    moving = (figure_charts.flows(lines), figure_charts.retention(curves))
    charts: list[Chart | None] = [*moving, figure_charts.blocks(lines), *splits]
    has_own = any(line.is_known for line in lines)
    is_external = bool(one and one.service == Service.EXTERNAL)
    if is_external:
        charts = [figure_charts.active(lines), *charts]
    return {
        "last": lines[-1],
        "newest": _newest(pk, wanted.policy),
        "hidden": any(line.is_hidden for line in lines),
        "first_chart": (figure_charts.reported if is_external else figure_charts.active)(lines),
        "coverage": figure_charts.coverage(shares, wanted.policy),
        "charts": [chart for chart in charts if chart] if has_own else [],
    }


def _newest(municipality: int | None, policy: Policy) -> tuple[date, int | None] | None:
    found = figures.newest_day(municipality)
    return (found[0], single(found[1], policy)) if found else None
