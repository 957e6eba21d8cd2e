"""Which anchor dates are in which band on a day. SQL gets ranges and never reckons with months."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from delivery.facts.words import BANDS, Band
from messages.domain.graduation import latest_birth_graduated_by
from messages.domain.stage import DUE_DAY, Kind

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """On the day ``on``, courses with an anchor from ``first`` to ``last`` are in the band."""

    on: date
    band: str
    kind: str
    first: date
    last: date


def latest_birth(months: int, on: date) -> date:
    """The youngest child that is ``months`` completed months old on that day.

    Everybody born then or earlier is that old: the inverse of ``falls_on`` for whole sets. Months
    end on the last day of a shorter month.
    """
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    at_month_end = on.day == calendar.monthrange(on.year, on.month)[1]
    return date(year, month + 1, last if at_month_end else min(on.day, last))


@lru_cache(maxsize=512)
def stretches(on: date, last_birthday: int) -> tuple[Stretch, ...]:
    """All bands that a course can be in on that day, up to the municipality's last birthday."""
    eldest = latest_birth_graduated_by(on - ONE_DAY, last_birthday) + ONE_DAY
    found = []
    for name, band in BANDS.items():
        first, last = _anchors(band, on, eldest)
        if first <= last:
            found.append(Stretch(on, name, band.kind.value, first, last))
    return tuple(found)


def _anchors(band: Band, on: date, eldest: date) -> tuple[date, date]:
    if band.kind is Kind.PREGNANCY:
        end = band.last if band.last is not None else band.first
        return on + timedelta(days=DUE_DAY - end), on + timedelta(days=DUE_DAY - band.first)
    if band.last is None:
        return eldest, latest_birth(band.first, on)
    return max(eldest, latest_birth(band.last + 1, on) + ONE_DAY), latest_birth(band.first, on)


def as_arrays(found: Iterable[Stretch]) -> dict[str, list[Any]]:
    """The columns as the statements want them: ``days``, ``bands``, ``kinds``, ``firsts``, ``lasts``."""
    rows = list(found)
    return {
        "days": [one.on for one in rows],
        "bands": [one.band for one in rows],
        "kinds": [one.kind for one in rows],
        "firsts": [one.first for one in rows],
        "lasts": [one.last for one in rows],
    }
