"""The SMTP side (RFC 5321, PIPELINING after RFC 2920): whole commands out of whatever arrives."""

import asyncio
import re
import socket
from collections.abc import Callable

from kizuna.emulators.mail.faults import CUT, Faults
from kizuna.emulators.mail.store import Store

LARGEST_MAIL = 25 * 1024 * 1024
LARGEST_COMMAND = 4_096
RECIPIENTS = 1_000

_PATH = re.compile(r'(?:FROM|TO):\s*<((?:"(?:\\.|[^"\\])*"|[^">])*)>', re.IGNORECASE)
_END = b"\r\n.\r\n"


class Session(asyncio.Protocol):
    """One connection. Answers a whole group of pipelined commands with one write."""

    def __init__(self, store: Store, faults: Faults, sessions: set["Session"]) -> None:
        self._store = store
        self._faults = faults
        self._sessions = sessions
        self._buffer = bytearray()
        self._searched = 0
        self._in_mail = False
        self._leaving = False
        self._waiting = False
        self._delay = 0.0
        self._mail_from: str | None = None
        self._rcpt_to: list[str] = []
        self._commands: dict[str, Callable[[str], str]] = {
            "EHLO": self._ehlo,
            "HELO": lambda _: self._reset("250 kizuna-mail"),
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": lambda _: self._reset("250 2.0.0 Ok"),
            "NOOP": lambda _: "250 2.0.0 Ok",
            "VRFY": lambda _: "252 2.0.0 Send it and see",
            "QUIT": self._quit,
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # asyncio does it only for sockets that name their protocol. Without it a delayed answer and
        # the next one, two small writes, wait 40 ms for each other.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sessions.add(self)
        transport.write(b"220 kizuna-mail ESMTP catches everything, sends nothing\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._sessions.discard(self)

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._leaving:
            return
        self._buffer += data
        if not self._waiting:
            self._work()

    def _work(self) -> None:
        """Answer what has come whole; stop where a planned delay begins."""
        answers: list[str] = []
        while not self._leaving:
            answer = self._take_mail() if self._in_mail else self._take_command()
            if answer is None:
                break
            if self._delay:
                self._waiting = True
                asyncio.get_running_loop().call_later(self._delay, self._go_on, answer)
                break
            answers.append(answer)
        self._say(answers)
        if self._leaving and not self._waiting:
            self._transport.close()

    def _go_on(self, answer: str) -> None:
        self._waiting, self._delay = False, 0.0
        if not self._transport.is_closing():
            self._say([answer])
            self._work()

    def _say(self, answers: list[str]) -> None:
        if answers:
            self._transport.write("".join(f"{answer}\r\n" for answer in answers).encode())

    def _take_command(self) -> str | None:
        """The answer to the next whole line; None when there is none yet."""
        end = self._buffer.find(b"\n")
        if end < 0 and len(self._buffer) <= LARGEST_COMMAND:
            return None
        if end < 0 or end > LARGEST_COMMAND:
            return self._leave("500 5.5.2 Line too long")
        line = self._buffer[:end].decode("utf-8", "replace").strip()
        del self._buffer[: end + 1]
        verb, _, rest = line.partition(" ")
        command = self._commands.get(verb.upper())
        return command(rest) if command else "500 5.5.2 Unknown command"

    def _take_mail(self) -> str | None:
        """The answer to the final dot; None while the mail is not whole."""
        if self._buffer.startswith(b".\r\n"):
            whole, end = 0, 3
        else:
            whole = self._buffer.find(_END, max(0, self._searched - len(_END)))
            if whole < 0:
                self._searched = len(self._buffer)
                too_large = len(self._buffer) > LARGEST_MAIL
                return self._leave("552 5.3.4 Too large") if too_large else None
            whole, end = whole + 2, whole + len(_END)
        mail = bytes(self._buffer[:whole])
        del self._buffer[:end]
        mail_from, rcpt_to = self._mail_from or "", self._rcpt_to
        self._reset("")
        if b"\n." in mail or mail.startswith(b"."):
            mail = re.sub(rb"(?m)^\.", b"", mail)
        return self._judge(mail_from, rcpt_to, mail)

    def _judge(self, mail_from: str, rcpt_to: list[str], mail: bytes) -> str | None:
        """Refuse or keep a whole mail; None where the connection is cut instead of an answer."""
        for recipient in rcpt_to:
            if refusal := self._faults.after_data(recipient):
                return refusal
        self._delay, fault = self._faults.take("DOT", rcpt_to)
        if fault == "cut_before":
            self._cut()
            return None
        if fault == "deferred":
            return "451 4.3.0 Try again later"
        try:
            number = self._store.keep(mail_from, rcpt_to, mail)
        except OSError:
            return "452 4.3.1 Cannot be stored now"
        if fault == CUT:
            self._cut()
            return None
        return "what?" if fault == "garbage" else f"250 2.0.0 Ok: queued as K{number:07d}"

    def _cut(self) -> None:
        """Gone without a word."""
        self._leaving, self._delay = True, 0.0

    def _reset(self, answer: str) -> str:
        self._in_mail, self._searched = False, 0
        self._mail_from, self._rcpt_to = None, []
        return answer

    def _leave(self, answer: str) -> str:
        self._leaving = True
        return answer

    def _quit(self, _: str) -> str:
        return self._leave("221 2.0.0 Bye")

    def _ehlo(self, _: str) -> str:
        return self._reset(
            f"250-kizuna-mail\r\n250-PIPELINING\r\n250-SIZE {LARGEST_MAIL}\r\n250 8BITMIME"
        )

    def _mail(self, rest: str) -> str:
        path = _PATH.match(rest)
        if path is None:
            return "501 5.5.4 MAIL FROM:<address>"
        if self._mail_from is not None:
            return "503 5.5.1 One MAIL at a time"
        if self._faults.take("MAIL", [])[1]:
            return self._leave("421 4.3.2 Busy, come back later")
        self._mail_from = path[1]
        return "250 2.1.0 Ok"

    def _rcpt(self, rest: str) -> str:
        path = _PATH.match(rest)
        if self._mail_from is None:
            return "503 5.5.1 MAIL first"
        if path is None or not path[1]:
            return "501 5.5.4 RCPT TO:<address>"
        if len(self._rcpt_to) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if refusal := self._faults.at_rcpt(path[1]):
            return refusal
        self._rcpt_to.append(path[1])
        return "250 2.1.5 Ok"

    def _data(self, _: str) -> str:
        if self._mail_from is None:
            return "503 5.5.1 MAIL first"
        if not self._rcpt_to:
            return "554 5.5.1 No valid recipients"
        self._in_mail = True
        return "354 End with <CR><LF>.<CR><LF>"
