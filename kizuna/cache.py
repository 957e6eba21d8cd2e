"""Redis as a cache that may be away: a page then does without, instead of failing.

While Redis is gone sessions come from the database, and each process counts for itself: the limits
on logins, and the one-time codes that were used. Of two web processes a stranger may then guess
twice as often; staff can work.
"""

import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

COUNTED = "allauth"
"""What the keys begin with that must count in an outage too."""

SILENCE = 5.0
"""Seconds until Redis is asked again for a count. A frozen one costs 0.8 a question, and a login
asks a dozen, holding a lock for which others of the same office wait one second."""

here = LocMemCache("while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": 50_000}})


def _or_nothing(name: str, nothing: Any) -> Callable[..., Any]:
    real = getattr(RedisCache, name)

    def careful(self: "OptionalRedisCache", *args: Any, **kwargs: Any) -> Any:
        key = args[0] if args else kwargs.get("key")
        is_count = isinstance(key, str) and key.startswith(COUNTED)
        if is_count and time.monotonic() < OptionalRedisCache.silent_until:
            return getattr(here, name)(*args, **kwargs)
        try:
            return real(self, *args, **kwargs)
        except redis.RedisError:
            if is_count:
                OptionalRedisCache.silent_until = time.monotonic() + SILENCE
                return getattr(here, name)(*args, **kwargs)
            if name == "get" and len(args) > 1:
                return args[1]
            return kwargs.get("default", nothing) if name == "get" else nothing

    careful.__name__ = name
    return careful


class OptionalRedisCache(RedisCache):
    """Answers as an empty cache does while Redis is away, and counts attempts all the same."""

    silent_until = 0.0
    """By the monotonic clock, for all threads of the process."""

    get = _or_nothing("get", None)
    set = _or_nothing("set", None)
    add = _or_nothing("add", True)
    touch = _or_nothing("touch", False)
    delete = _or_nothing("delete", False)
    get_many = _or_nothing("get_many", {})
    set_many = _or_nothing("set_many", [])
    delete_many = _or_nothing("delete_many", None)
    has_key = _or_nothing("has_key", False)
    incr = _or_nothing("incr", 1)
