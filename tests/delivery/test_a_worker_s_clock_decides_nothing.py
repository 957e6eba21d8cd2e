"""A worker whose clock is an hour off plans and finishes like any other: the database's clock counts."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from delivery.models import Run
from delivery.planning import plan_day
from delivery.running import sweep
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text


@pytest.mark.parametrize("hours", [-1, 1])
def test_who_joins_is_topped_up_in_time_whatever_the_planner_s_clock_says(
    morning: Morning, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    real = clock.now
    if (real() + timedelta(hours=hours)).date() != real().date():
        hours = -hours  # within an hour of midnight the other way, or it would be another day
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=hours))
    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    morning.send()
    sweep()
    with in_municipality(morning.municipality.pk):
        run = Run.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    for stamp in (run.planned_at, run.topped_up_at, run.finished_at):
        assert stamp is not None
        assert abs(stamp - now) < timedelta(minutes=1)


def test_planning_again_at_once_is_told_by_the_database_s_clock(morning: Morning) -> None:
    make_text("d45")
    morning.plan()
    make_family(morning.municipality)
    assert plan_day(morning.municipality.pk, morning.on, only_if_due=True).total == 0
    with in_municipality(morning.municipality.pk):
        Run.objects.update(topped_up_at=clock.now() - timedelta(minutes=11))
    assert plan_day(morning.municipality.pk, morning.on, only_if_due=True).total == 1
