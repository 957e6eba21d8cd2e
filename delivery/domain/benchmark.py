"""Where a municipality stands at a month's end, in figures that sizes have in common, and where the
middle half of its peers stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles
from typing import Final

from delivery.domain.coverage import cover

FIRST_YEAR: Final = "first_year"
"""Children under one year with texts, of 100 born."""
PREGNANCY: Final = "pregnancy"
"""Pregnancies with texts on that day, for 100 births of a year."""
FATHERS: Final = "fathers"
"""Readers who are fathers, of 100 readers."""
LINE: Final = "line"
"""Readers by LINE, of 100 readers."""

METRICS: Final = (FIRST_YEAR, PREGNANCY, FATHERS, LINE)

FEWEST_PEERS: Final = 8
"""With fewer municipalities nobody is compared: they could be guessed. Of five, a quartile is simply
what one of them has."""
STEP: Final = 5
"""Per cent. What is told is rounded so far that it is no single municipality's own figure."""
FEWEST: Final = 5
"""A share of fewer readers or births than these says nothing, and could tell who they are."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a month's end says of one municipality."""

    readers: int = 0
    fathers: int = 0
    line: int = 0
    pregnancies: int = 0
    babies: int = 0
    """Born children under one year."""


@dataclass(frozen=True, slots=True)
class Quartiles:
    """A quarter of the peers is below ``low``, half below ``middle``, three quarters below ``high``."""

    peers: int
    low: float
    middle: float
    high: float


def standing(counts: Counts, births: Mapping[int, int], month_end: date) -> dict[str, float]:
    """Metric → per cent, of those that can be told. ``births``: calendar year → number."""
    found: dict[str, float] = {}
    year = cover(counts.babies, births, month_end, 0, 12)
    if year and year.births >= FEWEST:
        found[FIRST_YEAR] = year.share * 100
        found[PREGNANCY] = counts.pregnancies / year.births * 100
    if counts.readers >= FEWEST:
        found[FATHERS] = counts.fathers / counts.readers * 100
        found[LINE] = counts.line / counts.readers * 100
    return found


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """In steps of five per cent; None for fewer than ``FEWEST_PEERS`` municipalities."""
    if len(values) < FEWEST_PEERS:
        return None
    low, middle, high = (
        float(round(one / STEP) * STEP) for one in quantiles(values, n=4, method="inclusive")
    )
    return Quartiles(len(values), low, middle, high)
