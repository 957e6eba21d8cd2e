"""The LINE emulator as a process of its own, and the few things tests ask of it."""

import itertools
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from delivery.channels.protocol import LineSender, Sender

_numbers = itertools.count(1_650_000_000)


def user(number: int) -> str:
    """A LINE user id of the right shape."""
    return f"U{number:032x}"


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Mapping[str, str]


class LineServer:
    """One running emulator. ``stop`` and ``start`` keep its directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.start()

    def start(self, port: int = 0) -> None:
        command = [sys.executable, "-m", "kizuna.emulators.line"]
        self.process = subprocess.Popen(
            [*command, "--port", str(port), "--dir", str(self.directory)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        assert ready.startswith("ready "), "the emulator did not start"
        self.port = int(json.loads(ready.removeprefix("ready "))["http_port"])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        status = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, path: str, body: Any = None, **headers: str) -> Reply:
        """POST when there is a body, else GET."""
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data=raw, headers=names)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return _reply(answer.status, answer.read(), dict(answer.headers))
        except urllib.error.HTTPError as error:
            return _reply(error.code, error.read(), dict(error.headers))

    def control(self, what: str, body: Any = None) -> Any:
        reply = self.call(f"/_control/{what}", body)
        assert reply.status == 200, reply.body
        return reply.body

    def new_channel(self, users: Mapping[str, str] | None = None, **settings: Any) -> LineSender:
        """A channel nobody used before, with these users."""
        line = LineSender(str(next(_numbers)), "a-secret-of-the-channel")
        order = {"channel_id": line.channel_id, "channel_secret": line.channel_secret}
        self.control("channels", {**order, "users": dict(users or {}), **settings})
        return line

    def count(self, line: LineSender) -> dict[str, int]:
        counts: dict[str, int] = self.control(f"count?channel_id={line.channel_id}")
        return counts

    def received(self, line: LineSender, user_id: str) -> list[str]:
        """The texts one user got, oldest first."""
        found = self.control(f"received?channel_id={line.channel_id}&user={user_id}")
        return [one["messages"][0]["text"] for one in found["received"]]

    def fail(self, line: LineSender, *faults: dict[str, Any]) -> None:
        self.control("faults", [{"channel_id": line.channel_id, **fault} for fault in faults])

    def token(self, line: LineSender, path: str = "/oauth2/v3/token") -> str:
        form = f"grant_type=client_credentials&client_id={line.channel_id}"
        form += f"&client_secret={line.channel_secret}"
        token: str = self.call(path, form.encode()).body["access_token"]
        return token


def _reply(status: int, raw: bytes, headers: Mapping[str, str]) -> Reply:
    try:
        return Reply(status, json.loads(raw), headers)
    except ValueError:
        return Reply(status, raw.decode(), headers)


def sender(line: LineSender | None) -> Sender:
    """A municipality that sends by this LINE channel only."""
    return Sender(7, "nakano", "なかの子育て応援メール", mail=None, line=line)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineServer]:
    """One emulator for a file's tests; each test takes a channel of its own."""
    server = LineServer(tmp_path_factory.mktemp("line"))
    yield server
    if server.process.poll() is None:
        server.stop()
