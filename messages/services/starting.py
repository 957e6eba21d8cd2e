"""What there must be before a municipality's first text goes out, and the start itself.

One list for both doors: the municipality's own staff see it on their first page, the NPO on its page
about the municipality. It looks at counts of staff and texts, at no reader.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kizuna.lib import clock
from messages.domain import rhythm
from messages.domain.review import ReviewState
from messages.models import LocalBlock, TextVersion
from messages.services import calendar, completeness
from messages.services.compose import shelf
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality, StaffInvitation, StaffUser
from municipalities.services import going_live, line_account, sender_domain
from municipalities.tenancy.scope import stepping_into


class Step(StrEnum):
    """In the order in which they are best done."""

    CHANNEL = "channel"
    DOMAIN = "domain"
    LINE = "line"
    CONTACT = "contact"
    LOSS_HELP = "loss_help"
    PRIVACY = "privacy"
    TEXTS = "texts"
    SECOND_APPROVER = "second_approver"
    ANNOUNCEMENT = "announcement"


class NotReady(Exception):
    """Something is still open; ``steps`` says what."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__(*steps)
        self.steps = steps


@dataclass(frozen=True, slots=True)
class Places:
    """Of ``whole`` places of the standard course ``there`` have a text; elsewhere the day is empty."""

    there: int
    whole: int


@dataclass(frozen=True, slots=True)
class Look:
    """A municipality from the NPO's door: what is ready, and who is there, in numbers.

    ``samples``: texts in effect that nobody has reviewed yet.
    """

    steps: list[tuple[Step, bool]]
    line: line_account.Held | None
    managers: int
    staff: int
    invited: int
    gaps: int
    places: Places
    samples: int

    @property
    def left(self) -> list[Step]:
        """What is still open."""
        return [step for step, done in self.steps if not done]


def checklist(municipality: Municipality, on: date) -> list[tuple[Step, bool]]:
    """Each step before the start, and whether it is done. Inside ``in_municipality``.

    Of texts it is enough that they go from the first weeks to the last birthday without breaking
    their own rhythm. That every place of the standard course has one is the editors' aim.
    """
    agree = Membership.objects.filter(
        role__in=[Role.APPROVER, Role.MANAGER], user__is_active=True
    ).count()
    by_mail = bool(municipality.mail_address)
    line = line_account.held()
    steps = [(Step.CHANNEL, by_mail or line is not None)]
    if by_mail:
        steps.append((Step.DOMAIN, _is_aligned(municipality)))
    if line is not None:
        steps.append((Step.LINE, line.answers))
    return [
        *steps,
        (Step.CONTACT, bool(municipality.contact and municipality.postal_address)),
        (Step.LOSS_HELP, bool(municipality.loss_help)),
        (Step.PRIVACY, bool(municipality.privacy_url)),
        (Step.TEXTS, calendar.is_whole(municipality, on)),
        (Step.SECOND_APPROVER, agree >= 2),
        (Step.ANNOUNCEMENT, LocalBlock.objects.filter(state=ReviewState.APPROVED).exists()),
    ]


def places(on: date) -> Places:
    """How much of the standard course has a text on that day."""
    whole = len(rhythm.places())
    return Places(whole - len(completeness.course(on).gaps), whole)


def look(municipality: Municipality, on: date) -> Look:
    """From the NPO's door. Nothing is written, so nothing is noted."""
    with stepping_into(municipality.pk):
        roles = list(Membership.objects.filter(user__is_active=True).values_list("role", flat=True))
        invited = StaffInvitation.objects.filter(
            accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
        )
        return Look(
            steps=checklist(municipality, on),
            line=line_account.held(),
            managers=roles.count(Role.MANAGER),
            staff=len(roles),
            invited=invited.count(),
            gaps=len(calendar.gaps(municipality, on)),
            places=places(on),
            samples=_samples(on),
        )


def start(municipality: Municipality, by: StaffUser) -> None:
    """Take it live, if everything is in its place at this moment. From the NPO's door.

    Raises:
        NotReady: something is open (again).
        going_live.Refused: it is not being prepared.
    """
    with stepping_into(municipality.pk):
        fresh = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
        left = [step for step, done in checklist(fresh, clock.today()) if not done]
        if left:
            raise NotReady(left)
        going_live.start(fresh, by)


def _is_aligned(municipality: Municipality) -> bool:
    """Whether a resolver said so lately: what was right in spring may have been taken away."""
    found = sender_domain.latest(municipality)
    since = clock.now() - timedelta(days=sender_domain.FRESH_DAYS)
    return found is not None and found.aligned and found.at > since


def _samples(on: date) -> int:
    in_effect = {version.id for version in shelf(on).values()}
    return TextVersion.objects.filter(pk__in=in_effect, is_sample=True).count()
