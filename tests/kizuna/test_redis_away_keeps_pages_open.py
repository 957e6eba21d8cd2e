"""With Redis gone a clerk can still log in; with it back the cache works as before."""

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from tests.world import PASSWORD, make_municipality, make_staff

GONE = {
    "default": {
        "BACKEND": "kizuna.cache.OptionalRedisCache",
        "LOCATION": "redis://127.0.0.1:1",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
}


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
