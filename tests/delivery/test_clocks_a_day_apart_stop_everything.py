"""The day is asked of a worker's clock, whether it is over of the database's: they must agree."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from delivery import clocks, running
from kizuna.lib import clock
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text


def turn(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    real = clock.now

    def turned() -> datetime:
        return real() + by

    monkeypatch.setattr(clock, "now", turned)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_apart_nothing_is_planned_sent_or_ended(
    morning: Morning, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    before = morning.states()
    turn(monkeypatch, timedelta(days=days))
    assert running.plan_due(clock.today()) == 0
    running.sweep()
    assert running.work("email") == 0
    assert morning.states() == before == [("planned", "")]


@pytest.mark.parametrize("hours", [-1, 1])
def test_an_hour_apart_everybody_works(
    db: None, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    turn(monkeypatch, timedelta(hours=hours))
    assert clocks.agree()


def test_monitoring_sees_the_difference(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.METRICS_TOKEN = "token"  # type: ignore[attr-defined]
    turn(monkeypatch, timedelta(days=-1))
    said = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    [line] = [one for one in said.splitlines() if one.startswith("kizuna_clock_difference")]
    assert float(line.split()[1]) == pytest.approx(86_400, abs=60)
