"""Yesterday in sum, and what the next seven days expect, beside the NPO's page of today.

Inside ``across_for_npo`` only: daily figures and forecasts of all municipalities, three statements.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Sum

from delivery.facts import FLOWS
from delivery.models import DailyFact, FlowFact, Forecast
from delivery.queries import Counts

DAYS = 7


@dataclass(slots=True)
class Yesterday:
    """``flows``: how many registered, came back, stopped, … ; empty where nothing was counted."""

    day: date
    counts: Counts = field(default_factory=Counts)
    flows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coming:
    """``expected`` deliveries and readers ``without_text``; None where nobody has looked yet."""

    day: date
    expected: int | None
    without_text: int


def yesterday(today: date) -> Yesterday:
    """All municipalities' day before, and who came and went on it."""
    found = Yesterday(today - timedelta(days=1))
    rows = DailyFact.objects.filter(run_day=found.day).values_list("state")
    for state, count in rows.annotate(all=Sum("count")):
        found.counts.add(state, count)
    flows = FlowFact.objects.filter(on=found.day).values_list("flow")
    counted = dict(flows.annotate(all=Sum("count")))
    found.flows = {flow: counted.get(flow, 0) for flow in FLOWS} if counted else {}
    return found


def coming(today: date) -> list[Coming]:
    """The next seven days, tomorrow first."""
    days = [today + timedelta(days=ahead) for ahead in range(1, DAYS + 1)]
    rows = Forecast.objects.filter(run_day__in=days).values_list("run_day")
    sums = rows.annotate(all=Sum("expected"), none=Sum("without_text"))
    known = {day: (expected, without) for day, expected, without in sums}
    return [Coming(day, *known.get(day, (None, 0))) for day in days]
