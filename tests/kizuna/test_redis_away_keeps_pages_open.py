"""With Redis gone a clerk can still log in; with it back the cache works as before."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from kizuna import cache as kizuna_cache
from kizuna.cache import OptionalRedisCache
from tests.world import PASSWORD, make_municipality, make_staff

GONE = {
    "default": {
        "BACKEND": "kizuna.cache.OptionalRedisCache",
        "LOCATION": "redis://127.0.0.1:1",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
}


@pytest.fixture(autouse=True)
def _nothing_counted_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(OptionalRedisCache, "silent_until", 0.0)
    kizuna_cache.here.clear()
    yield
    kizuna_cache.here.clear()


def log_in(client: Client, password: str) -> int:
    typed = {"login": "alice@aoba.example.jp", "password": password}
    return client.post("/accounts/login/", typed).status_code


@pytest.mark.django_db
@override_settings(CACHES=GONE)
def test_a_clerk_logs_in_while_redis_is_away() -> None:
    make_staff(make_municipality())
    client = Client()
    answer = client.post(
        "/accounts/login/", {"login": "alice@aoba.example.jp", "password": PASSWORD}
    )
    assert answer.status_code == 302
    assert client.get("/console/aoba/").status_code == 200


@override_settings(CACHES=GONE)
def test_an_absent_cache_answers_as_an_empty_one() -> None:
    cache = caches["default"]
    cache.set("a", 1)
    assert cache.get("a") is None
    assert cache.get("a", 7) == 7
    assert cache.add("a", 1) is True
    assert cache.get_many(["a"]) == {}
    assert cache.incr("a") == 1


@pytest.mark.django_db
@override_settings(CACHES=GONE)
def test_guesses_at_a_password_are_counted_while_redis_is_away() -> None:
    make_staff(make_municipality())
    client = Client()
    for number in range(5):
        log_in(client, f"wrong guess {number}")
    assert log_in(client, PASSWORD) != 302
    # Another process of the same installation counts for itself.
    kizuna_cache.here.clear()
    assert log_in(client, PASSWORD) == 302


@override_settings(CACHES=GONE)
def test_redis_is_not_asked_for_every_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    asked: list[float] = []
    cache: Any = caches["default"]
    real = cache._cache.get_client

    def counting(*args: object, **kwargs: object) -> object:
        asked.append(now[0])
        return real(*args, **kwargs)

    monkeypatch.setattr("kizuna.cache.time.monotonic", lambda: now[0])
    monkeypatch.setattr(cache._cache, "get_client", counting)
    cache.set("allauth:count", 3, 60)
    assert [cache.get("allauth:count") for _ in range(4)] == [3, 3, 3, 3]
    assert asked == [100.0]
    now[0] += kizuna_cache.SILENCE
    assert cache.get("allauth:count") == 3
    assert asked == [100.0, 105.0]


@override_settings(CACHES=GONE)
def test_nothing_else_is_kept_in_the_process() -> None:
    cache = caches["default"]
    cache.set("django.contrib.sessions.cached_db", {"user": 1}, 60)
    assert cache.get("django.contrib.sessions.cached_db") is None
    assert not kizuna_cache.here.has_key("django.contrib.sessions.cached_db")
