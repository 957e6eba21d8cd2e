"""For how many of the children who were born do texts arrive: a share with an honest range.

Births are known by calendar year, and late. Children of one age were born in twelve months across
two years: each year gives its part by days. A year that nobody has written down yet takes the number
of the nearest one known, and widens the range.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from math import sqrt

from delivery.domain.suppress import Policy

PER_YEAR_CARRIED = 0.05
"""So much births may change in a year; Japan's fell by three to five percent in each of the last."""
Z = 1.96
"""Nineteen of twenty."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Children reached, and births expected: ``fewest`` to ``most``. Shares as numbers, 1 = all.

    More than 1 is possible: families move in. ``carried``: some year's number was taken from another.
    """

    children: int
    births: float
    fewest: float
    most: float
    carried: bool

    @property
    def share(self) -> float:
        """The likeliest."""
        return self.children / self.births

    @property
    def low(self) -> float:
        """If as many were born as may be."""
        return self.children / self.most

    @property
    def high(self) -> float:
        """If as few were born as may be."""
        return self.children / self.fewest

    def shown(self, policy: Policy) -> "Coverage":
        """The same of the number that is shown: a share to a tenth of a per cent of known births would
        tell the exact one."""
        return replace(self, children=policy.rounded(self.children))


def months_before(day: date, months: int) -> date:
    """The same day so many months ago; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def cover(
    children: int, births: Mapping[int, int], month_end: date, youngest: int, oldest: int
) -> Coverage | None:
    """Children of ``youngest`` until under ``oldest`` completed months at the month's end.

    ``births``: calendar year → number. None where no number of a year near is known, or it is 0.
    """
    expected = doubt = 0.0
    carried = False
    for year, share in _years(month_end, youngest, oldest):
        source = year
        if year not in births:
            if not births:
                return None
            source = min(births, key=lambda known: (abs(known - year), -known))
        part = births[source] * share
        expected += part
        doubt += part * PER_YEAR_CARRIED * abs(source - year)
        carried = carried or source != year
    if expected <= 0:
        return None
    # A part of a year is no exact count either: births of the months vary as rare events do.
    spread = doubt + Z * sqrt(expected)
    fewest = max(expected - spread, 1.0)
    return Coverage(children, expected, fewest, expected + spread, carried)


@lru_cache(maxsize=64)
def _years(month_end: date, youngest: int, oldest: int) -> Sequence[tuple[int, float]]:
    """The calendar years in which they were born, each with the part of it that counts."""
    first = months_before(month_end, oldest) + timedelta(days=1)
    last = months_before(month_end, youngest)
    found = []
    for year in range(first.year, last.year + 1):
        begin, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        found.append((year, ((end - begin).days + 1) / (366 if year % 4 == 0 else 365)))
    return tuple(found)
