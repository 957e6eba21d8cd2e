"""How fast a provider may be called, shared by all workers: a token bucket in Redis.

Redis is a help, not a need: when it is away or hangs, each process keeps the same rate by itself.
Together they may then exceed the provider's limit; it answers 429 and the message waits a little.
"""

import threading
import time
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from redis import Redis

REDIS_SECONDS = 1.0
"""Longest wait for Redis; a hanging one costs this once in ``AVOID_SECONDS``."""

AVOID_SECONDS = 30.0
"""How long Redis is left alone after it failed."""

# A bucket is one number: the time at which it will be full again (virtual scheduling, "GCRA").
# Redis' own clock is used, so that workers on different machines agree.
_RESERVE = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local rate, burst, max_wait = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + 1 / rate
local wait = math.max(0, full_at - burst / rate - now)
if wait > max_wait then return '-1' end
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000))
return string.format('%.6f', wait)
"""

log = structlog.get_logger(__name__)


class TokenBucket:
    """Buckets by name; each holds one second's worth of its rate and refills evenly."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis_url = redis_url
        self._script: Any = None
        self._asked_again_at = 0.0
        self._full_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def reserve(self, name: str, rate: float, max_wait: float) -> float | None:
        """Take one token of the bucket ``name`` refilled with ``rate`` tokens a second.

        Returns the seconds to wait before using it (0 for at once), or None when that would be more
        than ``max_wait``: then nothing was taken. ``name`` goes to Redis: nothing personal in it.
        """
        burst = max(1.0, rate)
        if self._redis_url is not None and time.monotonic() >= self._asked_again_at:
            answer = self._ask_redis(name, rate, burst, max_wait)
            if answer is not None:
                return answer if answer >= 0 else None
        return self._ask_here(name, rate, burst, max_wait)

    def _ask_redis(self, name: str, rate: float, burst: float, max_wait: float) -> float | None:
        """The wait, -1 for "too long", None when Redis gave no answer."""
        from redis.exceptions import RedisError

        try:
            if self._script is None:
                self._script = _connect(self._redis_url or "").register_script(_RESERVE)
            return float(self._script(keys=[f"rate:{name}"], args=[rate, burst, max_wait]))
        except (RedisError, OSError) as error:
            self._asked_again_at = time.monotonic() + AVOID_SECONDS
            log.warning("rate_limit_without_redis", error=type(error).__name__)
            return None

    def _ask_here(self, name: str, rate: float, burst: float, max_wait: float) -> float | None:
        with self._lock:
            now = time.monotonic()
            full_at = max(self._full_at.get(name, 0.0), now) + 1 / rate
            wait = max(0.0, full_at - burst / rate - now)
            if wait > max_wait:
                return None
            self._full_at[name] = full_at
            return wait


def _connect(redis_url: str) -> "Redis":
    """A client that gives up early: its own retries would multiply the wait."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis.from_url(
        redis_url,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
