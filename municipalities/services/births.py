"""The births of a year, and for how many of the youngest children texts arrive."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Sum

from kizuna.lib import clock
from municipalities.models import Births, Course, Municipality, StaffUser, Subscription
from municipalities.services.audit import note
from municipalities.services.reader_figures import FEWEST

YEARS_BACK = 3
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Children under one year with texts, beside the births of the last full year (None: unknown)."""

    children: int
    year: int
    births: int | None

    @property
    def percent(self) -> int | None:
        """Rounded; None where it is unknown, or would tell a number that is too small to be told."""
        if self.births is None or min(self.births, self.children) < FEWEST:
            return None
        return (200 * self.children + self.births) // (2 * self.births)


def years(on: date) -> list[int]:
    """The years whose births are asked for: this one and the three before, newest first."""
    return [on.year - back for back in range(YEARS_BACK + 1)]


def kept(on: date) -> dict[int, int]:
    """Year → births, of the years that are asked for. Inside ``in_municipality``."""
    return dict(Births.objects.filter(year__in=years(on)).values_list("year", "count"))


def write_down(
    municipality: Municipality,
    staff: StaffUser,
    year: int,
    count: int | None,
    *,
    source: str = "",
) -> None:
    """Put down, change, or (None) take away a year's number. What stays the same leaves no trace.

    ``source``: a published statistic by name; empty for what the municipality counted itself.
    """
    one = Births.objects.select_for_update().filter(year=year).first()
    before = one.count if one else None
    if count == before:
        return
    if count is not None:
        Births.objects.update_or_create(
            municipality=municipality,
            year=year,
            defaults={"count": count, "noted_at": clock.now(), "source": source},
        )
    elif one:
        one.delete()
    numbers = {"before": before, "after": count}
    known: dict[str, Any] = {key: value for key, value in numbers.items() if value is not None}
    note(municipality, staff, "births.changed", purpose=source, year=year, **known)


def coverage(on: date) -> Coverage:
    """As things stand on that day. Inside ``in_municipality``."""
    arriving = Subscription.objects.filter(
        course_id=OuterRef("pk"),
        stopped_at=None,
        endpoint__verified_at__isnull=False,
        endpoint__blocked_at=None,
    )
    youngest = Course.objects.filter(
        Exists(arriving), kind="child", closed_at=None, anchor__gt=on - A_YEAR, anchor__lte=on
    )
    last = on.year - 1
    return Coverage(
        children=youngest.aggregate(all=Sum("children"))["all"] or 0,
        year=last,
        births=Births.objects.filter(year=last).values_list("count", flat=True).first(),
    )
