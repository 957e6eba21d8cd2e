"""Redis as a cache that may be away: a page then does without, instead of failing.

While Redis is gone sessions come from the database, and the limits on logins count nothing: staff
can work, at the price of unlimited guesses at a password for as long as the outage lasts.
"""

from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache


def _or_nothing(name: str, nothing: Any) -> Callable[..., Any]:
    real = getattr(RedisCache, name)

    def careful(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return real(self, *args, **kwargs)
        except redis.RedisError:
            if name == "get" and len(args) > 1:
                return args[1]
            return kwargs.get("default", nothing) if name == "get" else nothing

    careful.__name__ = name
    return careful


class OptionalRedisCache(RedisCache):
    """Answers as an empty cache does while Redis is away."""

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
