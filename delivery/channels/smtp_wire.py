"""One kept SMTP connection that knows, for every mail, how far it came.

With PIPELINING a mail costs one turn-around: ``body . MAIL RCPT DATA`` goes out in one write
(RFC 2920 allows the body to begin a group). The reply to each final dot is read before the next
body is sent, so at most one mail is in doubt when the connection dies. Everything before the dot
is certainly not accepted.
"""

import os
import re
import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from delivery.channels.mail_message import Mail
from delivery.channels.mail_server import Server, Tls
from delivery.channels.smtp_socket import (
    COMMAND_SECONDS,
    Answer,
    LeavingError,
    Phase,
    ProtocolError,
    SmtpSocket,
)

LOG_IN_SECONDS: Final = 20.0
"""For greeting, encryption and log-in together."""

BATCH_SECONDS: Final = 90.0
"""No body is begun later than this after the first: with a slow last answer (120 s) a batch still
ends well before the sender's lease on its deliveries does (300 s)."""

FINAL_SECONDS: Final = 120.0
"""The server may scan the whole mail before it answers the final dot (RFC 5321 says 10 minutes;
a municipality's run cannot wait so long for one mail)."""

MAILS_PER_CONNECTION: Final = 1_000
IDLE_SECONDS: Final = 300.0
"""Postfix hangs up after this long; a connection older than that is not even tried."""


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer. ``in_doubt``: the final dot was written, so the server may have the mail."""

    in_doubt: bool


class NoConnectionError(Exception):
    """Nothing was handed over. ``reason`` is a code fit for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Connection:
    """A session with one server, used by one thread. Closed for good after the first loss."""

    def __init__(self, server: Server, tls: ssl.SSLContext | None) -> None:
        """Connect, encrypt, log in. Raises ``NoConnectionError``."""
        self.open = False
        self._pipelining = False
        self._handed_over = 0
        self._process = os.getpid()
        self._until = monotonic() + LOG_IN_SECONDS
        try:
            self._socket = SmtpSocket(server.host, server.port)
        except OSError as error:
            raise NoConnectionError("unreachable") from error
        try:
            self._begin(server, tls)
            self.open = True
        except LeavingError as error:
            raise NoConnectionError("server_busy") from error
        except (OSError, ProtocolError) as error:
            raise NoConnectionError("unreachable") from error
        finally:
            if not self.open:
                self._socket.close()
        self._used_at = monotonic()

    def _begin(self, server: Server, tls: ssl.SSLContext | None) -> None:
        if server.tls is Tls.FROM_START and tls is not None:
            self._socket.encrypt(tls, server.host)
        _expect(self._reply(Phase.SESSION))
        offers = self._hello()
        if server.tls is Tls.STARTTLS and tls is not None:
            self._command(b"STARTTLS")
            self._socket.encrypt(tls, server.host)
            offers = self._hello()
        if server.user:
            self._log_in(server, offers.get("AUTH", ""))
        self._pipelining = "PIPELINING" in offers

    def _hello(self) -> dict[str, str]:
        """Greet, and return what the server offers: keyword -> parameters.

        The name is our address in brackets: looking up our own host name can block for seconds.
        """
        own = self._socket.own_address
        answer = self._command(f"EHLO [{'IPv6:' if ':' in own else ''}{own}]".encode("ascii"))
        offers = (line.upper().partition(" ") for line in answer.text.split("\n")[1:])
        return {keyword: parameters for keyword, _, parameters in offers}

    def _log_in(self, server: Server, mechanisms: str) -> None:
        user, password = server.user.encode(), server.password.encode()
        if "PLAIN" in mechanisms.split():
            steps = [b"AUTH PLAIN " + b64encode(b"\0" + user + b"\0" + password)]
        elif "LOGIN" in mechanisms.split():
            steps = [b"AUTH LOGIN", b64encode(user), b64encode(password)]
        else:
            raise NoConnectionError("auth_failed")
        for step in steps:
            self._socket.write(step + b"\r\n")
            answer = self._reply(Phase.SESSION)
            if answer.code != 334:
                _expect(answer, "auth_failed")

    def _command(self, line: bytes) -> Answer:
        self._socket.write(line + b"\r\n")
        return _expect(self._reply(Phase.SESSION))

    def _reply(self, phase: Phase) -> Answer:
        now = monotonic()
        deadline = (
            now + FINAL_SECONDS if phase is Phase.DOT else min(now + COMMAND_SECONDS, self._until)
        )
        return self._socket.reply(phase, deadline)

    @property
    def worn(self) -> bool:
        """Whether it is time for a new connection, or this one came through a fork."""
        return (
            not self.open
            or self._handed_over >= MAILS_PER_CONNECTION
            or monotonic() - self._used_at > IDLE_SECONDS
            or self._process != os.getpid()
        )

    def close(self) -> None:
        """Say goodbye without waiting for an answer. A forked copy closes without a word."""
        self._socket.close(b"QUIT\r\n" if self.open and self._process == os.getpid() else b"")
        self.open = False

    def hand_over(self, mails: Sequence[Mail]) -> list[Answer | Lost]:
        """One result for each mail, in order. Never raises for what the server does."""
        results: list[Answer | Lost] = []
        self._until = monotonic() + BATCH_SECONDS
        self.open, in_step = False, self.open
        try:
            self._hand_over(mails, results)
            self.open = in_step
        except LeavingError as error:
            results.append(error.answer)
        except (OSError, ProtocolError):
            results.append(Lost(self._socket.in_doubt))
        finally:
            # Also after an error of our own: the next answer would be taken for another mail's.
            if not self.open:
                self._socket.close()
        self._handed_over += len(mails)
        self._used_at = monotonic()
        return (results + [Lost(in_doubt=False)] * len(mails))[: len(mails)]

    def _hand_over(self, mails: Sequence[Mail], results: list[Answer | Lost]) -> None:
        commands = [_commands(mail) for mail in mails]
        self._socket.in_doubt = False
        if mails and self._pipelining:
            self._socket.write(b"".join(commands[0]))
        for mail, own, following in zip(mails, commands, [*commands[1:], None], strict=True):
            verdict, waiting = self._envelope(own)
            more = b"".join(following) if following and self._pipelining else b""
            if verdict.good:
                if monotonic() > self._until:
                    raise TimeoutError("the batch takes too long")
                body = _framed(mail.data)
                self._socket.write(body + more, doubtful_from=len(body))
                # Whatever it says, the transaction is over (RFC 5321 section 4.1.1.4): no RSET.
                results.append(self._reply(Phase.DOT))
                self._socket.in_doubt = False
            else:
                results.append(verdict)
                # A server that asks for a body although nobody is to get it is given none.
                self._socket.write((b".\r\n" if waiting else b"RSET\r\n") + more)
                self._reply(Phase.SESSION)

    def _envelope(self, commands: tuple[bytes, bytes, bytes]) -> tuple[Answer, bool]:
        """The decisive answer to MAIL, RCPT, DATA, and whether the server now waits for a body."""
        answers: list[Answer] = []
        for phase, command in zip((Phase.MAIL, Phase.RCPT, Phase.DATA), commands, strict=True):
            if not self._pipelining:
                self._socket.write(command)
            answers.append(self._reply(phase))
            if not self._pipelining and not answers[-1].good:
                break
        decisive = next((answer for answer in answers if not answer.good), answers[-1])
        return decisive, answers[-1].code == 354


def _expect(answer: Answer, otherwise: str = "unreachable") -> Answer:
    """Raise ``NoConnectionError`` unless the session may go on."""
    if not answer.good:
        raise NoConnectionError(otherwise if answer.code >= 500 else "server_busy")
    return answer


def _commands(mail: Mail) -> tuple[bytes, bytes, bytes]:
    return (
        f"MAIL FROM:<{mail.mail_from}>\r\n".encode("ascii"),
        f"RCPT TO:<{mail.rcpt_to}>\r\n".encode("ascii"),
        b"DATA\r\n",
    )


def _framed(data: bytes) -> bytes:
    """The body with leading dots doubled (RFC 5321 section 4.5.2) and the final dot."""
    if b"\n." in data or data.startswith(b"."):
        data = re.sub(rb"(?m)^\.", b"..", data)
    return data + b".\r\n"
