"""Where municipalities of one size stand at a month's end, without a name."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from delivery.domain.benchmark import Counts, quartiles, standing
from delivery.models import Benchmark, MonthEnd
from kizuna.lib import clock
from municipalities.domain.size_class import size_class
from municipalities.domain.words import EndpointKind, Relation
from municipalities.models import Births
from municipalities.tenancy.scope import across_for_npo

YEARS_BACK = 3
"""Births of an older year say too little about today."""

OPEN_FOR = timedelta(days=7)
"""So long after a month's end its benchmark follows births that are written down late."""

_BABIES = Q(dimension="stage", value__in=["b0", "b3", "b6"])
_PREGNANCIES = Q(dimension="stage", value__startswith="p")


def count_benchmarks() -> int:
    """Count the newest month's end again: births may have been written down since it was taken.

    A week after the month's end what was written stays as it is: of two counts that differ by one
    municipality, its own figure could be worked out. Months before it stay as well. Returns how many
    rows there are of it; fewer than eight municipalities leave none.
    """
    with across_for_npo():
        newest = MonthEnd.objects.aggregate(day=Max("month_end"))["day"]
        if not newest:
            return 0
        written = Benchmark.objects.filter(month_end=newest).count()
        if written and clock.today() > newest + OPEN_FOR:
            return written
        return count(newest)


def count(month_end: date) -> int:
    """The benchmarks of that month's end, by delete and insert. As the NPO's role."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    births = births_known(Births.objects.all(), month_end.year)
    for municipality, counts in counted(MonthEnd.objects.all(), month_end).items():
        if not (known := births.get(municipality)):
            continue
        size = size_class(known[max(known)])
        for metric, value in standing(counts, known, month_end).items():
            values[size, metric].append(value)
    rows = [
        Benchmark(
            month_end=month_end,
            size_class=size,
            metric=metric,
            municipalities=found.peers,
            low=found.low,
            middle=found.middle,
            high=found.high,
        )
        for (size, metric), some in values.items()
        if (found := quartiles(some))
    ]
    with transaction.atomic():
        Benchmark.objects.filter(month_end=month_end).delete()
        Benchmark.objects.bulk_create(rows)
    return len(rows)


def counted(some: QuerySet[MonthEnd], month_end: date) -> dict[int, Counts]:
    """Municipality → what is compared, of those whose month's end was taken."""

    def total(field: str, which: Q) -> Any:
        return Coalesce(Sum(field, filter=which), 0)

    rows = (
        some.filter(month_end=month_end)
        .order_by()
        .values("municipality_id")
        .annotate(
            all_readers=total("readers", Q(dimension="all")),
            fathers=total("readers", Q(dimension="relation", value=Relation.FATHER)),
            line=total("readers", Q(dimension="channel", value=EndpointKind.LINE)),
            pregnancies=total("courses", _PREGNANCIES),
            babies=total("children", _BABIES),
        )
    )
    return {
        row["municipality_id"]: Counts(
            row["all_readers"], row["fathers"], row["line"], row["pregnancies"], row["babies"]
        )
        for row in rows
    }


def births_known(some: QuerySet[Births], year: int) -> dict[int, dict[int, int]]:
    """Municipality → full calendar year → births, up to the year before ``year``.

    The running year is not full yet: it would make a municipality small each January.
    """
    rows = some.filter(year__gte=year - YEARS_BACK, year__lt=year)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for municipality, of_year, number in rows.values_list("municipality_id", "year", "count"):
        found[municipality][of_year] = number
    return found
