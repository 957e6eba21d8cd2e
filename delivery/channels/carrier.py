"""Hands written mails to Django's mail backend, one kept connection, one of four outcomes each."""

import contextlib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from delivery.channels.mail_message import Mail
from delivery.channels.service_mail import Words
from delivery.channels.smtp import outcome_of
from delivery.channels.smtp_socket import Answer, Phase
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear


class NoServerError(Exception):
    """There is no conversation at all. ``reason`` is a code fit for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Bytes:
    """Stands where Django builds a message of its own."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\r\n") -> bytes:
        """The bytes as they are: their line ends are already the wire's."""
        del unixfrom, linesep
        return self.data


class Written(EmailMessage):
    """A mail whose bytes are made: Django's backend only carries them."""

    def __init__(self, mail: Mail, words: Words) -> None:
        super().__init__(words.subject, words.text, mail.mail_from, [mail.rcpt_to])
        self.data = mail.data

    def message(self) -> _Bytes:  # type: ignore[override]  # the backend asks for as_bytes() only
        return _Bytes(self.data)


class Carrier:
    """One connection, opened when it is needed and again after it was lost."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend

    def hand_over(self, mail: Written) -> Outcome:
        """Give one mail to the server. Raises ``NoServerError`` where nobody listens."""
        try:
            self._backend.open()
        except smtplib.SMTPAuthenticationError as error:
            raise NoServerError("auth_failed") from error
        except OSError as error:  # smtplib's errors are all of this kind
            raise NoServerError("unreachable") from error
        try:
            self._backend.send_messages([mail])
        except OSError as error:
            self.close()
            return _outcome(error)
        except ValueError:
            return Refused("bad_address")
        return Accepted()

    def close(self) -> None:
        """End the conversation, however it stands."""
        with contextlib.suppress(OSError):
            self._backend.close()


@contextmanager
def carrier() -> Iterator[Carrier]:
    """A carrier for a few municipalities' mails; its connection ends with the block."""
    one = Carrier(get_connection())
    try:
        yield one
    finally:
        one.close()


def _outcome(error: OSError) -> Outcome:
    """The server's free text stays here: it often holds the address."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            answers = [
                Answer(Phase.RCPT, code, _text(said)) for code, said in error.recipients.values()
            ]
        case smtplib.SMTPSenderRefused():
            answers = [Answer(Phase.MAIL, error.smtp_code, _text(error.smtp_error))]
        case smtplib.SMTPDataError():
            answers = [Answer(Phase.DOT, error.smtp_code, _text(error.smtp_error))]
        case smtplib.SMTPServerDisconnected():
            return Unclear("no_answer")
        case smtplib.SMTPException():
            return TryLater("protocol_error")
        case _:
            return TryLater("connection_lost")
    return outcome_of(answers[0])


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
