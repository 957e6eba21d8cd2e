"""Redis refuses, hangs, freezes half-way, comes back: whoever publishes waits a second at most."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from delivery import tasks
from kizuna.celery import PUBLISHING, ImpatientPublisher
from kizuna.celery import app as the_app
from kizuna.queues import Queue

PATIENCE = 2.0  # seconds that a web request or the planner may lose


def nothing(channel: str) -> None:
    """Stands where ``delivery.work`` would be: only published, never run."""


@pytest.fixture
def through(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Let ``wake_one`` publish through an app of its own with this broker, settings as in real."""
    opened: list[ImpatientPublisher] = []

    def use(url: str) -> None:
        app = ImpatientPublisher("broker-test", set_as_current=False)
        app.conf.update(
            {
                name: the_app.conf[name]
                for name in ("broker_transport_options", "task_ignore_result", "task_serializer")
            },
            broker_url=url,
        )
        opened.append(app)
        monkeypatch.setattr(tasks, "work", app.task(name="delivery.work")(nothing))

    yield use
    for app in opened:
        with contextlib.suppress(Exception):
            app.close()


def timed() -> tuple[bool, float]:
    started = time.monotonic()
    return tasks.wake_one(Queue.EMAIL.value), time.monotonic() - started


@pytest.fixture
def deaf() -> Iterator[socket.socket]:
    """A server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def tcp(server: socket.socket) -> str:
    return f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_redis_that_refuses_is_noticed_at_once(through: Callable[[str], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = tcp(server)
    through(address)
    said, seconds = timed()
    assert not said
    assert seconds < PATIENCE
    # The first call also imports kombu's transport.
    assert timed()[1] < 0.5


def test_redis_that_hangs_is_left_after_a_second(
    through: Callable[[str], None], deaf: socket.socket
) -> None:
    through(tcp(deaf))
    for _ in range(2):
        said, seconds = timed()
        assert not said
        assert seconds < PATIENCE


def test_a_hanging_unix_socket_is_left_after_a_second(
    through: Callable[[str], None], tmp_path: Path
) -> None:
    path = tmp_path / "deaf.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(path))
        server.listen()
        through(f"redis+socket://{path}?virtual_host=0")
        said, seconds = timed()
    assert not said
    assert seconds < PATIENCE


def test_waking_everybody_stops_at_the_first_refusal(
    through: Callable[[str], None], deaf: socket.socket
) -> None:
    through(tcp(deaf))
    started = time.monotonic()
    tasks.wake()
    assert time.monotonic() - started < PATIENCE


class Valve:
    """Between the publisher and the real Redis: open, frozen (connected and silent), or cut."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.flows = threading.Event()
        self.flows.set()
        self.ended = threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.pairs: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.server.accept()
                behind = self._dial()
                self.pairs += [client, behind]
                for pair in ((client, behind), (behind, client)):
                    threading.Thread(target=self._copy, args=pair, daemon=True).start()

    def _dial(self) -> socket.socket:
        parts = urlsplit(self.target)
        if parts.scheme == "unix":
            behind = socket.socket(socket.AF_UNIX)
            behind.connect(parts.path)
            return behind
        return socket.create_connection((parts.hostname or "", parts.port or 6379))

    def _copy(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                self.flows.wait(30)
                if self.ended.is_set():
                    return
                there.sendall(data)

    def cut(self) -> None:
        for one in self.pairs:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.pairs.clear()

    def close(self) -> None:
        self.ended.set()
        self.flows.set()
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.cut()


@pytest.fixture
def valve(settings: Any) -> Iterator[Valve]:
    made = Valve(settings.REDIS_URL)
    yield made
    made.close()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[str]:
    """A queue that no worker reads."""
    import redis

    name = f"test-broker-away-{os.getpid()}"
    yield name
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)
    client.delete(name)
    client.srem(f"_kombu.binding.{name}", *(client.smembers(f"_kombu.binding.{name}") or {""}))
    client.close()


def test_redis_that_freezes_after_it_was_reached_costs_a_second_and_is_found_again(
    through: Callable[[str], None], valve: Valve, queue: str
) -> None:
    through(tcp(valve.server))
    assert tasks.wake_one(queue)
    valve.flows.clear()
    started = time.monotonic()
    assert not tasks.wake_one(queue)
    assert time.monotonic() - started < PATIENCE
    valve.flows.set()
    assert tasks.wake_one(queue)


def test_redis_that_was_restarted_is_found_again(
    through: Callable[[str], None], valve: Valve, queue: str
) -> None:
    through(tcp(valve.server))
    assert tasks.wake_one(queue)
    valve.cut()
    # The first message may go the way of the old connection; it must neither raise nor wait.
    started = time.monotonic()
    tasks.wake_one(queue)
    assert time.monotonic() - started < PATIENCE
    assert tasks.wake_one(queue)


def test_consumers_keep_their_long_patience_and_publishers_get_the_short_one() -> None:
    reads = the_app.connection_for_read().transport_options or {}
    writes = the_app.connection_for_write().transport_options or {}
    assert (reads["socket_timeout"], reads["socket_connect_timeout"]) == (30, 5)
    assert "max_retries" not in reads
    assert {name: writes[name] for name in PUBLISHING} == PUBLISHING
    assert writes["visibility_timeout"] == reads["visibility_timeout"]
    assert PUBLISHING["socket_connect_timeout"] + PUBLISHING["socket_timeout"] < PATIENCE


def test_every_pool_that_publishes_has_the_short_patience() -> None:
    pools: list[Any] = [the_app.pool, the_app.amqp.producer_pool.connections]
    for pool in pools:
        assert pool.connection.transport_options.items() >= PUBLISHING.items()
