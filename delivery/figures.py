"""What the pages of figures read: facts, grouped by the database, a handful of statements a page.

Behind the NPO's door over all municipalities, or for one (``municipality``); in a municipality's own
scope the same functions see that municipality alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Max, Q, Sum

from delivery.domain.coverage import Coverage, cover, months_before
from delivery.domain.life_table import Interval, Point, survival
from delivery.domain.suppress import INSIDE, Policy
from delivery.models import AudienceFact, MonthEnd, MonthFlow, RetentionFact
from municipalities.models import Births, ExternalFigure

FLOWS = ("registered", "returned", "stopped", "blocked", "graduated")
COMING = ("registered", "returned")
CHANNELS = ("email", "line")
RELATIONS = ("mother", "father", "grandparent", "around", "undisclosed")
YEARS_BACK = 4
"""So many calendar years of births may matter for children under four."""


@dataclass(slots=True)
class Count:
    """Active at a month's end: readers, their subscriptions, courses and children."""

    readers: int = 0
    subscriptions: int = 0
    courses: int = 0
    children: int = 0


@dataclass(slots=True)
class Month:
    """One month. ``active`` is None where no snapshot was taken; ``registrations`` counts from the
    beginning; ``external`` is what others reported, never added to the rest."""

    month_end: date
    active: Count | None = None
    channels: dict[str, Count] = field(default_factory=dict)
    flows: dict[str, int] = field(default_factory=dict)
    line_blocked: int = 0
    registrations: int = 0
    external: int | None = None

    @property
    def first(self) -> date:
        """The first of the month."""
        return self.month_end.replace(day=1)

    @property
    def net(self) -> int:
        """Came minus went, in subscriptions."""
        return sum(count if flow in COMING else -count for flow, count in self.flows.items())


def last_day(month: date) -> date:
    """The last day of that day's month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def latest(municipality: int | None = None) -> date | None:
    """The newest month's end that was counted here; else the newest that was reported from outside."""
    mine = _of(municipality)
    counted = MonthEnd.objects.filter(mine, dimension="all")
    reported = ExternalFigure.objects.filter(mine)
    for rows in (counted, reported):
        newest: date | None = rows.aggregate(last=Max("month_end"))["last"]
        if newest:
            return newest
    return None


def newest_day(municipality: int | None = None) -> tuple[date, int] | None:
    """The last day that was counted, and the active readers at its end."""
    rows = AudienceFact.objects.filter(_of(municipality), dimension="all")
    day: date | None = rows.aggregate(last=Max("on"))["last"]
    if day is None:
        return None
    return day, rows.filter(on=day).aggregate(n=Sum("readers"))["n"]


def months(last: date, count: int, municipality: int | None = None) -> list[Month]:
    """So many months up to the one that ends on ``last``, oldest first, without a hole."""
    ends = [last_day(months_before(last.replace(day=1), n)) for n in range(count)]
    found = {one: Month(one) for one in reversed(ends)}
    mine = _of(municipality)
    _active(found, mine)
    _flows(found, mine)
    reported = ExternalFigure.objects.filter(mine, month_end__in=list(found))
    for end, readers in reported.values_list("month_end").annotate(n=Sum("active_readers")):
        found[end].external = readers
    return list(found.values())


def _active(found: Mapping[date, Month], mine: Q) -> None:
    rows = (
        MonthEnd.objects.filter(
            mine, month_end__gte=min(found), month_end__lte=max(found),
            dimension__in=("all", "channel"),
        )
        .order_by()
        .values_list("month_end", "dimension", "value")
        .annotate(*map(Sum, ("readers", "subscriptions", "courses", "children")))
    )  # fmt: skip
    for end, dimension, value, *counts in rows:
        if dimension == "all":
            found[end].active = Count(*counts)
        else:
            found[end].channels[value] = Count(*counts)


