"""Municipalities beside each other, fifty a page; and all of them, or the months, as a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from delivery import figures, figures_table
from delivery.domain.coverage import Coverage
from delivery.domain.suppress import Policy, single
from delivery.figures import FLOWS
from delivery.figures_table import Line
from delivery.views import figure_charts
from delivery.views.figure_words import coverage_words, flow_words
from delivery.views.npo_figures import Asked, asked, found, lines_of
from kizuna.lib.csv_out import Coding, table
from kizuna.templatetags.charts import HIDDEN, UNKNOWN, share
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.models import Municipality

PER_PAGE = 50
LONGEST_SEARCH = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is shown; None: too small, "-" (empty text): not known."""

    municipality: Municipality
    is_external: bool
    readers: int | str | None
    change: str
    children: int | str | None
    registrations: int | str | None
    flows: Sequence[int | str | None]
    coverage: str
    external: int | str | None
    source: str


def _row(line: Line, policy: Policy) -> Row:
    active = line.active
    readers = single(active.readers, policy) if active else ""
    flows: list[int | str | None] = [single(line.flows.get(one, 0), policy) for one in FLOWS]
    if None in flows:
        flows = [None] * len(flows)
    return Row(
        line.municipality,
        line.is_external,
        readers,
        _change(readers, line.year_ago, policy),
        single(active.children, policy) if active else "",
        single(line.registrations, policy) if active or line.registrations else "",
        flows if active or line.flows else [""] * len(flows),
        _coverage(line.coverage, policy),
        "" if line.external is None else single(line.external, policy),
        line.source,
    )


def _change(readers: int | str | None, year_ago: int | None, policy: Policy) -> str:
    before = None if year_ago is None else single(year_ago, policy)
    if not isinstance(readers, int) or not before:
        return ""
    return share(readers / before)


def _coverage(one: Coverage | None, policy: Policy) -> str:
    if one is None or one.births < policy.base or single(one.children, policy) is None:
        return ""
    return coverage_words(one.shown(policy))


@require_safe
@npo(NpoAct.SEE_FIGURES)
def municipalities(request: NpoRequest) -> HttpResponse:
    """Searched by name, service, prefecture or code; by code, or the largest first."""
    wanted = asked(request)
    words, month_end = request.GET.get("q", "")[:LONGEST_SEARCH], figures.latest()
    by_size = request.GET.get("sort") == "size"
    chosen = figures_table.found(words, month_end if by_size else None, wanted.policy)
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    lines = figures_table.lines(month_end, list(page)) if month_end else []
    rows = [_row(line, wanted.policy) for line in lines]
    context = {
        "place": "figures",
        "asked": wanted,
        "month_end": month_end,
        "words": words,
        "by_size": by_size,
        "page": page,
        "rows": rows,
        "flows": [flow_words(one) for one in FLOWS],
    }
    return TemplateResponse(request, "npo/figures/municipalities.html", context)


@require_safe
@npo(NpoAct.SEE_FIGURES)
def municipalities_csv(request: NpoRequest) -> HttpResponse:
    """All that the search finds, at the newest month's end."""
    wanted, month_end = asked(request), figures.latest()
    if month_end is None:
        raise Http404
    chosen = figures_table.found(request.GET.get("q", "")[:LONGEST_SEARCH])
    lines = figures_table.lines(month_end, list(chosen))
    rows = [_cells(_row(line, wanted.policy), month_end) for line in lines]
    return _file(request, [_head(), *rows], f"municipalities-{month_end:%Y-%m}")


def _head() -> list[str]:
    return [
        _("Code"),
        _("Municipality"),
        _("Month"),
        _("Active readers"),
        _("Against a year ago"),
        _("Children"),
        _("Registrations since the beginning"),
        *map(flow_words, FLOWS),
        _("Coverage under one year"),
        _("External: active readers"),
        _("External: source"),
    ]


def _cells(row: Row, month_end: date) -> list[object]:
    numbers = (
        row.readers, row.change, row.children, row.registrations, *row.flows, row.coverage,
        row.external, row.source,
    )  # fmt: skip
    name = row.municipality.name
    return [row.municipality.code_id or "", name, f"{month_end:%Y-%m}", *map(_told, numbers)]


def _told(cell: object) -> object:
    """A hidden number is an x in a file as well; an empty cell is one that nobody knows."""
    if cell is None:
        return HIDDEN
    return "" if cell == UNKNOWN else cell


@require_safe
@npo(NpoAct.SEE_FIGURES)
def months_csv(request: NpoRequest) -> HttpResponse:
    """The months of all municipalities together."""
    wanted, month_end = asked(request), figures.latest()
    return _months_file(request, month_end, wanted, None)


@require_safe
@npo(NpoAct.SEE_FIGURES)
def municipality_csv(request: NpoRequest, slug: str) -> HttpResponse:
    """The months of one municipality."""
    one = found(slug)
    return _months_file(request, figures.latest(one.pk), asked(request), one)


def _months_file(
    request: NpoRequest, month_end: date | None, wanted: Asked, one: Municipality | None
) -> HttpResponse:
    if month_end is None:
        raise Http404
    lines = lines_of(month_end, wanted, one)
    parts = (figure_charts.active(lines), figure_charts.flows(lines), figure_charts.blocks(lines))
    charts = [chart for chart in parts if chart]
    head = [charts[0].head[0], *(name for chart in charts for name in chart.head[1:])]
    rows = [
        [
            f"{line.month_end:%Y-%m}",
            *(_told(cell) for chart in charts for cell in chart.rows[n][1:]),
        ]
        for n, line in enumerate(lines)
    ]
    name = one.slug if one else "all"
    return _file(request, [head, *rows], f"figures-{name}-{month_end:%Y-%m}")


def _file(request: NpoRequest, rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    coding = Coding.CP932 if request.GET.get("coding") == Coding.CP932 else Coding.UTF8
    charset = "utf-8" if coding is Coding.UTF8 else "Shift_JIS"
    answer = HttpResponse(table(rows, coding), content_type=f"text/csv; charset={charset}")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
