"""Two receivers that only count, as processes of their own: a mail server and LINE's API.

Faster than the faithful emulators, so that a measure shows the sender and not the receiver. They
check nothing but the framing. ``python -m tests.bench.sink smtp|line`` prints
``ready {"port": …}``; one line in the same form, ``got {…}``, when it is ended by SIGTERM.
"""

import asyncio
import contextlib
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from kizuna.embedded.places import CHECKOUT
from kizuna.emulators import process

END = b"\r\n.\r\n"
TOKEN = json.dumps({"token_type": "Bearer", "access_token": "sink", "expires_in": 900}).encode()
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Got:
    """What arrived: ``messages`` are mails, or LINE recipients; ``calls`` the requests for them."""

    messages: int = 0
    calls: int = 0
    bytes: int = 0


class Smtp(asyncio.Protocol):
    """Takes every mail. A group of pipelined commands is answered with one write."""

    def __init__(self, got: Got) -> None:
        self.got = got
        self.buffer = b""
        self.in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data if self.buffer else data
        answers: list[bytes] = []
        while buffer:
            if self.in_mail:
                end = buffer.find(END)
                if end < 0:
                    break
                self.got.messages += 1
                self.got.calls += 1
                self.got.bytes += end
                self.in_mail, buffer = False, buffer[end + len(END) :]
                answers.append(b"250 2.0.0 Ok: queued as %d" % self.got.messages)
                continue
            line, found, rest = buffer.partition(b"\r\n")
            if not found:
                break
            buffer = rest
            answers.append(self.command(line[:4].upper()))
        self.buffer = buffer
        if answers:
            self.transport.write(b"\r\n".join([*answers, b""]))
        if answers and answers[-1].startswith(b"221"):
            self.transport.close()

    def command(self, verb: bytes) -> bytes:
        match verb:
            case b"EHLO":
                return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME"
            case b"DATA":
                self.in_mail = True
                return b"354 go on"
            case b"QUIT":
                return b"221 bye"
        return b"250 2.0.0 Ok"


class Line(asyncio.Protocol):
    """HTTP/1.1 with kept connections: tokens for anybody, 200 for every message."""

    def __init__(self, got: Got) -> None:
        self.got = got
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self.buffer, 0, head)
            end = head + 4 + (int(length[1]) if length else 0)
            if len(self.buffer) < end:
                return
            path = self.buffer[: self.buffer.find(b" HTTP", 0, head)].split(b" ", 1)[1]
            body, self.buffer = self.buffer[head + 4 : end], self.buffer[end:]
            self.transport.write(_answer(self.answer(path, body), self.got.calls))

    def answer(self, path: bytes, body: bytes) -> bytes:
        if path == b"/oauth2/v3/token":
            return TOKEN
        if path == b"/_count":
            return json.dumps(vars(self.got)).encode()
        self.got.calls += 1
        # A recipient is a string that begins with U; no text of ours does.
        self.got.messages += body.count(b'"U')
        self.got.bytes += len(body)
        return (
            b'{"sentMessages":[{"id":"1","quoteToken":"1"}]}' if path.endswith(b"push") else b"{}"
        )


def _answer(body: bytes, number: int) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Line-Request-Id: %d\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (number, len(body), body)
    )


@dataclass
class Sink:
    """A sink that runs. ``got`` is filled when it has ended."""

    kind: str
    port: int
    pid: int
    got: Got = field(default_factory=Got)

    @property
    def url(self) -> str:
        return f"{'smtp' if self.kind == 'smtp' else 'http'}://127.0.0.1:{self.port}"

    def count(self) -> Got:
        """What a LINE sink has got so far."""
        with urllib.request.urlopen(f"{self.url}/_count", timeout=5) as answer:
            return Got(**json.load(answer))


@contextlib.contextmanager
def running(kind: str) -> Iterator[Sink]:
    """Start a sink (``smtp`` or ``line``) on a free port of 127.0.0.1; end it afterwards."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sink", kind],
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
        text=True,
    )
    assert child.stdout is not None
    try:
        ready = json.loads(child.stdout.readline().removeprefix("ready "))
        sink = Sink(kind, ready["port"], child.pid)
        yield sink
    finally:
        child.send_signal(signal.SIGTERM)
        rest = child.communicate(timeout=20)[0]
    sink.got = Got(**json.loads(rest.removeprefix("got ")))


async def serve(kind: str) -> None:
    got = Got()
    listener = process.listen(0)
    server = await asyncio.get_running_loop().create_server(
        lambda: Smtp(got) if kind == "smtp" else Line(got), sock=listener
    )
    process.announce(port=listener)
    await process.until_told_to_stop(lambda: None)
    server.close()
    print("got " + json.dumps(vars(got)), flush=True)


if __name__ == "__main__":
    process.end_with_parent()
    asyncio.run(serve(sys.argv[1]))
