"""Mails of the editors' desk to reviewers, and to those who wrote and asked. In Japanese, then English.

Level-triggered: beat's tick and every worker's come here and ask ``desk_news`` who is to be told. So no
page of the desk waits for a mail server or the broker, and one that is away is asked again with the
next look. They name texts, notes and colleagues; nothing of a reader, nothing of a text's words.
"""

import smtplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kizuna.lib import clock
from messages.models import TextEvent
from messages.services import desk_news
from messages.services.desk_news import News
from municipalities.services import npo_staff
from municipalities.tenancy.scope import across_for_npo

log = structlog.get_logger("messages.desk")

MOST_OF_A_KIND = 20
_LOCK = 0x4B697A44
"""Of the database: one process at a time tells."""
_FOR_GOOD = 500
"""From this reply on a mail server means: not this mail to this address, and not later either."""


@dataclass(frozen=True, slots=True)
class Line:
    """One text in a mail: what was done to it, by whom, and where it is read."""

    event: TextEvent
    by: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """All texts of one kind in a mail; ``more`` are those that did not fit."""

    lines: list[Line]
    more: int

    @property
    def count(self) -> int:
        """With those that did not fit."""
        return len(self.lines) + self.more


def look(now: datetime | None = None) -> None:
    """Mail whoever is to be told something now. Never raises."""
    try:
        with across_for_npo():
            if _is_alone():
                _tell(now or clock.now())
    except Exception:
        # Whoever calls sends the morning's texts: nothing here may stop that.
        log.exception("desk mails failed")


def _is_alone() -> bool:
    """Whether no other process is telling; this one keeps the lock until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _tell(now: datetime) -> None:
    due = desk_news.due(now)
    if not due:
        return
    names = npo_staff.names({event.by_id for news in due for event in news.every()})
    with translation.override("ja"):
        # All are written before the first one leaves: a fault in one must not repeat the others.
        letters = [(news, _message(news, names)) for news in due]
    for news in _sent(letters):
        desk_news.note(news, now)


def _sent(letters: Iterable[tuple[News, EmailMessage]]) -> list[News]:
    """Those that need not be sent again."""
    done: list[News] = []
    try:
        with get_connection() as server:
            for news, message in letters:
                message.connection = server
                if _taken(message):
                    done.append(news)
    except OSError:
        log.exception("desk mails not sent")
    return done


def _taken(message: EmailMessage) -> bool:
    """Whether the server took it, or never will."""
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as why:
        log.exception("desk mail refused")
        return all(code >= _FOR_GOOD for code, _reply in why.recipients.values())
    except smtplib.SMTPResponseException as why:
        log.exception("desk mail refused")
        # A refused sender is a fault of the installation, and mended one day.
        return isinstance(why, smtplib.SMTPDataError) and why.smtp_code >= _FOR_GOOD
    return True


def _message(news: News, names: Mapping[int, str]) -> EmailMessage:
    context = {
        "person": news.person,
        "wait": _part(news.wait, names),
        "late": _part(news.late, names),
        "answers": _part(news.answers, names),
        "count": len(news.every()),
        "only": news.every()[0],
        "desk": f"{settings.PUBLIC_BASE_URL}{reverse('npo:desk')}",
    }
    subject = render_to_string("npo/desk/mail_subject.txt", context)
    body = render_to_string("npo/desk/mail.txt", context)
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", None, [news.person.email])


def _part(events: list[TextEvent], names: Mapping[int, str]) -> Part:
    shown = events[:MOST_OF_A_KIND]
    lines = [Line(one, names.get(one.by_id or 0, "—"), _address(one)) for one in shown]
    return Part(lines, len(events) - len(shown))


def _address(event: TextEvent) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('npo:desk_draft', args=[event.draft_id])}"
