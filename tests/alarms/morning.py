"""What a check may find in the morning, and how to ask it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from delivery.alarms import watch
from delivery.alarms.catalogue import CATALOGUE
from delivery.models import Alarm, AlarmCheck, DayFact, Forecast, PaceFact, Run
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests.console.days import DAY, make_run

HALF_PAST_NINE = datetime.combine(DAY, time(9, 30), tzinfo=clock.TOKYO)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=clock.TOKYO)


def ask(code: str, now: datetime | None = None) -> list[Alarm]:
    """Ask one question, and what stands open of it afterwards."""
    watch.ask([CATALOGUE[code]], now)
    return open_ones(code)


def open_ones(code: str = "") -> list[Alarm]:
    with across_for_npo():
        rows = Alarm.objects.filter(closed_at=None).select_related("municipality")
        if code:
            rows = rows.filter(cause=code)
        return list(rows.order_by("municipality_id", "about"))


def every() -> list[Alarm]:
    """All rows, closed or not."""
    with across_for_npo():
        return list(Alarm.objects.order_by("pk"))


def outcome(code: str) -> str:
    with across_for_npo():
        return AlarmCheck.objects.get(cause=code).outcome


def change(alarm: Alarm, **fields: Any) -> None:
    with across_for_npo():
        Alarm.objects.filter(pk=alarm.pk).update(**fields)


def forget_asking() -> None:
    """As if a minute had gone by for the database's clock."""
    with across_for_npo():
        AlarmCheck.objects.update(asked_at=clock.now() - timedelta(days=3000))


def running(municipality: Municipality, **fields: Any) -> Run:
    """A run that is under way, counted a moment ago."""
    run = make_run(municipality, planned=True)
    with in_municipality(municipality.pk):
        for name, value in {"swept_at": clock.now(), **fields}.items():
            setattr(run, name, value)
        run.save()
    return run


def pace(municipality: Municipality, moment: time, count: int = 10, channel: str = "email") -> None:
    with in_municipality(municipality.pk):
        PaceFact.objects.update_or_create(
            municipality=municipality,
            run_day=DAY,
            channel=channel,
            slot=(moment.hour * 60 + moment.minute) // 5,
            defaults={"count": count},
        )


def day_fact(
    municipality: Municipality,
    on: date = DAY,
    *,
    planned: int = 0,
    unexplained: int = 0,
    **fields: Any,
) -> None:
    with in_municipality(municipality.pk):
        DayFact.objects.update_or_create(
            municipality=municipality,
            run_day=on,
            channel="email",
            defaults={
                "planned": planned,
                "unexplained": unexplained,
                "counted_at": clock.now(),
                **fields,
            },
        )


def forecast(
    municipality: Municipality, expected: int, on: date = DAY, broadcasts: int = 0
) -> None:
    with in_municipality(municipality.pk):
        Forecast.objects.update_or_create(
            municipality=municipality,
            run_day=on,
            channel="email",
            defaults={
                "expected": expected,
                "broadcasts": broadcasts,
                "made_at": clock.now() - timedelta(hours=15),
            },
        )
