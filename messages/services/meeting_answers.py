"""A municipality's side of meetings: which it is invited to, what it answers.

All inside ``in_municipality``. A meeting to which it is not invited does not exist for it.
"""

from dataclasses import dataclass

from kizuna.lib import clock
from messages.models import MeetingInvitation
from messages.services.meetings import YES
from municipalities.models import Municipality, StaffUser
from municipalities.services import audit


class TooLate(Exception):
    """It has begun, or it is cancelled."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it comes, who comes (a line each), what it wishes to talk about."""

    answer: str
    people: tuple[str, ...] = ()
    wish: str = ""


def invited_to() -> list[MeetingInvitation]:
    """Every meeting that this municipality is invited to, the latest first."""
    found = MeetingInvitation.objects.select_related("meeting")
    return list(found.order_by("-meeting__starts_at", "-pk"))


def invitation(meeting_id: int) -> MeetingInvitation | None:
    """The invitation to that meeting, or None."""
    found = MeetingInvitation.objects.select_related("meeting")
    return found.filter(meeting=meeting_id).first()


def is_open(one: MeetingInvitation) -> bool:
    """Whether it can still be answered: until it begins, unless it is cancelled."""
    return one.meeting.cancelled_at is None and one.meeting.starts_at > clock.now()


def count_unanswered() -> int:
    """How many meetings wait for this municipality's answer."""
    waiting = MeetingInvitation.objects.filter(
        answer="", meeting__cancelled_at=None, meeting__starts_at__gt=clock.now()
    )
    return waiting.count()


def answer(municipality: Municipality, user: StaffUser, meeting_id: int, given: Answer) -> None:
    """Write the answer down; a later one takes its place.

    Raises:
        TooLate: it has begun, or it is cancelled.
        MeetingInvitation.DoesNotExist: this municipality is not invited.
    """
    one = MeetingInvitation.objects.select_for_update(of=("self",)).get(meeting=meeting_id)
    if not is_open(one):
        raise TooLate
    people = "\n".join(given.people) if given.answer == YES else ""
    before = (one.answer, one.people, one.wish)
    if before == (given.answer, people, given.wish):
        return
    one.answer, one.people, one.wish = given.answer, people, given.wish
    one.answered_at = clock.now()
    one.save(update_fields=["answer", "people", "wish", "answered_at"])
    audit.note(
        municipality, user, "meeting.answered", about=f"meeting {meeting_id}", after=given.answer
    )