def _flows(found: Mapping[date, Month], mine: Q) -> None:
    first, last = min(found).replace(day=1), max(found).replace(day=1)
    rows = MonthFlow.objects.filter(mine, month__lte=last).order_by()
    registered: dict[date, int] = {}
    for month, flow, count in (
        rows.filter(Q(month__gte=first) | Q(flow="registered"), dimension="all")
        .values_list("month", "flow")
        .annotate(n=Sum("count"))
    ):
        if flow == "registered":
            registered[month] = count
        if one := found.get(last_day(month)):
            one.flows[flow] = count
    blocks = rows.filter(month__gte=first, dimension="channel", value="line", flow="blocked")
    for month, count in blocks.values_list("month").annotate(n=Sum("count")):
        found[last_day(month)].line_blocked = count
    for one in found.values():
        one.registrations = sum(n for month, n in registered.items() if month <= one.month_end)


def breakdown(month_end: date, municipality: int | None = None) -> dict[str, dict[str, Count]]:
    """Dimension → value → count, at one month's end; without the sum over all."""
    rows = (
        MonthEnd.objects.filter(_of(municipality), month_end=month_end)
        .exclude(dimension="all")
        .order_by()
        .values_list("dimension", "value")
        .annotate(*map(Sum, ("readers", "subscriptions", "courses", "children")))
    )
    found: dict[str, dict[str, Count]] = defaultdict(dict)
    for dimension, value, *counts in rows:
        found[dimension][value] = Count(*counts)
    return found


def retention(municipality: int | None = None, policy: Policy = INSIDE) -> dict[str, list[Point]]:
    """Kind of the course at registration → the curve of those still receiving, as it may be shown."""
    rows = (
        RetentionFact.objects.filter(_of(municipality))
        .order_by()
        .values_list("kind", "weeks")
        .annotate(Sum("at_risk"), Sum("left"), Sum("censored"))
    )
    intervals: dict[str, list[Interval]] = defaultdict(list)
    for kind, *numbers in rows:
        intervals[kind].append(Interval(*numbers))
    return {
        kind: survival(steps, policy) for kind, steps in sorted(intervals.items(), reverse=True)
    }


def births(ids: Iterable[int] | None, until: int) -> dict[int, dict[int, int]]:
    """Municipality → calendar year → births, of all (None) or of those, of the years that matter to
    children under four at an end of a month in the year ``until``."""
    rows = Births.objects.filter(year__gt=until - YEARS_BACK - 2, year__lte=until)
    if ids is not None:
        rows = rows.filter(municipality__in=list(ids))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for municipality, year, count in rows.values_list("municipality_id", "year", "count"):
        found[municipality][year] = count
    return found


def children_by_age(month_end: date, ids: Iterable[int] | None = None) -> dict[int, dict[int, int]]:
    """Municipality → completed years of age (0, 1, 2, …) → born children with texts."""
    rows = MonthEnd.objects.filter(month_end=month_end, dimension="stage", value__startswith="b")
    if ids is not None:
        rows = rows.filter(municipality__in=list(ids))
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for municipality, band, count in rows.values_list("municipality_id", "value", "children"):
        found[municipality][int(band[1:]) // 12] += count
    return found


def covered(month_end: date, ids: Iterable[int] | None = None) -> dict[int, dict[int, Coverage]]:
    """Municipality → years of age (0 to 2) → coverage, where births are known."""
    wanted = None if ids is None else list(ids)
    known = births(wanted, month_end.year)
    reached = children_by_age(month_end, list(known) if wanted is not None else None)
    return {
        one: {
            age: share
            for age in range(3)
            if (share := cover(reached[one][age], years, month_end, 12 * age, 12 * age + 12))
        }
        for one, years in known.items()
        if one in reached
    }


def together(shares: Iterable[Coverage]) -> Coverage | None:
    """Many municipalities as one. Doubts about births add up: years fall together everywhere."""
    kept = list(shares)
    expected = sum(one.births for one in kept)
    if not expected:
        return None
    children = sum(one.children for one in kept)
    most = sum(one.most for one in kept)
    fewest = sum(one.fewest for one in kept)
    return Coverage(children, expected, fewest, most, any(one.carried for one in kept))


def _of(municipality: int | None) -> Q:
    return Q() if municipality is None else Q(municipality=municipality)
