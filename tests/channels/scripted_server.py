"""A mail server that misbehaves exactly as a test says, on a real socket."""

import contextlib
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

CUT = "cut"
"""Instead of an answer: close the connection."""

SILENCE = "silence"
"""Instead of an answer: say nothing until the client gives up."""

Script = Callable[[str, int], str | None]
"""Asked before each answer: (verb, how many of that verb came before) -> answer, None: the usual.

Verbs are those of SMTP, and GREETING, DOT for the end of a body, BODY for its beginning, where
only CUT has a meaning."""

_USUAL = {
    "GREETING": "220 test ESMTP",
    "STARTTLS": "220 2.0.0 Go ahead",
    "DATA": "354 Go on",
    "QUIT": "221 2.0.0 Bye",
}


@dataclass
class Seen:
    """What the server saw, of all connections in order."""

    connections: int = 0
    lines: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    ahead: list[tuple[str, bool]] = field(default_factory=list)
    """For each answer: its verb, and whether the client had already sent more by then."""


class _Peer:
    """One client. ``rest`` is what it sent beyond the last whole thing that was read."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.rest = b""

    def read(self, end: bytes) -> bytes:
        while end not in self.rest:
            received = self.connection.recv(65_536)
            if not received:
                raise ConnectionError("the client is gone")
            self.rest += received
        whole, _, self.rest = self.rest.partition(end)
        return whole


class ScriptedServer:
    """Serves one connection after the other, each until either side hangs up."""

    def __init__(
        self, script: Script, offers: Sequence[str], tls: ssl.SSLContext | None, from_start: bool
    ) -> None:
        self.seen = Seen()
        self._script, self._offers, self._tls, self._from_start = script, offers, tls, from_start
        self._counts: Counter[str] = Counter()
        self._has_reader = False
        self._peer: _Peer | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        self._thread.join(5)
        assert not self._thread.is_alive()

    def hang_up(self) -> None:
        """Close the connection that is open now, as a restarting server does."""
        if self._peer is not None:
            with contextlib.suppress(OSError):
                self._peer.connection.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.seen.connections += 1
            self._peer = _Peer(connection)
            with contextlib.suppress(OSError):
                self._talk(self._peer)
            self._peer.connection.close()
            self._peer = None

    def _talk(self, peer: _Peer) -> None:
        if self._from_start:
            self._encrypt(peer)
        answer = self._say(peer, "GREETING")
        while not answer.startswith(("421", "221")):
            line = peer.read(b"\r\n").decode()
            self.seen.lines.append(line)
            verb = line.partition(" ")[0].upper()
            answer = self._say(peer, verb)
            if verb == "STARTTLS" and answer.startswith("220"):
                self._encrypt(peer)
            if verb == "DATA" and answer.startswith("354"):
                if self._script("BODY", len(self.seen.bodies)) == CUT:
                    raise ConnectionError("as the script says")
                peer.rest = b"\r\n" + peer.rest
                self.seen.bodies.append(peer.read(b"\r\n.\r\n")[2:] + b"\r\n")
                answer = self._say(peer, "DOT")

    def _encrypt(self, peer: _Peer) -> None:
        assert self._tls is not None
        peer.connection = self._tls.wrap_socket(peer.connection, server_side=True)

    def _say(self, peer: _Peer, verb: str) -> str:
        answer = self._script(verb, self._counts[verb]) or self._usual(verb)
        self._counts[verb] += 1
        if verb in ("MAIL", "RCPT"):
            self._has_reader = verb == "RCPT" and answer.startswith("2")
        self.seen.ahead.append((verb, bool(peer.rest)))
        if answer == SILENCE:
            peer.connection.recv(1)  # returns when the client gives up
        if answer in (CUT, SILENCE):
            raise ConnectionError("as the script says")
        peer.connection.sendall(answer.encode() + b"\r\n")
        return answer

    def _usual(self, verb: str) -> str:
        if verb == "EHLO":
            return "\r\n".join(f"250-{one}" for one in ("test", *self._offers)) + "\r\n250 HELP"
        if verb == "DOT":
            return f"250 2.0.0 Ok: queued as Q{self._counts[verb] + 1}"
        if verb == "DATA" and not self._has_reader:
            return "554 5.5.1 No valid recipients"
        return _USUAL.get(verb, "250 2.0.0 Ok")


@contextmanager
def scripted(
    script: Script = lambda verb, nth: None,
    *,
    offers: Sequence[str] = ("PIPELINING",),
    tls: ssl.SSLContext | None = None,
    from_start: bool = False,
) -> Iterator[ScriptedServer]:
    """A server for the length of a ``with``."""
    server = ScriptedServer(script, offers, tls, from_start)
    try:
        yield server
    finally:
        server.stop()


def when(verb: str, answer: str, *, nth: int | None = None) -> Script:
    """This answer to that verb: each time, or only the nth time, counted from 0."""
    return lambda asked, count: answer if asked == verb and nth in (None, count) else None
