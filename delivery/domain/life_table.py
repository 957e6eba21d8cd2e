"""How long readers stay: the share still receiving by weeks since registration.

The life-table (actuarial) estimate. Who grows out, or has not been here longer, is censored in the
middle of an interval: no loss, and no longer at risk.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from delivery.domain.suppress import INSIDE, Policy

FEWEST = 10
"""A share of nine says nothing, and may say too much about one of them."""


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
    """``share`` of those who registered still receive after ``weeks``, a number from 0 to 1; None:
    not to be shown."""

    weeks: int
    share: float | None
    at_risk: int


def survival(intervals: Iterable[Interval], policy: Policy = INSIDE) -> list[Point]:
    """The curve, one point at the begin of each interval, as it may be shown.

    It ends where fewer than ``FEWEST`` are at risk. Two shares tell how many left between them: where
    that number is a small one, the second share is hidden, until enough have left. Who is at risk at
    the begin is the table's base.
    """
    points: list[Point] = []
    share, left = 1.0, 0
    steps = sorted(intervals, key=lambda one: one.weeks)
    if not steps or steps[0].at_risk < policy.base:
        return []
    for one in steps:
        if one.at_risk < max(FEWEST, policy.threshold):
            break
        if 0 < left < policy.threshold:
            points.append(Point(one.weeks, None, one.at_risk))
        else:
            points.append(Point(one.weeks, _rounded(share, steps[0].at_risk, policy), one.at_risk))
            left = 0
        left += one.left
        exposed = one.at_risk - one.censored / 2
        share *= 1 - min(one.left / exposed, 1.0) if exposed > 0 else 0.0
    return points


def _rounded(share: float, base: int, policy: Policy) -> float:
    """The share of rounded numbers: to a tenth of a per cent it would tell the exact ones."""
    if policy.rounding == 1:
        return share
    return min(policy.rounded(round(share * base)) / policy.rounded(base), 1.0)
