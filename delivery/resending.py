"""A text of the last days goes out once more, word for word, because its reader asked.

It travels beside the ledger, as a service mail: the ledger knows each text of a day only once, and
nothing of a morning's run may hang on what a desk does. Whether it may be sent is asked twice, when
staff press the button and right before it is handed over: in between lies time for a stop or a loss.
"""

from dataclasses import replace
from enum import Enum, auto
from html import escape

from delivery.channels.carrier import Written
from delivery.channels.mail_message import skeleton
from delivery.channels.protocol import MY_URL, STOP_URL, Outgoing
from delivery.channels.service_mail import Words
from delivery.reader_deliveries import Due, lately
from delivery.senders import outgoing_of, sender_of
from kizuna.lib.crypto import SealBroken
from municipalities.domain.addresses import normalise_email
from municipalities.domain.words import EndpointKind, MailKind
from municipalities.models import Endpoint, Municipality, Reader, ServiceMail
from municipalities.services import service_mails
from municipalities.services.asking import may_write_to

MARK = "【再送】"
"""Before the subject, so that nobody takes it for today's text."""


class Resent(Enum):
    """What became of the wish."""

    QUEUED = auto()
    NOT_THEIRS = auto()
    """Within the last days this reader was due no text of that number."""
    NOT_NOW = auto()
    TOO_MANY = auto()


def send_again(municipality: Municipality, reader: Reader, edition: int) -> Resent:
    """Queue the text for the reader's present address. Inside ``in_municipality``.

    Raises:
        TooManyAsk: the municipality has reached its ceiling.
    """
    theirs = [one for one in lately(reader) if one.edition == edition]
    if not theirs:
        return Resent.NOT_THEIRS
    one = _sendable(theirs)
    if one is None:
        return Resent.NOT_NOW
    address = Endpoint.objects.get(pk=one.endpoint).address
    if not may_write_to(municipality, normalise_email(address)):
        return Resent.TOO_MANY
    service_mails.queue(
        municipality,
        MailKind.RESEND,
        address,
        language=reader.language,
        reader=reader,
        edition_id=edition,
    )
    return Resent.QUEUED


def once_more(municipality: Municipality, mail: ServiceMail, at: float) -> Written | None:
    """The mail as the morning writes it, but for the subject and the Message-ID.

    A mailbox that knows the first one's Message-ID would throw the second away. None where the
    reader stopped meanwhile, or no mail may be sent for another reason.

    Raises:
        SealBroken: the address cannot be opened.
        ValueError: it fits no mail.
    """
    if mail.reader is None:
        return None
    one = _sendable([due for due in lately(mail.reader) if due.edition == mail.edition_id])
    if one is None or one.edition is None:
        return None
    row = (mail.pk, one.edition, one.endpoint, one.subscription, "")
    made, unusable = outgoing_of(municipality, one.day, [row])
    if "unreadable" in unusable.values():
        raise SealBroken
    if not made:
        return None
    content = replace(made[0].content, subject=MARK + made[0].content.subject)
    outgoing = replace(made[0], content=content, message_key=f"{one.day:%Y%m%d}-again-{mail.pk}")
    sender = sender_of(municipality, EndpointKind.EMAIL)
    return Written(skeleton(sender, content).mail(outgoing, at), _words(outgoing))


def _sendable(texts: list[Due]) -> Due | None:
    return next((one for one in texts if one.again), None)


def _words(outgoing: Outgoing) -> Words:
    """The same for backends that show a mail instead of sending it."""
    content, stop, my = outgoing.content, outgoing.stop_url, outgoing.my_url
    return Words(
        subject=content.subject,
        text=content.mail_text.replace(STOP_URL, stop).replace(MY_URL, my),
        html=content.mail_html.replace(STOP_URL, escape(stop)).replace(MY_URL, escape(my)),
    )
