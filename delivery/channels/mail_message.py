"""The bytes of one mail, from a skeleton that is encoded once per edition and sender.

Per reader only five header lines and the end of the two bodies are written: about 0.02 ms, where
Django's message classes take 0.9 to 3 ms and would be the slowest part of a morning's run.
"""

import html
import re
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from delivery.channels.mail_header import (
    BadAddressError,
    Mailbox,
    mailbox,
    named_field,
    text_field,
    token_field,
)
from delivery.channels.protocol import MY_URL, STOP_URL, Content, MailSender, Outgoing, Sender

_TOKYO = ZoneInfo("Asia/Tokyo")
_STOP, _MY = STOP_URL.encode(), MY_URL.encode()
_ANY_MARK = re.compile(b"%b|%b" % (re.escape(_STOP), re.escape(_MY)))
_BOUNDARY = b"=_kizuna"
"""Cannot occur in the parts: base64 has no underscore."""

_OF_A_LIST = (
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"Auto-Submitted: auto-generated\r\n"
    b"Precedence: bulk\r\n"
)

ALTERNATIVES = (
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="' + _BOUNDARY + b'"\r\n'
    b"\r\n"
)
"""The end of a mail's head: two parts follow, each begun by ``part_start``."""

LAST_LINE = b"--" + _BOUNDARY + b"--\r\n"

_BYTES_PER_LINE = 57
"""76 characters of base64, RFC 2045's longest line."""

_KEY = re.compile(r"(\d{4})(\d{2})(\d{2})-[A-Za-z0-9-]+", re.ASCII)
_URL = re.compile(r"https?://[!-;=?-~]+", re.ASCII)
"""Printable ASCII without the angle brackets that would end the List-Unsubscribe value."""


class BadSenderError(ValueError):
    """The municipality's own settings make no valid mail; no reader is to blame."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail ready for SMTP. ``data`` ends with CRLF and is not dot-stuffed."""

    mail_from: str
    rcpt_to: str
    data: bytes

    def __repr__(self) -> str:  # the address stays out of tracebacks and logs
        return f"Mail({len(self.data)} bytes)"


@dataclass(frozen=True, slots=True)
class _Body:
    """A base64 body: ``fixed`` is the same for everybody, ``rest`` holds the links' marks."""

    fixed: bytes
    rest: bytes

    def __call__(self, stop: bytes, my: bytes) -> bytes:
        return self.fixed + base64_lines(self.rest.replace(_STOP, stop).replace(_MY, my))


@dataclass(frozen=True, slots=True)
class Skeleton:
    """All of a mail that one edition of one sender has in common."""

    sender: Mailbox
    head: bytes
    text: _Body
    html: _Body
    has_my_link: bool

    def mail(self, outgoing: Outgoing, at: float) -> Mail:
        """Fill in one reader. ``at`` is the moment of handing over, seconds since the epoch.

        Raises ``BadAddressError`` for the reader's address and ``ValueError`` for a key or a link
        that is none.
        """
        to = mailbox(outgoing.address)
        day = _KEY.fullmatch(outgoing.message_key)
        if day is None:
            raise ValueError("a message key is YYYYMMDD-<delivery id>")
        if not _URL.fullmatch(outgoing.stop_url):
            raise ValueError("a stop link is an http(s) address in printable ASCII")
        if self.has_my_link and not _URL.fullmatch(outgoing.my_url):
            raise ValueError("a link to the own page is an http(s) address in printable ASCII")
        stop, my = outgoing.stop_url, outgoing.my_url
        data = b"".join(
            (
                date_line(int(at)),
                token_field("To", to.header),
                token_field("Message-ID", f"<d.{outgoing.message_key}@{self.sender.domain}>"),
                token_field("List-Unsubscribe", f"<{stop}>"),
                token_field("X-Kizuna-Day", "-".join(day.groups())),
                self.head,
                part_start(b"text/plain"),
                self.text(stop.encode("ascii"), my.encode("ascii")),
                part_start(b"text/html"),
                self.html(html.escape(stop).encode("ascii"), html.escape(my).encode("ascii")),
                LAST_LINE,
            )
        )
        return Mail(self.sender.envelope, to.envelope, data)


def skeleton(sender: Sender, content: Content) -> Skeleton:
    """The skeleton of an edition; kept for the 256 used last (about 10 KB each).

    Raises ``BadSenderError`` for the municipality's settings, ``ValueError`` for the content.
    """
    if sender.mail is None:
        raise BadSenderError("this municipality has no mail sender")
    return _skeleton(sender.mail, sender.service_name, sender.slug, content)


@lru_cache(maxsize=256)
def _skeleton(sender: MailSender, service_name: str, slug: str, content: Content) -> Skeleton:
    if not content.mail_text.strip() or not content.mail_html.strip():
        raise ValueError("a mail needs both a text and an HTML part")
    try:
        own, listed = _sender_fields(sender, service_name)
        feedback = token_field("Feedback-ID", f"{content.edition_id}:{slug}:stage:kizuna")
    except ValueError as error:
        raise BadSenderError(str(error)) from error
    head = b"".join(
        (
            listed,
            text_field("Subject", content.subject),
            feedback,
            _OF_A_LIST,
            ALTERNATIVES,
        )
    )
    text, markup = content.mail_text, content.mail_html
    return Skeleton(own, head, _body(text), _body(markup), MY_URL in text + markup)


def _sender_fields(sender: MailSender, service_name: str) -> tuple[Mailbox, bytes]:
    own = mailbox(sender.address)
    lines = [named_field("From", sender.name, own.header)]
    if sender.reply_to:
        lines.append(token_field("Reply-To", mailbox(sender.reply_to).header))
    lines.append(named_field("List-Id", service_name, f"stage.{own.domain}"))
    return own, b"".join(lines)


def part_start(kind: bytes) -> bytes:
    """The lines before one part, whose ``base64_lines`` follow."""
    return (
        b"--" + _BOUNDARY + b"\r\nContent-Type: " + kind + b'; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )


def _body(text: str) -> _Body:
    """Encode everything up to the last whole line before the mark, once."""
    raw = with_crlf(text)
    mark = _ANY_MARK.search(raw)
    whole = mark.start() - mark.start() % _BYTES_PER_LINE if mark else len(raw)
    return _Body(base64_lines(raw[:whole]), raw[whole:])


def with_crlf(text: str) -> bytes:
    """UTF-8 with the line ends of the wire, however they were written."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text).encode()


def base64_lines(raw: bytes) -> bytes:
    """Base64 in lines of 76 characters, each ended by CRLF; nothing for nothing."""
    if not raw:
        return b""
    line = b2a_base64(raw, newline=False)
    return b"\r\n".join([line[at : at + 76] for at in range(0, len(line), 76)]) + b"\r\n"


@lru_cache(maxsize=4)
def date_line(second: int) -> bytes:
    """The Date field, in Japan's time."""
    return token_field("Date", format_datetime(datetime.fromtimestamp(second, _TOKYO)))


__all__ = ["BadAddressError", "BadSenderError", "Mail", "Skeleton", "skeleton"]
