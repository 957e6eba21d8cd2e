"""A sign-up: asked for on a page, confirmed by the address itself, and then a reader is here.

Whoever asks sees the same page whether the address is new, known, or asked for too often.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from kizuna.lib import clock
from municipalities.domain.signup import Anchor, Contact
from municipalities.domain.words import EndpointKind, MailKind, Purpose
from municipalities.models import (
    ConsentRecord,
    Course,
    Endpoint,
    Invitation,
    Municipality,
    Reader,
    Registration,
    Subscription,
    Suppressed,
)
from municipalities.services import asking, service_mails
from municipalities.services.endpoints import address_key
from municipalities.services.placements import placement_of

CONSENT_TEXT = "signup-1"
"""The wording of the consent on the sign-up page; a new wording gets a new number."""

LINK_HOURS = 48
FORM, INVITED = "signup_form", "invitation"


class LinkExpired(Exception):
    """The confirmation came too late; the person starts again, nothing was kept from them."""


class InvitationEnded(Exception):
    """The invitation was taken back or used up between the sign-up and its confirmation."""


@dataclass(frozen=True, slots=True)
class Signup:
    """What was typed and judged. With an invitation its course counts and no date is given."""

    contact: Contact
    anchor: Anchor = field(default_factory=Anchor)
    language: str = "ja"
    placement: str = ""
    invitation: Invitation | None = None
    children: int = 1
    source: str = FORM


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a confirmation led to. ``again``: the same link was used before; nothing changed."""

    reader: Reader
    course: Course
    again: bool = False


def ask_signup(municipality: Municipality, asked: Signup, client: str = "") -> None:
    """Write a sign-up down and send the mail that asks the address whether it was meant.

    An address whose texts are running gets the way into its own page instead; one that was asked
    too often gets nothing. The caller cannot tell which. Inside ``in_municipality``.
    """
    email = asked.contact.email
    if not asking.may_write_to(municipality, email, client):
        return
    key = address_key(EndpointKind.EMAIL, email.key, municipality.pk)
    reader = _running_reader(key, asked.invitation)
    if reader:
        service_mails.queue(
            municipality, MailKind.ENTRANCE, email.address, language=asked.language, reader=reader
        )
        return
    registration = _open_registration(municipality, asked, key)
    service_mails.queue(
        municipality,
        MailKind.CONFIRM,
        email.address,
        language=asked.language,
        registration=registration,
    )


def confirm(municipality: Municipality, registration: Registration) -> Welcome:
    """Make the reader: all of it or nothing, once. Inside ``in_municipality``.

    A reader who stopped earlier comes back with what is agreed to now. Two sign-ups of one address
    are two courses, unless their dates are the same.

    Raises:
        LinkExpired: too late.
        InvitationEnded: the invitation does not hold any more.
        Registration.DoesNotExist: the course it was for has ended meanwhile.
        Endpoint.DoesNotExist: it was used before, and the reader has stopped or left since.
    """
    with transaction.atomic():
        key = bytes(registration.address_key)
        # Of all links of one address one after the other.
        asking.hold(key)
        registration.refresh_from_db()
        if registration.confirmed_at is not None:
            return _welcomed_before(registration)
        now = clock.now()
        if registration.expires_at <= now:
            raise LinkExpired
        endpoint = _endpoint(municipality, registration, key)
        course = _follow(municipality, registration, endpoint)
        ConsentRecord.objects.create(
            municipality=municipality,
            reader=endpoint.reader,
            given=True,
            text_version=registration.consent_version,
            source=registration.source,
            at=now,
        )
        Suppressed.objects.filter(kind=registration.kind, address_key=key).delete()
        registration.confirmed_at = now
        registration.save(update_fields=["confirmed_at"])
        return Welcome(endpoint.reader, course)


def _running_reader(key: bytes, invitation: Invitation | None) -> Reader | None:
    """Who gets texts at this address already; with an invitation, for its course."""
    running = Subscription.objects.filter(
        endpoint=OuterRef("pk"), stopped_at=None, course__closed_at=None
    )
    if invitation:
        running = running.filter(course=invitation.course_id)
    found = (
        Endpoint.objects.filter(kind=EndpointKind.EMAIL, address_key=key)
        .filter(Exists(running))
        .select_related("reader")
        .first()
    )
    return found.reader if found else None


