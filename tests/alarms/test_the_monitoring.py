"""/metrics says how many alarms are open, and since when nobody has looked: silence is heard too."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from delivery.alarms import watch
from delivery.models import Heartbeat
from kizuna import health
from kizuna.lib import clock
from tests.alarms.morning import ask, forget_asking

TOKEN = "metrics-token-of-this-test"


@pytest.fixture
def shown(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Any:
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(health, "_queue_lengths", dict)

    def lines() -> list[str]:
        answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return answer.content.decode().splitlines()

    return lines


def test_open_alarms_by_cause_and_state(shown: Any) -> None:
    Heartbeat.objects.create(name="beat", at=clock.now() - timedelta(hours=1))
    ask("beat_stopped")
    wanted = 'kizuna_alarms_open{cause="beat_stopped",state="alarm"} 1.0'
    assert wanted in shown()
    Heartbeat.objects.update(at=clock.now())
    ask("beat_stopped")
    assert wanted not in shown()


def age(lines: list[str]) -> float | None:
    name = "kizuna_alarms_looked_age_seconds "
    return next((float(one.split()[1]) for one in lines if one.startswith(name)), None)


def test_when_nobody_looks_the_age_grows_and_before_the_first_look_it_is_absent(
    shown: Any,
) -> None:
    assert age(shown()) is None
    watch.look()
    fresh = age(shown())
    forget_asking()
    old = age(shown())
    assert fresh is not None
    assert old is not None
    assert old > 1000 * 86_400 > fresh
