"""Telling the managers of municipalities about a meeting: that they are invited, or that it is off.

Behind the NPO's door. Level-triggered: whoever has not been told is told by the next press.
"""

import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from kizuna.lib import clock
from messages.domain.appointment import Appointment, written
from messages.models import Meeting, MeetingInvitation
from municipalities.domain.dates import in_japanese
from municipalities.domain.roles import Role
from municipalities.models import Membership, StaffUser
from municipalities.services.audit import note
from municipalities.tenancy.scope import stepping_into

AT_ONCE = 50
"""Municipalities that are written to by one press: no page waits for a minute."""


@dataclass(frozen=True, slots=True)
class Told:
    """``sent`` municipalities were written to, ``alone`` have no manager yet, ``left`` are still to
    be told. ``failed``: the mail server did not take one over, and the rest was left."""

    sent: int
    alone: int
    left: int
    failed: bool


def tell(meeting: Meeting, by: StaffUser) -> Told:
    """Write to the managers of those who have not been told, up to ``AT_ONCE`` municipalities."""
    waiting = list(
        MeetingInvitation.objects.filter(meeting=meeting, told_at=None)
        .select_related("municipality")
        .order_by("pk")
    )
    sent, alone, failed = 0, 0, False
    connection = get_connection()
    try:
        connection.open()
        for one in waiting:
            if sent == AT_ONCE:
                break
            if _tell(one, meeting, by, connection):
                sent += 1
            else:
                alone += 1
    except (OSError, smtplib.SMTPException):
        failed = True
    finally:
        connection.close()
    return Told(sent, alone, len(waiting) - sent - alone, failed)


def appointment(meeting: Meeting) -> bytes:
    """The entry for a calendar."""
    host = settings.PUBLIC_BASE_URL.split("://")[-1].split("/")[0].split(":")[0]
    topics = [f"・{topic}" for topic in meeting.topics]
    one = Appointment(
        uid=f"meeting-{meeting.pk}@{host}",
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        text="\n".join([*topics, meeting.invitation]).strip(),
        is_cancelled=meeting.cancelled_at is not None,
    )
    return written(one, clock.now())


def when_words(meeting: Meeting) -> str:
    """2026年12月1日 14:00〜16:00; with the second day where it ends on another."""
    start, end = (one.astimezone(clock.TOKYO) for one in (meeting.starts_at, meeting.ends_at))
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{in_japanese(end)} {end:%H:%M}"
    return f"{in_japanese(start)} {start:%H:%M}〜{until}"


def _tell(
    one: MeetingInvitation, meeting: Meeting, by: StaffUser, connection: BaseEmailBackend
) -> bool:
    with stepping_into(one.municipality_id):
        managers = Membership.objects.filter(role=Role.MANAGER, user__is_active=True)
        people = list(managers.order_by("pk").values_list("user__email", flat=True))
        if not people:
            return False
        note(one.municipality, by, "npo.meeting_told", about=f"meeting {meeting.pk}")
        _mail(one, meeting, people, connection)
    MeetingInvitation.objects.filter(pk=one.pk).update(told_at=clock.now())
    return True


def _mail(
    one: MeetingInvitation, meeting: Meeting, people: list[str], connection: BaseEmailBackend
) -> None:
    path = reverse("console:meeting", args=[one.municipality.slug, meeting.pk])
    context = {
        "municipality": one.municipality,
        "meeting": meeting,
        "when": when_words(meeting),
        "answer_by": in_japanese(meeting.answer_by) if meeting.answer_by else "",
        "answer": one.answer,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }
    head = "中止のお知らせ" if meeting.cancelled_at else "ご案内"
    message = EmailMessage(
        f"情報交換会の{head}「{meeting.title}」（Kizuna）",
        render_to_string("npo/meetings/mail.txt", context),
        None,
        people,
        connection=connection,
    )
    message.attach("meeting.ics", appointment(meeting), "text/calendar")
    message.send()