def _open_registration(municipality: Municipality, asked: Signup, key: bytes) -> Registration:
    """The row that waits; asking for the same once more renews it, so that both mails work."""
    expires_at = clock.now() + timedelta(hours=LINK_HOURS)
    contact, anchor, invitation = asked.contact, asked.anchor, asked.invitation
    same = {
        "purpose": Purpose.SIGNUP,
        "address_key": key,
        "due_date": anchor.due_date,
        "birth_date": anchor.birth_date,
        "is_provisional": anchor.is_provisional,
        "relation": contact.relation,
        "variant": contact.variant,
        "language": asked.language,
        "area": contact.area,
        "children": asked.children,
        "invitation": invitation,
        "consent_version": CONSENT_TEXT,
        "source": INVITED if invitation else asked.source,
    }
    waiting = Registration.objects.filter(
        **same, confirmed_at=None, expires_at__gt=clock.now()
    ).first()
    if waiting:
        waiting.expires_at = expires_at
        waiting.save(update_fields=["expires_at"])
        return waiting
    made = Registration(
        municipality=municipality,
        placement=placement_of(asked.placement),
        expires_at=expires_at,
        **same,
    )
    made.address = contact.email.address
    made.save()
    return made


def _endpoint(municipality: Municipality, registration: Registration, key: bytes) -> Endpoint:
    """The address as a verified endpoint of its reader, whom it brings along if they are new."""
    now = clock.now()
    endpoint = (
        Endpoint.objects.filter(kind=registration.kind, address_key=key)
        .select_related("reader")
        .first()
    )
    if endpoint is None:
        reader = Reader(municipality=municipality)
        endpoint = Endpoint(municipality=municipality, kind=registration.kind, address_key=key)
        endpoint.address = registration.address
    else:
        reader = endpoint.reader
    reader.variant = registration.variant
    reader.language = registration.language
    reader.area = registration.area or reader.area
    reader.save()
    # Whatever bounced earlier: this link came through.
    endpoint.reader, endpoint.verified_at = reader, now
    endpoint.blocked_at, endpoint.blocked_reason = None, ""
    endpoint.save()
    return endpoint


def _follow(municipality: Municipality, registration: Registration, endpoint: Endpoint) -> Course:
    """Let the reader follow the course from tomorrow on; which course it is."""
    followed = {
        one.course_id: one
        for one in Subscription.objects.filter(reader=endpoint.reader).select_related("course")
    }
    invitation = registration.invitation
    course = invitation.course if invitation else _course(municipality, registration, followed)
    known = followed.get(course.pk)
    if known and known.stopped_at is None:
        return course
    if invitation:
        _use(invitation)
    following = known or Subscription(
        municipality=municipality, reader=endpoint.reader, course=course
    )
    following.endpoint = endpoint
    following.relation = registration.relation
    following.placement = following.placement or registration.placement
    following.invitation = invitation or following.invitation
    following.starts_on = clock.today() + timedelta(days=1)
    following.stopped_at = following.paused_at = following.paused_until = None
    following.save()
    return course


def _course(
    municipality: Municipality, registration: Registration, followed: dict[int, Subscription]
) -> Course:
    """The course of these dates: one the reader followed before and that is not over, or a new one."""
    dates: tuple[date | None, date | None] = (registration.due_date, registration.birth_date)
    for one in followed.values():
        course: Course = one.course
        if (course.due_date, course.birth_date) == dates and course.closed_at is None:
            return course
    return Course.objects.create(
        municipality=municipality,
        due_date=registration.due_date,
        birth_date=registration.birth_date,
        children=registration.children,
        is_provisional=registration.is_provisional,
    )


def _use(invitation: Invitation) -> None:
    """Raises InvitationEnded.

    Holds the course first, as whoever ends it does: who ends it then sees who has joined.
    """
    held = Course.objects.select_for_update(no_key=True).filter(pk=invitation.course_id)
    if held.filter(closed_at=None).first() is None:
        raise InvitationEnded
    left = Invitation.objects.filter(pk=invitation.pk, uses_left__gt=0, revoked_at=None).update(
        uses_left=F("uses_left") - 1
    )
    if not left:
        raise InvitationEnded


def _welcomed_before(registration: Registration) -> Welcome:
    """Raises Endpoint.DoesNotExist: the reader has stopped or left since."""
    endpoint = Endpoint.objects.select_related("reader").get(
        kind=registration.kind, address_key=bytes(registration.address_key)
    )
    running = Subscription.objects.filter(
        reader=endpoint.reader, stopped_at=None, course__closed_at=None
    )
    latest = running.select_related("course").order_by("-created_at", "-pk").first()
    if latest is None:
        raise Endpoint.DoesNotExist
    return Welcome(endpoint.reader, latest.course, again=True)
