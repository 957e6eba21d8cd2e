"""Where a municipality stands among those of its size: its own figures beside their middle half."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from delivery.domain.benchmark import (
    FATHERS,
    FIRST_YEAR,
    LINE,
    METRICS,
    PREGNANCY,
    Counts,
    standing,
)
from delivery.facts.benchmarks import births_known, counted
from delivery.models import Benchmark, MonthEnd
from messages.views.meeting_form import size_said
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.domain.size_class import size_class
from municipalities.http import ConsoleRequest
from municipalities.models import Births

LEFT, LENGTH = 12, 336
"""Of a strip in its view box of 360 units."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Places on one strip, in units of its view box; ``top`` is the per cent at its right end."""

    top: int
    low: int
    width: int
    middle: int
    own: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One metric: the finding, the figures, the strip (None where nothing is compared)."""

    key: str
    name: str
    about: str
    finding: str
    own: int | None
    peers: Benchmark | None
    strip: Strip | None


@require_safe
@console(Act.SEE_TEXTS)
def benchmark(request: ConsoleRequest) -> HttpResponse:
    """The newest month's end; nobody else is named, and nobody compared among fewer than eight."""
    month_end = MonthEnd.objects.order_by("-month_end").values_list("month_end", flat=True).first()
    context: dict[str, object] = {
        "place": "exchange",
        "tab": "benchmark",
        "month_end": month_end,
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
    }
    if month_end:
        context |= _compared(request.municipality.pk, month_end)
    return TemplateResponse(request, "console/exchange/benchmark.html", context)


def _compared(municipality: int, month_end: date) -> dict[str, object]:
    births = births_known(Births.objects.all(), month_end.year).get(municipality, {})
    size = size_class(births[max(births)]) if births else ""
    counts = counted(MonthEnd.objects.all(), month_end).get(municipality, Counts())
    own = standing(counts, births, month_end)
    rows = Benchmark.objects.filter(month_end=month_end, size_class=size)
    peers = {one.metric: one for one in rows}
    return {
        "size": size_said(size),
        "has_births": bool(births),
        "lines": [_line(metric, own.get(metric), peers.get(metric)) for metric in METRICS],
        "is_compared": bool(peers),
    }


def _line(metric: str, value: float | None, peers: Benchmark | None) -> Line:
    name, about = _words(metric)
    own = None if value is None else round(value)
    return Line(metric, name, about, _finding(name, own, peers), own, peers, _strip(own, peers))


def _strip(own: int | None, peers: Benchmark | None) -> Strip | None:
    if peers is None:
        return None
    top = max(100, own or 0, round(peers.high))

    def at(value: float) -> int:
        return LEFT + round(LENGTH * value / top)

    low, high = at(peers.low), at(peers.high)
    place = None if own is None else at(own)
    return Strip(top, low, max(high - low, 2), at(peers.middle), place)


def _finding(name: str, own: int | None, peers: Benchmark | None) -> str:
    if own is None:
        return _("%(name)s: too few to be told") % {"name": name}
    said = {"name": name, "own": own}
    if peers is None:
        return _("%(name)s: %(own)s percent") % said
    said["middle"] = round(peers.middle)
    if own > peers.high:
        return _("%(name)s: %(own)s percent, more than most (middle: %(middle)s)") % said
    if own < peers.low:
        return _("%(name)s: %(own)s percent, less than most (middle: %(middle)s)") % said
    return _("%(name)s: %(own)s percent, as with many (middle: %(middle)s)") % said


def _words(metric: str) -> tuple[str, str]:
    return {
        FIRST_YEAR: (
            _("Children under one year who are reached"),
            _("Of 100 children born in the twelve months before."),
        ),
        PREGNANCY: (
            _("Pregnancies that are reached"),
            _("Pregnancies with texts on that day, for 100 births of a year."),
        ),
        FATHERS: (_("Fathers among the readers"), _("Of 100 readers.")),
        LINE: (_("Readers by LINE"), _("Of 100 readers.")),
    }[metric]
