"""Facts as the nightly count leaves them, put down by hand: 13 months and more of one municipality."""

from collections.abc import Mapping
from datetime import date

from delivery.domain.coverage import months_before
from delivery.figures import last_day
from delivery.models import MonthEnd, MonthFlow, RetentionFact
from kizuna.lib import clock
from municipalities.models import Births, ExternalFigure, Municipality, Thanks
from municipalities.tenancy.scope import in_municipality

LAST = date(2026, 10, 31)
STAGES: Mapping[str, int] = {"p4": 40, "p8": 60, "b0": 90, "b6": 120, "b12": 150, "b24": 140}


def ends(count: int, last: date = LAST) -> list[date]:
    """So many ends of months up to that one, oldest first."""
    return [last_day(months_before(last.replace(day=1), n)) for n in reversed(range(count))]


def take_month_ends(
    municipality: Municipality, count: int = 14, readers: int = 600, growth: int = 10
) -> None:
    """AU that grows by ``growth`` a month up to ``readers``, with every breakdown."""
    rows = []
    for back, end in enumerate(reversed(ends(count))):
        whole = readers - growth * back
        parts = {
            ("all", ""): whole,
            ("channel", "email"): whole // 3,
            ("channel", "line"): whole - whole // 3,
            ("relation", "mother"): whole * 4 // 5,
            ("relation", "father"): whole // 5,
            **{("stage", band): whole * share // 600 for band, share in STAGES.items()},
        }
        rows += [
            MonthEnd(
                municipality=municipality, month_end=end, dimension=dimension, value=value,
                readers=number, subscriptions=number, courses=number, children=number,
                last_birthday=3, taken_at=clock.now(),
            )
            for (dimension, value), number in parts.items()
        ]  # fmt: skip
    with in_municipality(municipality.pk):
        MonthEnd.objects.bulk_create(rows)


def count_flows(municipality: Municipality, count: int = 14, **flows: int) -> None:
    """The same flows in each of so many months, the blocked ones on LINE."""
    numbers = flows or {"registered": 40, "stopped": 12, "blocked": 4, "graduated": 14}
    rows = []
    for end in ends(count):
        common = {"municipality": municipality, "month": end.replace(day=1)}
        rows += [
            MonthFlow(**common, flow=flow, dimension="all", value="", count=number)
            for flow, number in numbers.items()
        ]
        rows.append(
            MonthFlow(
                **common, flow="blocked", dimension="channel", value="line",
                count=numbers.get("blocked", 0),
            )
        )  # fmt: skip
    with in_municipality(municipality.pk):
        MonthFlow.objects.bulk_create(rows)


def follow_up(municipality: Municipality) -> None:
    """A life table in which those of a pregnancy stay longer."""
    with in_municipality(municipality.pk):
        for kind, loss in (("pregnancy", 2), ("child", 5)):
            at_risk = 400
            for weeks in (0, 1, 2, 4, 8, 13, 26, 39, 52):
                RetentionFact.objects.create(
                    municipality=municipality, kind=kind, weeks=weeks, at_risk=at_risk,
                    left=loss, censored=20,
                )  # fmt: skip
                at_risk -= loss + 20


def know_births(municipality: Municipality, **years: int) -> None:
    """``y2025=812``."""
    with in_municipality(municipality.pk):
        for year, count in years.items():
            Births.objects.create(
                municipality=municipality, year=int(year[1:]), count=count, noted_at=clock.now()
            )


def report_from_outside(municipality: Municipality, readers: int, end: date = LAST) -> None:
    with in_municipality(municipality.pk):
        ExternalFigure.objects.create(
            municipality=municipality, month_end=end, active_readers=readers, source="月次報告"
        )


def thank(municipality: Municipality, text: str, *, may_publish: bool = True) -> Thanks:
    with in_municipality(municipality.pk):
        return Thanks.objects.create(
            municipality=municipality, text=text, may_publish=may_publish, month=date(2026, 10, 1)
        )
