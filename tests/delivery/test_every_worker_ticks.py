"""An emptied, frozen or deaf Redis costs one interval: every worker also looks by itself."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from celery import signals
from django.db import OperationalError, connection

from delivery import forecasting, running, ticker
from delivery.alarms import watch
from delivery.channels import registry
from delivery.models import Heartbeat, Run
from delivery.ticker import Ticker
from messages.services import desk_mails
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text

ALL = {"plan", "email", "line"}


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch, morning: Morning) -> None:
    by_name = {"email": morning.email, "line": morning.line}
    monkeypatch.setattr(registry, "get", by_name.__getitem__)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a tick asked for, without doing it."""
    made: list[str] = []
    monkeypatch.setattr(running, "beat", lambda name: made.append(f"beat {name}"))
    monkeypatch.setattr(running, "plan_due", lambda today: made.append("plan"))

    def sweep(**_: float) -> None:
        made.append("sweep")

    monkeypatch.setattr(running, "sweep", sweep)

    def work(name: str, seconds: float) -> int:
        made.append(f"work {name}")
        return 0

    monkeypatch.setattr(running, "work", work)
    monkeypatch.setattr(running, "stopping", threading.Event())
    monkeypatch.setattr(ticker, "oldest_due_seconds", dict)
    monkeypatch.setattr(forecasting, "look", lambda now: None)
    # Looking for alarms and telling of reviews have tests of their own (tests/alarms, tests/desk).
    monkeypatch.setattr(watch, "look", lambda: None)
    monkeypatch.setattr(desk_mails, "look", lambda: None)
    monkeypatch.setattr(ticker, "wake", lambda channels: made.append(f"wake {channels}"))
    monkeypatch.setattr(ticker, "close_old_connections", lambda: None)
    monkeypatch.setattr(ticker, "connection", SimpleNamespace(close=lambda: None))
    return made


@pytest.fixture
def short(settings: Any) -> None:
    settings.TICK_SECONDS = 0.02


