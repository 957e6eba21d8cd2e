"""One mail about the service itself, as bytes. It belongs to no list: no List-* lines, no bulk."""

from dataclasses import dataclass

from delivery.channels.mail_header import mailbox, named_field, text_field, token_field
from delivery.channels.mail_message import (
    ALTERNATIVES,
    LAST_LINE,
    Mail,
    base64_lines,
    date_line,
    part_start,
    with_crlf,
)
from delivery.channels.protocol import MailSender


@dataclass(frozen=True, slots=True)
class Words:
    """What one service mail says. Both parts say all of it."""

    subject: str
    text: str
    html: str

    def __repr__(self) -> str:  # its link lets a reader in: it stays out of tracebacks and logs
        return f"Words({len(self.text)} characters)"


def service_mail(number: int, sender: MailSender, address: str, words: Words, at: float) -> Mail:
    """Write it for one reader. ``at`` is the moment of handing over, seconds since the epoch.

    The Message-ID is the same on every try, so that a repeat is known as one. Raises
    ``BadAddressError`` for either address and ``ValueError`` for words that fit no header.
    """
    own, to = mailbox(sender.address), mailbox(address)
    head = [
        date_line(int(at)),
        token_field("To", to.header),
        token_field("Message-ID", f"<s.{number}@{own.domain}>"),
        named_field("From", sender.name, own.header),
        text_field("Subject", words.subject),
        b"Auto-Submitted: auto-generated\r\n",
        ALTERNATIVES,
    ]
    if sender.reply_to:
        head.insert(4, token_field("Reply-To", mailbox(sender.reply_to).header))
    body = [
        part_start(b"text/plain"),
        base64_lines(with_crlf(words.text)),
        part_start(b"text/html"),
        base64_lines(with_crlf(words.html)),
        LAST_LINE,
    ]
    return Mail(own.envelope, to.envelope, b"".join(head + body))
