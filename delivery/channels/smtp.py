"""E-mail: one mail per delivery over a kept SMTP connection to the mail server next door."""

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final

from delivery.channels.mail_message import BadAddressError, BadSenderError, Mail, skeleton
from delivery.channels.mail_server import Server, Tls
from delivery.channels.protocol import Outgoing, Request, Sender
from delivery.channels.smtp_socket import Answer, Phase
from delivery.channels.smtp_wire import Connection, Lost, NoConnectionError
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear

_TEN_MINUTES = 600
_AN_HOUR = 3_600

ANSWERS: Final[Mapping[tuple[Phase | None, str], Outcome]] = {
    # What each answer means, most telling key first: enhanced status (RFC 3463), its subject,
    # the reply code, its class; per phase first, then for any phase. Only a status that names
    # the mailbox itself calls an address dead: on real bounces "5xx is dead" is right for one
    # in three.
    # --- the recipient's mailbox
    (None, "4.2.2"): TryLater("mailbox_full"),
    (None, "5.2.2"): TryLater("mailbox_full", _AN_HOUR),  # full is never for good, whatever 5 says
    (Phase.RCPT, "452"): TryLater("mailbox_full"),
    (Phase.RCPT, "552"): TryLater("mailbox_full", _AN_HOUR),
    (Phase.RCPT, "5.1.1"): Refused("unknown_mailbox", endpoint_dead=True),
    (Phase.RCPT, "5.1.2"): Refused("unknown_mailbox", endpoint_dead=True),  # no such domain
    (Phase.RCPT, "5.1.3"): Refused("unknown_mailbox", endpoint_dead=True),  # cannot be an address
    (Phase.RCPT, "5.1.6"): Refused("unknown_mailbox", endpoint_dead=True),  # moved away
    (Phase.RCPT, "5.1.10"): Refused("unknown_mailbox", endpoint_dead=True),  # domain takes no mail
    (Phase.RCPT, "5.2.1"): Refused("mailbox_disabled"),  # unpaid today, back tomorrow
    (Phase.RCPT, "5"): Refused("recipient_refused"),
    # --- they want it later
    (None, "4.7.1"): TryLater("greylisted"),
    (Phase.RCPT, "450"): TryLater("greylisted"),
    (Phase.RCPT, "451"): TryLater("greylisted"),
    (None, "4.3"): TryLater("server_full"),
    (None, "421"): TryLater("server_busy"),  # and it hangs up: the next batch connects anew
    (None, "4"): TryLater("deferred"),
    # --- ours: the sender, our reputation, our client. Never hurts the reader's address
    (Phase.MAIL, "5"): TryLater("sender_refused", _TEN_MINUTES),
    (Phase.MAIL, "5.7"): TryLater("sender_refused", _TEN_MINUTES),
    (None, "5.1.7"): TryLater("sender_refused", _TEN_MINUTES),
    (None, "5.1.8"): TryLater("sender_refused", _TEN_MINUTES),
    (None, "5.7"): Refused("policy"),
    (None, "5.5"): TryLater("protocol_error", _TEN_MINUTES),
    (None, "503"): TryLater("protocol_error", _TEN_MINUTES),
    # --- refused after it was read: docomo and au say "550 unknown user" here too, and mean the
    # reader's own filter
    (None, "5.3.4"): Refused("too_large"),
    (None, "5.2.3"): Refused("too_large"),
    (None, "552"): Refused("too_large"),
    (None, "5"): Refused("filtered"),
}

_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")
_QUEUED_AS = re.compile(r"(?:queued as |\bid=)([A-Za-z0-9.-]{1,64})")
_SAYS_UNKNOWN = re.compile(r"(?!\s*:).*(unknown|no such user|does(n't| not) exist)", re.I)
"""At RCPT, without a status: docomo's "Unknown user", au's "<address>: User unknown". au's
": User unknown", which begins with the colon, is the reader's filter."""


