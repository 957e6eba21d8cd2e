"""Municipalities beside each other: one line each, read in a few statements for those shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from delivery.domain.coverage import Coverage, months_before
from delivery.domain.suppress import INSIDE, Policy
from delivery.figures import Count, covered, last_day
from delivery.models import MonthEnd, MonthFlow
from kizuna.lib.text import fold_value
from municipalities.domain.words import MunicipalityKind, Service
from municipalities.models import ExternalFigure, Municipality

EXTERNAL_WORD = "外部"
"""Searched for, it finds the municipalities that send from another system."""


@dataclass(slots=True)
class Line:
    """One municipality at a month's end. ``active`` None: no snapshot; ``external``: reported."""

    municipality: Municipality
    active: Count | None = None
    year_ago: int | None = None
    flows: dict[str, int] = field(default_factory=dict)
    registrations: int = 0
    coverage: Coverage | None = None
    external: int | None = None
    source: str = ""

    @property
    def is_external(self) -> bool:
        """Sends from another system: its figures are what it reported."""
        return self.municipality.service == Service.EXTERNAL


def found(
    words: str = "", largest_at: date | None = None, policy: Policy = INSIDE
) -> QuerySet[Municipality]:
    """Municipalities whose name, service or code holds these words, in the order of the codes; or
    those with the most readers at that month's end first, as far as the policy lets it be seen:
    those that are shown the same number stand in the order of the codes."""
    every = Municipality.objects.exclude(kind=MunicipalityKind.NPO)
    if (text := fold_value(words)) == EXTERNAL_WORD:
        every = every.filter(service=Service.EXTERNAL)
    elif text:
        every = every.filter(
            Q(name__contains=text)
            | Q(service_name__contains=text)
            | Q(slug__contains=text.lower())
            | Q(code__code__startswith=text)
            | Q(code__prefecture__startswith=text)
            | Q(code__kana__contains=text)
        )
    every = every.select_related("code")
    by_code = (F("code_id").asc(nulls_last=True), "name", "pk")
    if largest_at:
        active = MonthEnd.objects.filter(
            municipality=OuterRef("pk"), month_end=largest_at, dimension="all"
        )
        every = every.annotate(readers=Subquery(active.values(shown=_shown("readers", policy))[:1]))
        return every.order_by(F("readers").desc(nulls_last=True), *by_code)
    return every.order_by(*by_code)


def _shown(field: str, policy: Policy) -> Case:
    """What ``single`` of the policy shows, computed by the database; 0 for a hidden number."""
    step = policy.rounding
    return Case(
        When(**{f"{field}__lt": policy.threshold}, then=Value(0)),
        # Whole numbers are divided to whole numbers.
        default=(F(field) * 2 + step) / (2 * step) * step,
    )


def lines(month_end: date, municipalities: Sequence[Municipality]) -> list[Line]:
    """One for each of these, in their order."""
    by_id = {one.pk: Line(one) for one in municipalities}
    _active(month_end, by_id)
    _flows(month_end, by_id)
    for one, shares in covered(month_end, by_id).items():
        by_id[one].coverage = shares.get(0)
    _external(month_end, by_id)
    return list(by_id.values())


def _active(month_end: date, by_id: dict[int, Line]) -> None:
    year_ago = last_day(months_before(month_end.replace(day=1), 12))
    rows = MonthEnd.objects.filter(
        municipality__in=list(by_id), month_end__in=(month_end, year_ago), dimension="all"
    ).values_list("municipality_id", "month_end", "readers", "subscriptions", "courses", "children")
    for one, end, *counts in rows:
        if end == month_end:
            by_id[one].active = Count(*counts)
        else:
            by_id[one].year_ago = counts[0]


def _flows(month_end: date, by_id: dict[int, Line]) -> None:
    first = month_end.replace(day=1)
    rows = (
        MonthFlow.objects.filter(
            Q(flow="registered") | Q(month=first),
            municipality__in=list(by_id),
            dimension="all",
            month__lte=first,
        )
        .order_by()
        .values_list("municipality_id", "flow")
        .annotate(whole=Sum("count"), now=Sum("count", filter=Q(month=first)))
    )
    for one, flow, whole, now in rows:
        by_id[one].flows[flow] = now or 0
        if flow == "registered":
            by_id[one].registrations = whole


def _external(month_end: date, by_id: dict[int, Line]) -> None:
    rows = ExternalFigure.objects.filter(municipality__in=list(by_id), month_end=month_end)
    for one, readers, source in rows.values_list("municipality_id", "active_readers", "source"):
        by_id[one].external, by_id[one].source = readers, source


def reported(month_end: date) -> tuple[int, int]:
    """How many readers municipalities on other systems have for a month, and how many reported."""
    sums = ExternalFigure.objects.filter(month_end=month_end).aggregate(
        readers=Sum("active_readers"), municipalities=models.Count("pk")
    )
    return sums["readers"] or 0, sums["municipalities"]
