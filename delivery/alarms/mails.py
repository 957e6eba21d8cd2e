"""The mails: a notice as soon as something is found, the digest of the morning. In Japanese.

Plain text, to staff; they name municipalities, counts and pages, never a reader.
"""

import smtplib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from delivery.alarms import wording
from delivery.alarms.cause import Cause
from delivery.models import Alarm
from municipalities.models import Municipality

log = structlog.get_logger("delivery.alarms")

MOST_OF_A_CAUSE = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One alarm for one person. ``is_inside``: a manager, who comes in by the console."""

    alarm: Alarm
    cause: Cause
    is_inside: bool = False

    @property
    def address(self) -> str:
        """The page where this person mends it."""
        place = self.cause.inside if self.is_inside else None
        path = (place or self.cause.place).address(self.alarm)
        return f"{settings.PUBLIC_BASE_URL}{path}"


Letters = Mapping[str, Sequence[Item]]


@dataclass(slots=True)
class Line:
    """One alarm in a mail."""

    municipality: Municipality | None
    sentence: str
    address: str


@dataclass(slots=True)
class Part:
    """All alarms of one cause in a mail; ``more`` are those that did not fit."""

    cause: Cause
    lines: list[Line]
    more: int


def send_notices(letters: Letters) -> set[str]:
    """Each to its address; the addresses that the mail server took."""
    return _send("notice", letters, {})


def send_digests(letters: Letters, now: datetime) -> set[str]:
    """The same for the list of the morning; one of nothing says that nothing needs anybody."""
    return _send("digest", letters, {"on": now.date()})


def _send(kind: str, letters: Letters, more: Mapping[str, Any]) -> set[str]:
    reached: set[str] = set()
    with translation.override("ja"):
        # All are written before the first one leaves: a fault in one must not repeat the others.
        messages = {one: _message(kind, one, items, more) for one, items in letters.items()}
    try:
        with get_connection() as server:
            for address, message in messages.items():
                message.connection = server
                try:
                    message.send()
                except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
                    log.exception("alarm mail refused")
                else:
                    reached.add(address)
    except OSError:
        log.exception("alarm mails not sent")
    return reached


def _message(
    kind: str, address: str, items: Sequence[Item], more: Mapping[str, Any]
) -> EmailMessage:
    page = f"{settings.PUBLIC_BASE_URL}{reverse('npo:alarms')}"
    context = {
        "parts": list(_parts(items)),
        "count": len(items),
        # A manager has no way to the NPO's page.
        "page": "" if all(item.is_inside for item in items) and items else page,
        **more,
    }
    subject = render_to_string(f"email/alarm_{kind}_subject.txt", context)
    body = render_to_string(f"email/alarm_{kind}.txt", context)
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", None, [address])


def _parts(items: Iterable[Item]) -> Iterable[Part]:
    by_cause: dict[str, list[Item]] = {}
    for item in items:
        by_cause.setdefault(item.alarm.cause, []).append(item)
    for found in by_cause.values():
        shown = found[:MOST_OF_A_CAUSE]
        lines = [
            Line(one.alarm.municipality, wording.sentence(one.alarm), one.address) for one in shown
        ]
        yield Part(found[0].cause, lines, len(found) - len(shown))