class SmtpChannel:
    """Hands mail to ``EMAIL_URL``'s server; one kept connection for each thread that sends.

    Not safe to repeat: a mail server remembers no key. The caller marks a delivery before
    handing it over and leaves it ``Unclear`` where no answer came.
    """

    name: ClassVar[str] = "email"
    safe_to_repeat: ClassVar[bool] = False
    in_flight: ClassVar[int] = 25

    def __init__(
        self,
        url: str,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` gives the mails' Date. Raises ``ValueError`` for a URL that names no server."""
        self._server = Server.parse(url)
        # Made once: a context per connection costs 29 ms of CPU.
        self._tls = tls or (None if self._server.tls is Tls.NONE else ssl.create_default_context())
        self._clock = clock
        self._kept = threading.local()

    def requests(self, sender: Sender, outgoing: Sequence[Outgoing]) -> list[Request]:
        """One request for each delivery. The mail itself is written when it is sent."""
        return [
            Request(key=each.message_key, delivery_ids=(each.delivery_id,), outgoing=(each,))
            for each in outgoing
        ]

    def send(self, sender: Sender, requests: Sequence[Request]) -> Mapping[int, Outcome]:
        """Write the mails and hand them over in one go; see ``ANSWERS`` for what comes back."""
        outgoing = [each for request in requests for each in request.outgoing]
        outcomes: dict[int, Outcome] = {}
        mails: dict[int, Mail] = {}
        for each in outgoing:
            written = self._write(sender, each)
            if isinstance(written, Mail):
                mails[each.delivery_id] = written
            else:
                outcomes[each.delivery_id] = written
        if mails:
            outcomes.update(zip(mails, self._hand_over(list(mails.values())), strict=True))
        return outcomes

    def close(self) -> None:
        """Close this thread's connection."""
        connection = self._connection()
        self._kept.connection = None
        if connection is not None:
            connection.close()

    def _write(self, sender: Sender, outgoing: Outgoing) -> Mail | Outcome:
        try:
            return skeleton(sender, outgoing.content).mail(outgoing, self._clock())
        except BadSenderError:
            return TryLater("no_sender_address", _TEN_MINUTES)
        except BadAddressError:
            return Refused("bad_address")
        except ValueError:
            return Refused("bad_content")

    def _connection(self) -> Connection | None:
        connection: Connection | None = getattr(self._kept, "connection", None)
        return connection

    def _hand_over(self, mails: Sequence[Mail]) -> Iterable[Outcome]:
        kept = self._connection()
        if kept is not None and not kept.worn:
            results = kept.hand_over(mails)
            if not _was_stale(results[0]):
                return map(outcome_of, results)
        self.close()
        try:
            self._kept.connection = fresh = Connection(self._server, self._tls)
        except NoConnectionError as error:
            after = _TEN_MINUTES if error.reason == "auth_failed" else 0
            return [TryLater(error.reason, after)] * len(mails)
        return map(outcome_of, fresh.hand_over(mails))


def _was_stale(first: Answer | Lost) -> bool:
    """Whether a kept connection had already ended: its first mail came no further than MAIL.

    Then nothing of the batch has left, and a new connection may carry it at once.
    """
    if isinstance(first, Lost):
        return not first.in_doubt
    return first.code == 421 and first.phase is not Phase.DOT


def outcome_of(result: Answer | Lost) -> Outcome:
    """Translate one result of the wire. The server's free text stays here."""
    if isinstance(result, Lost):
        return Unclear("no_answer") if result.in_doubt else TryLater("connection_lost")
    if result.phase is Phase.DOT and result.good:
        queued = _QUEUED_AS.search(result.text)
        return Accepted(queued[1] if queued else "")
    for key in _keys(result):
        for phase in (result.phase, None):
            if (phase, key) in ANSWERS:
                return ANSWERS[phase, key]
    # 1xx to 3xx where none belongs: after the dot the server may have taken it all the same.
    return Unclear("no_answer") if result.phase is Phase.DOT else TryLater("protocol_error")


def _keys(answer: Answer) -> list[str]:
    code = str(answer.code)
    if code == "421":
        return [code]
    status = _STATUS.match(answer.text)
    if status and status[1] == code[0] and status[2] != "0":
        return [status[0], f"{status[1]}.{status[2]}", code, code[0]]
    if answer.phase is Phase.RCPT and code == "550" and _SAYS_UNKNOWN.match(answer.text):
        return ["5.1.1"]
    return [code, code[0]]
