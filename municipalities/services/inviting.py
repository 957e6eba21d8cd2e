"""A reader invites: a link by which somebody joins the same course without typing a date.

Neither side sees the other, before or after. The code is in the link only; kept is its keyed hash.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse

from kizuna.lib import clock
from kizuna.lib.crypto import blind_index
from municipalities.models import Course, Invitation, Municipality, Reader, Subscription

USES = 5
DAYS = 30
OPEN_AT_ONCE = 10
"""So many links of one reader may be good at a time."""

_WHERE = "invitation.code"


def courses_to_share(reader: Reader) -> list[Course]:
    """What this reader follows now and may invite others to, oldest first."""
    following = Subscription.objects.filter(reader=reader, stopped_at=None, course__closed_at=None)
    return [one.course for one in following.select_related("course").order_by("pk")]


def own_invitations(reader: Reader) -> list[Invitation]:
    """What this reader handed out in the last two months, newest first. Not who came by it."""
    since = clock.now() - timedelta(days=2 * DAYS)
    return list(
        Invitation.objects.filter(reader=reader, created_at__gte=since).order_by("-created_at")
    )


def may_invite(reader: Reader) -> bool:
    """False with ``OPEN_AT_ONCE`` good links handed out: withdrawing one makes room."""
    return (
        Invitation.objects.filter(
            reader=reader, revoked_at=None, expires_at__gt=clock.now()
        ).count()
        < OPEN_AT_ONCE
    )


def invite(municipality: Municipality, reader: Reader, course: Course) -> str:
    """The link to hand on: five uses, thirty days. It cannot be shown a second time."""
    code = secrets.token_urlsafe(16)
    Invitation.objects.create(
        municipality=municipality,
        reader=reader,
        course=course,
        code_key=code_key(code, municipality.pk),
        uses_left=USES,
        expires_at=clock.now() + timedelta(days=DAYS),
    )
    path = reverse("parent:join", args=[municipality.slug, code])
    return f"{settings.PUBLIC_BASE_URL}{path}"


def invitation_of(municipality: Municipality, code: str) -> Invitation | None:
    """What a link opens. Inside ``in_municipality``.

    None for a code that is foreign, withdrawn, used up or too old, and once the reader who invited
    no longer follows the course: one answer for all of them.
    """
    following = Subscription.objects.filter(
        reader_id=OuterRef("reader_id"), course_id=OuterRef("course_id"), stopped_at=None
    )
    return (
        Invitation.objects.filter(
            Exists(following),
            code_key=code_key(code.rstrip(">.。)）、 "), municipality.pk),
            revoked_at=None,
            expires_at__gt=clock.now(),
            uses_left__gt=0,
            course__closed_at=None,
        )
        .select_related("course")
        .first()
    )


def revoke(reader: Reader, invitation_id: int) -> None:
    """Nobody comes in by this link any more. Somebody else's link is left alone."""
    Invitation.objects.filter(reader=reader, pk=invitation_id, revoked_at=None).update(
        revoked_at=clock.now()
    )


def code_key(code: str, municipality_id: int) -> bytes:
    """The keyed hash under which an invitation is found."""
    return blind_index(code, where=_WHERE, municipality_id=municipality_id)
