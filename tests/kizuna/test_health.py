"""What the load balancer and the alarm see, and what they must not need."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, RequestFactory

from delivery.invariants import Finding, remember
from delivery.models import Heartbeat
from kizuna import health
from kizuna.lib import clock

TOKEN = "metrics-token-of-this-test"


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Everything is there; each test takes one thing away."""
    Heartbeat.objects.create(name="beat", at=clock.now())

    class Answers:
        def ping(self) -> bool:
            return True

        def llen(self, name: str) -> int:
            return 3 if name == "plan" else 0

    monkeypatch.setattr(health, "_client", Answers)
    monkeypatch.setattr(health, "_migrated", threading.Event())


def asked() -> tuple[int, dict[str, str]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def test_livez_touches_nothing(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    # Without the ``db`` fixture any query would raise; Redis is an address that nobody can open.
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(health, "_client", lambda: pytest.fail("Redis was asked"))
    answer = health.livez(rf.get("/livez"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_livez_is_answered_through_the_whole_stack_without_a_database(client: Client) -> None:
    assert client.get("/livez").status_code == 200


def test_ready_when_everything_is_there(ready: None) -> None:
    assert asked() == (200, {"database": "ok", "redis": "ok", "beat": "ok"})


def test_a_database_that_is_gone_takes_the_process_out(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = OperationalError("connection to server at 10.0.0.5 failed for kizuna_app")
    with monkeypatch.context() as outage:
        outage.setattr(connection, "cursor", raising(gone))
        status, checks = asked()
    assert status == 503
    assert checks == {"database": "unreachable", "redis": "ok", "beat": "unknown"}


def test_missing_migrations_take_the_process_out(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("one", False)])
    status, checks = asked()
    assert (status, checks["database"]) == (503, "migrations missing")


def test_the_real_comparison_sees_a_migration_that_was_not_run(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    real = MigrationRecorder.applied_migrations

    def without_one(self: MigrationRecorder) -> Any:
        applied = real(self)
        del applied[max(key for key in applied if key[0] == "delivery")]
        return applied

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", without_one)
    assert asked()[1]["database"] == "migrations missing"


def test_migrations_are_compared_until_none_is_missing_and_then_no_more(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = [[("one", False)], [("one", False)], []]
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: plans.pop(0))
    said = [asked()[1]["database"] for _ in range(5)]
    assert said == ["migrations missing", "migrations missing", "ok", "ok", "ok"]


def test_a_database_that_goes_later_is_still_seen(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked()[1]["database"] == "ok"
    with monkeypatch.context() as outage:
        outage.setattr(connection, "cursor", raising(OperationalError("gone")))
        assert asked()[0] == 503
    assert asked()[0] == 200


def test_redis_that_is_gone_is_told_and_the_process_goes_on(
    ready: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.undo()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, checks = asked()
    assert (status, checks["redis"]) == (200, "unreachable")


@pytest.mark.parametrize(
    ("ago", "said"), [(timedelta(minutes=9), "ok"), (timedelta(minutes=11), "late")]
)
def test_beat_is_late_after_ten_minutes(ready: None, ago: timedelta, said: str) -> None:
    Heartbeat.objects.update(at=clock.now() - ago)
    assert asked()[1]["beat"] == said


def test_beat_that_never_spoke_is_told(ready: None) -> None:
    Heartbeat.objects.all().delete()
    assert asked()[1]["beat"] == "never seen"


def test_only_reading_is_allowed(ready: None, client: Client) -> None:
    assert [client.post(path).status_code for path in ("/livez", "/readyz", "/metrics")] == [
        405
    ] * 3


def metrics(**headers: str) -> Any:
    return Client().get("/metrics", headers=headers)


@pytest.mark.parametrize(
    "given", ["", TOKEN, f"Bearer {TOKEN}x", "Bearer ", f"bearer {TOKEN}", "Bearer 印"]
)
def test_metrics_do_not_exist_without_the_token(ready: None, settings: Any, given: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = metrics(authorization=given)
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer"])
def test_without_a_token_in_the_settings_nobody_gets_metrics(
    ready: None, settings: Any, given: str
) -> None:
    settings.METRICS_TOKEN = ""
    assert metrics(authorization=given).status_code == 404


def test_metrics_tell_figures_and_no_municipality(ready: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    text = metrics(authorization=f"Bearer {TOKEN}").content.decode()
    assert 'kizuna_queue_length{queue="plan"} 3.0' in text
    assert 'kizuna_heartbeat_age_seconds{name="beat"}' in text
    assert "kizuna_service_mails_waiting_seconds 0.0" in text
    assert "municipality" not in text


def test_metrics_are_given_when_redis_is_gone(
    ready: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    settings.METRICS_TOKEN, settings.REDIS_URL = TOKEN, "redis://127.0.0.1:1/0"
    answer = metrics(authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 200
    assert "kizuna_queue_length{" not in answer.content.decode()


def test_broken_invariants_are_a_gauge_and_absent_when_nobody_checked(
    ready: None, settings: Any
) -> None:
    settings.METRICS_TOKEN = TOKEN

    def shown() -> str:
        return (
            Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
        )

    assert "kizuna_broken_invariants{" not in shown()
    remember([Finding("I3", 1, 40), Finding("I3", 2, 1)])
    assert 'kizuna_broken_invariants{invariant="I3"} 2.0' in shown()
    assert 'kizuna_broken_invariants{invariant="I1"} 0.0' in shown()
