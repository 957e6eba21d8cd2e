"""How long readers stay: the share still receiving by weeks since registration.

The life-table (actuarial) estimate. Who grows out, or has not been here longer, is censored in the
middle of an interval: no loss, and no longer at risk.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """Of those still receiving ``weeks`` after registration, how many left before the next step,
    and how many were last seen in it."""

    weeks: int
    at_risk: int
    left: int
    censored: int


@dataclass(frozen=True, slots=True)
class Point:
    """``share`` of those who registered still receive after ``weeks``, a number from 0 to 1."""

    weeks: int
    share: float
    at_risk: int


def survival(intervals: Iterable[Interval], fewest: int = 10) -> list[Point]:
    """The curve, one point at the begin of each interval. It ends where fewer than ``fewest`` are
    at risk: a share of nine says nothing, and may say too much about one of them."""
    points = []
    share = 1.0
    for one in sorted(intervals, key=lambda one: one.weeks):
        if one.at_risk < fewest:
            break
        points.append(Point(one.weeks, share, one.at_risk))
        exposed = one.at_risk - one.censored / 2
        share *= 1 - min(one.left / exposed, 1.0) if exposed > 0 else 0.0
    return points
