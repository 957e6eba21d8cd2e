"""Bytes out, numbered answers in: the lowest layer of a conversation with a mail server."""

import contextlib
import socket
import ssl
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Final

CONNECT_SECONDS: Final = 5.0
COMMAND_SECONDS: Final = 30.0
_LONGEST = 8_192
"""Bytes of one reply with all its lines; the longest EHLO answers seen have 600."""


class Phase(StrEnum):
    """The step of a mail's transaction that an answer belongs to."""

    SESSION = "session"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's word on one mail. ``text`` is its free text: it may hold an address."""

    phase: Phase
    code: int
    text: str

    @property
    def good(self) -> bool:
        """Whether the transaction goes on (or, at the dot, has ended well)."""
        return self.code == 354 if self.phase is Phase.DATA else 200 <= self.code < 300

    def __repr__(self) -> str:
        return f"Answer({self.phase.value} {self.code})"


class ProtocolError(Exception):
    """The other side does not speak SMTP."""


class LeavingError(Exception):
    """The server answered 421 and hangs up."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


class SmtpSocket:
    """A TCP connection, encrypted or not. Everything raises ``OSError`` when it is lost."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), CONNECT_SECONDS)
        # Without it the last part of a mail longer than a segment waits for a delayed ACK: 40 ms.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unparsed = b""
        self._lines: deque[bytes] = deque()
        self.in_doubt = False
        """Whether the last ``write`` may have completed what must be sent only once."""

    @property
    def own_address(self) -> str:
        return str(self._socket.getsockname()[0]).partition("%")[0]

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        if self._lines or self._unparsed:
            raise ProtocolError("text before the encryption began")
        self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def write(self, data: bytes, doubtful_from: int | None = None) -> None:
        """Write all of it. Once ``doubtful_from`` bytes have left, the mail is in doubt.

        A plain socket that fails has taken nothing of that call; through TLS whole records may
        have gone out before the failure, so there the doubt begins with the call.
        """
        once = doubtful_from is not None
        self._socket.settimeout(COMMAND_SECONDS)
        self.in_doubt = once and isinstance(self._socket, ssl.SSLSocket)
        sent = self._socket.send(data)
        while sent < len(data):
            self.in_doubt |= doubtful_from is not None and sent >= doubtful_from
            sent += self._socket.send(memoryview(data)[sent:])
        self.in_doubt |= once

    def reply(self, phase: Phase, deadline: float) -> Answer:
        """Read one reply, of several lines or one; ``deadline`` holds for the whole of it.

        Raises ``LeavingError`` for 421, ``ProtocolError`` for what is no reply.
        """
        texts: list[str] = []
        size = 0
        while True:
            line = self._line(deadline)
            size += len(line)
            if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"") or size > _LONGEST:
                raise ProtocolError("not a reply")
            texts.append(line[4:].decode("utf-8", "replace"))
            if line[3:4] != b"-":
                break
        answer = Answer(phase, int(line[:3]), "\n".join(texts))
        if answer.code == 421:
            raise LeavingError(answer)
        if not 200 <= answer.code < 600:
            raise ProtocolError("not a reply code")
        return answer

    def _line(self, deadline: float) -> bytes:
        while not self._lines:
            left = deadline - monotonic()
            if left <= 0:
                raise TimeoutError("no whole answer in time")
            self._socket.settimeout(left)
            received = self._socket.recv(65_536)
            if not received:
                raise ConnectionError("the server closed the connection")
            *whole, self._unparsed = (self._unparsed + received).split(b"\n")
            self._lines.extend(line.rstrip(b"\r") for line in whole)
            if len(self._unparsed) > _LONGEST:
                raise ProtocolError("an endless line")
        return self._lines.popleft()

    def close(self, farewell: bytes = b"") -> None:
        """Close, after a last word that nobody has to answer."""
        with contextlib.suppress(OSError):
            if farewell:
                self._socket.settimeout(1)
                self._socket.send(farewell)
        with contextlib.suppress(OSError):
            self._socket.close()