def until(condition: Any, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def test_one_tick_plans_and_sends_a_whole_morning_without_redis(
    morning: Morning, channels: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_text("d45")
    make_family(morning.municipality, email="alice@example.jp")
    make_family(morning.municipality, line="U" + "1" * 32)
    Ticker("one@host", ALL).tick()
    assert morning.states() == [("sent", ""), ("sent", "")]
    assert Heartbeat.objects.filter(name="worker:one@host").exists()
    # The next tick sweeps what is finished; 0: whoever swept a moment ago does not count.
    monkeypatch.setattr("django.conf.settings.TICK_SECONDS", 0)
    Ticker("one@host", ALL).tick()
    with in_municipality(morning.municipality.pk):
        assert Run.objects.get().finished_at is not None
    assert len(morning.email.sent) == len(morning.line.sent) == 1


def test_a_tick_frees_what_a_dead_worker_held(morning: Morning, channels: None) -> None:
    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    with in_municipality(morning.municipality.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_delivery SET state = 'claimed', lease_owner = 'dead',"
            " lease_until = now() - interval '1 second'"
        )
        cursor.execute("UPDATE delivery_lane SET is_open = false")
    Ticker("one@host", ALL).tick()
    assert morning.states() == [("sent", "")]


@pytest.mark.parametrize(
    ("queues", "wanted"),
    [
        (ALL, ["plan", "sweep", "work email", "work line"]),
        ({"plan"}, ["plan", "sweep"]),
        ({"email"}, ["work email"]),
        ({"line"}, ["work line"]),
    ],
)
def test_a_worker_does_what_its_queues_are_for(
    calls: list[str], queues: set[str], wanted: list[str]
) -> None:
    Ticker("w", queues).tick()
    assert calls == ["beat worker:w", *wanted]


def test_where_work_waits_the_tick_calls_the_other_threads_first(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beat's next minute may be far away; until then one thread would send alone."""
    monkeypatch.setattr(ticker, "oldest_due_seconds", lambda: {"line": 3.0})
    Ticker("w", ALL).tick()
    assert calls[-3:] == ["work email", "wake ['line']", "work line"]


def test_a_tick_that_fails_is_logged_and_the_next_one_comes(
    calls: list[str], short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(today: object) -> None:
        calls.append("plan")
        if calls.count("plan") < 3:
            raise OperationalError("the database restarts")

    logged: list[str] = []
    monkeypatch.setattr(running, "plan_due", fails)
    monkeypatch.setattr(
        ticker, "log", SimpleNamespace(exception=lambda event, **_: logged.append(event))
    )
    one = Ticker("w", {"plan"})
    one.start()
    until(lambda: "sweep" in calls)
    one.stop()
    assert not one.is_alive()
    assert logged == ["tick failed"] * 2


def test_a_busy_morning_is_not_slept_through(
    calls: list[str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TICK_SECONDS = 60
    left = [500, 500, 0]
    monkeypatch.setattr(running, "work", lambda name, seconds: left.pop(0))
    one = Ticker("w", {"email"})
    one.start()
    until(lambda: not left)
    one.stop()
    assert not one.is_alive()


def test_stop_waits_for_the_batch_in_hand(
    calls: list[str], short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_hand, go_on = threading.Event(), threading.Event()

    def slow(name: str, seconds: float) -> int:
        in_hand.set()
        go_on.wait(5)
        calls.append(f"finished {name}")
        return 0

    monkeypatch.setattr(running, "work", slow)
    one = Ticker("w", {"email", "line"})
    one.start()
    assert in_hand.wait(5)
    stopping = threading.Thread(target=one.stop)
    stopping.start()
    until(one.stopping.is_set)
    stopping.join(0.05)
    assert stopping.is_alive()
    go_on.set()
    stopping.join(5)
    assert not one.is_alive()
    # What it had in hand is finished, and nothing new is begun.
    assert calls[-1] == "finished email"


def test_a_worker_that_is_asked_to_end_begins_no_further_batch(
    morning: Morning, channels: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    asked = threading.Event()
    asked.set()
    monkeypatch.setattr(running, "stopping", asked)
    assert running.work("email") == 0
    assert morning.states() == [("planned", "")]


def test_a_sleeping_ticker_stops_at_once(calls: list[str], settings: Any) -> None:
    settings.TICK_SECONDS = 60
    one = Ticker("w", {"plan"})
    one.start()
    until(lambda: "sweep" in calls)
    started = time.monotonic()
    one.stop()
    assert not one.is_alive()
    assert time.monotonic() - started < 1


@dataclass(eq=False)
class Consumer:
    hostname: str
    app: Any


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What Celery hands to ``worker_ready``: here one that consumes plan and line."""
    tickers: list[Ticker] = []
    monkeypatch.setattr(ticker, "_tickers", tickers)
    queues = SimpleNamespace(consume_from={"plan": None, "line": None})
    yield Consumer("w1@host", SimpleNamespace(amqp=SimpleNamespace(queues=queues)))
    for one in tickers:
        one.stop()


def test_celery_s_signals_start_it_with_the_worker_s_queues_and_end_it(
    calls: list[str], short: None, worker: Any
) -> None:
    signals.worker_ready.send(sender=worker)
    [one] = ticker._tickers
    assert (one.worker, one.queues, one.daemon) == ("w1@host", {"plan", "line"}, True)
    until(lambda: "work line" in calls)
    assert "work email" not in calls
    signals.worker_shutting_down.send(sender="w1@host", sig="TERM", how="Warm", exitcode=0)
    assert one.stopping.is_set()
    assert running.stopping.is_set(), "the pool's threads would go on for up to 50 s"
    signals.worker_shutdown.send(sender=worker)
    assert not one.is_alive()


def test_celery_s_app_brings_the_ticker_into_every_worker() -> None:
    from kizuna.celery import app

    app.loader.import_default_modules()
    receivers = {getattr(ref(), "__name__", "") for _, ref in signals.worker_ready.receivers}
    assert "_start" in receivers
