"""How punctual the whole installation is, day by day: for everybody, without a municipality's name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.db import connection

from delivery.domain.suppress import PUBLIC, Policy
from delivery.reasons import ON_PURPOSE
from kizuna.lib.sqlfile import load

DAYS = 30
KEPT_SECONDS = 60
NEARLY_ALL = 0.95
"""The time to send is that after which so much had been handed over."""
TODAY_FROM = time(9, 10)
"""From then on today counts: the five minutes before nine are counted up."""


@dataclass(frozen=True, slots=True)
class PunctualDay:
    """``meant``: deliveries that were to be handed over; ``early``: before 9:00; ``minutes``: from
    the hour of sending until 95 of 100 were handed over, None where they never were. ``is_silent``:
    readers waited, and nobody planned the day. ``is_idle``: it was planned, and held nothing to send."""

    day: date
    meant: int
    early: int
    minutes: int | None
    is_silent: bool = False
    is_idle: bool = False

    @property
    def share(self) -> float | None:
        """Handed over by 9:00; None where the day is too small to be told."""
        return 0.0 if self.is_silent else share_of(self.early, self.meant)


def share_of(early: int, meant: int, policy: Policy = PUBLIC) -> float | None:
    """A share that says nothing about single readers, else None. Never more than all."""
    if meant < max(policy.base, 1):
        return None
    return min(early / meant, 1.0)


def days(now: datetime) -> list[PunctualDay]:
    """The last days, oldest first, without those before the first plan and those of which all was
    left out on purpose. Kept a minute.

    A day is never left out because the service was down. Inside ``across_for_npo``.
    """
    last = now.date() if now.time() >= TODAY_FROM else now.date() - _DAY
    key = f"status:{last}"
    found: list[PunctualDay] | None = cache.get(key)
    if found is None:
        found = _read(last - timedelta(days=DAYS - 1), last)
        cache.set(key, found, KEPT_SECONDS)
    return found


_DAY = timedelta(days=1)


def _read(first: date, last: date) -> list[PunctualDay]:
    between = {"first": first, "last": last}
    early: dict[date, int] = defaultdict(int)
    delays: dict[date, list[tuple[int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            load(__file__, "status_meant"), {**between, "on_purpose": sorted(ON_PURPOSE)}
        )
        meant = {day: int(count) for day, count, _planned in cursor.fetchall()}
        cursor.execute(load(__file__, "status_pace"), between)
        for day, delay, is_early, count in cursor.fetchall():
            delays[day].append((delay, int(count)))
            early[day] += int(count) if is_early else 0
    told = [
        PunctualDay(day, count, early[day], _minutes(delays[day], count))
        for day, count in meant.items()
        if count
    ]
    return sorted([*told, *_unsent(first, last, meant)], key=lambda one: one.day)


def _unsent(first: date, last: date, meant: Mapping[date, int]) -> Iterator[PunctualDay]:
    """Days without a single planned delivery, since there are plans and enough readers to tell of.

    That readers wait is known from the count of an evening before, or from what was sent before:
    where the service stood still, nobody may have counted either.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if all(day in meant for day in days):
        return
    planned = _by_day("status_planned", first, last)
    counted = _by_day("status_waiting", first - timedelta(days=DAYS), last)
    waiting = counted[max(before)] if (before := [day for day in counted if day < first]) else 0
    for day in days:
        if day in meant:
            waiting = max(waiting, meant[day])
        elif day in planned and waiting >= PUBLIC.base:
            is_idle = bool(planned[day])
            yield PunctualDay(day, 0, 0, None, is_silent=not is_idle, is_idle=is_idle)
        waiting = counted.get(day, waiting)


def _by_day(name: str, first: date, last: date) -> dict[date, int]:
    with connection.cursor() as cursor:
        cursor.execute(load(__file__, name), {"first": first, "last": last})
        return {day: int(value) for day, value in cursor.fetchall()}


def _minutes(delays: Sequence[tuple[int, int]], meant: int) -> int | None:
    """Until when nearly all that was meant to be sent was handed over."""
    done = 0
    for delay, count in sorted(delays):
        done += count
        if done >= NEARLY_ALL * meant:
            return max(delay, 0)
    return None
