"""Has something changed that the figures of weeks tell? Statistical: asked hourly, never told at night."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import exp
from statistics import median

from django.db.models import QuerySet, Sum

from delivery.alarms.cause import Finding, NoDataError
from delivery.alarms.look import Key, Look
from delivery.models import AudienceFact, DailyFact, FlowFact
from municipalities.models import Births

BLOCKS = 10
BLOCK_TIMES = 3
WEEKS = timedelta(days=28)
YEAR = timedelta(days=364)
"""52 weeks: the same days of the week."""
TAIL = 0.025


def block_spike(look: Look) -> Iterator[Finding]:
    """In the last two counted days a channel lost three times as many as usual, and at least ten.

    In LINE those are people who block the account, by e-mail addresses that are found dead.
    """
    _must_be_counted(look)
    last = look.counted_day
    before = last - timedelta(days=1)
    recent = _blocked(FlowFact.objects.filter(on__gte=before, on__lte=last))
    suspects = {key for key, counts in recent.items() if sum(counts) >= BLOCKS}
    if not suspects:
        return
    weeks = FlowFact.objects.filter(on__lt=before, on__gte=before - WEEKS)
    days = _blocked(weeks.filter(municipality__in={pk for pk, _ in suspects}))
    for pk, channel in sorted(suspects):
        # A day without a row is a day without a block.
        counts = days.get((pk, channel), [])
        usual = 2 * median([*counts, *[0] * (WEEKS.days - len(counts))])
        count = sum(recent[pk, channel])
        if pk in look.live and count > BLOCK_TIMES * usual:
            yield Finding(pk, channel, {"channel": channel, "count": count, "usual": int(usual)})


def registrations_fall(look: Look) -> Iterator[Finding]:
    """28 days with fewer registrations than chance explains, held against a year before and births."""
    _must_be_counted(look)
    last = look.counted_day
    now = _flow("registered", last - WEEKS + timedelta(days=1), last)
    then = _flow("registered", last - YEAR - WEEKS + timedelta(days=1), last - YEAR)
    trend = _births_trend(last.year)
    for pk, count_then in sorted(then.items()):
        if pk not in look.live:
            continue
        expected = min(count_then, count_then * trend.get(pk, 1.0))
        if now.get(pk, 0) < lower_limit(expected):
            yield Finding(pk, facts={"count": now.get(pk, 0), "before": count_then})


def lower_limit(mean: float) -> int:
    """The smallest count that a Poisson variable of that mean does not fall below in 97.5 % of cases."""
    if mean > 500:
        # exp(-mean) would vanish; so far out the normal distribution is as good.
        return max(0, int(mean - 1.96 * mean**0.5))
    term = total = exp(-mean)
    count = 0
    while total < TAIL:
        count += 1
        term *= mean / count
        total += term
    return count


def _blocked(rows: QuerySet[FlowFact]) -> dict[Key, list[int]]:
    """The days that had blocks, by municipality and channel."""
    found: dict[Key, list[int]] = {}
    blocked = rows.filter(flow="blocked").exclude(channel="")
    for pk, channel, count in blocked.values_list("municipality_id", "channel", "count"):
        found.setdefault((pk, channel), []).append(count)
    return found


def _flow(flow: str, first: date, last: date) -> dict[int, int]:
    rows = FlowFact.objects.filter(flow=flow, on__gte=first, on__lte=last)
    return dict(rows.values_list("municipality_id").annotate(sum=Sum("count")))


def _births_trend(year: int) -> dict[int, float]:
    """The newest known year's births divided by those of the year before it, by municipality."""
    known: dict[int, dict[int, int]] = {}
    rows = Births.objects.filter(year__gte=year - 3, year__lte=year)
    for pk, one, count in rows.values_list("municipality_id", "year", "count"):
        known.setdefault(pk, {})[one] = count
    trends = {}
    for pk, years in known.items():
        newest = max(years)
        if years.get(newest - 1):
            trends[pk] = years[newest] / years[newest - 1]
    return trends


def _must_be_counted(look: Look) -> None:
    """Something was sent that day, so somebody was receiving, so the night should have counted them."""
    day = look.counted_day
    if AudienceFact.objects.filter(on=day).exists():
        return
    if DailyFact.objects.filter(run_day=day, state="sent", count__gt=0).exists():
        raise NoDataError
