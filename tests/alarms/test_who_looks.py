"""Beat's tick looks, and so does every worker's: a beat that stopped is seen by the workers."""

from datetime import timedelta

import pytest

from delivery import running, tasks
from delivery.alarms import watch
from delivery.models import Heartbeat
from delivery.ticker import Ticker
from kizuna.lib import clock
from tests.alarms.morning import ask, forget_asking, open_ones


@pytest.fixture(autouse=True)
def _nothing_to_do(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "wake", lambda *_, **__: None)


@pytest.mark.parametrize(
    "queues", [{"email"}, {"line"}, {"plan", "email"}], ids=["email", "line", "plan and email"]
)
def test_a_worker_sees_that_beat_has_stopped(queues: set[str]) -> None:
    Heartbeat.objects.create(name="beat", at=clock.now() - timedelta(hours=1))
    Ticker("mail@one", queues).tick()
    assert [one.cause for one in open_ones("beat_stopped")] == ["beat_stopped"]


def test_beat_looks_itself_and_closes_what_was_said_of_it() -> None:
    Heartbeat.objects.create(name="beat", at=clock.now() - timedelta(hours=1))
    Ticker("mail@one", {"email"}).tick()
    forget_asking()
    tasks.tick()
    Heartbeat.objects.update(at=clock.now())
    assert ask("beat_stopped") == []


def test_a_worker_that_is_asked_to_end_looks_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(watch, "look", lambda: looked.append("look"))
    monkeypatch.setattr(running, "work", lambda *_, **__: 0)
    one = Ticker("mail@one", {"email"})
    one.tick()
    one.stopping.set()
    one.tick()
    assert looked == ["look"]


def test_the_night_asks_the_questions_inside_of_municipalities(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(watch, "look_at_night", lambda: looked.append("night"))
    tasks.nightly()
    assert looked == ["night"]
