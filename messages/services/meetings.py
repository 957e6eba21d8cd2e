"""Meetings of municipalities (情報交換会), as the NPO prepares and holds them.

Behind the NPO's door. Answers are the municipalities' own: nothing here writes them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from kizuna.lib import clock
from messages.domain.groups import Comer, split
from messages.models import Meeting, MeetingInvitation, MeetingMaterial
from municipalities.domain.words import MunicipalityKind, Service
from municipalities.models import Assignment, Municipality, StaffUser
from municipalities.services.sizes import size_classes

YES, NO = "yes", "no"
MOST_PAPER = 5_000_000
"""Bytes of one paper."""
PDF = b"%PDF-"


class NotAPaper(ValueError):
    """A file that is no PDF (``kind``) or too large (``size``); ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Details:
    """What the invited are told."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    topics: tuple[str, ...] = ()
    invitation: str = ""
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """Which municipalities to choose from; nothing set means all that are not invited yet."""

    words: str = ""
    size: str = ""
    mine: bool = False


def create(user: StaffUser, details: Details) -> Meeting:
    """A new meeting. Nobody is invited by that."""
    return Meeting.objects.create(created_by_id=user.pk, **_fields(details))


def change(meeting: Meeting, details: Details) -> bool:
    """Write other details down. True when those invited must hear of it: another time or place."""
    fields = _fields(details)
    moved = any(
        fields[name] != getattr(meeting, name) for name in ("starts_at", "ends_at", "place")
    )
    for name, value in fields.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=list(fields))
    if moved:
        _tell_again(meeting)
    return moved


def cancel(meeting: Meeting) -> None:
    """It does not take place; whoever is invited is to be told. Repeating it changes nothing."""
    if meeting.cancelled_at is None:
        meeting.cancelled_at = clock.now()
        meeting.save(update_fields=["cancelled_at"])
        _tell_again(meeting)


def invitations(meeting: Meeting) -> list[MeetingInvitation]:
    """Everybody who is invited, by name."""
    found = MeetingInvitation.objects.filter(meeting=meeting).select_related("municipality")
    return list(found.order_by("municipality__name", "municipality_id"))


def to_choose_from(meeting: Meeting, sought: Sought, user: StaffUser) -> QuerySet[Municipality]:
    """Municipalities that can be invited and are not yet, by name."""
    invited = MeetingInvitation.objects.filter(meeting=meeting).values("municipality")
    found = (
        Municipality.objects.exclude(kind=MunicipalityKind.NPO)
        .exclude(service=Service.ENDED)
        .exclude(pk__in=invited)
    )
    if sought.words:
        found = found.filter(Q(name__icontains=sought.words) | Q(slug__icontains=sought.words))
    if sought.mine:
        mine = Assignment.objects.filter(partner_id=user.pk, until=None).values("municipality")
        found = found.filter(pk__in=mine)
    if sought.size:
        sizes = size_classes(clock.today().year - 1)
        found = found.filter(pk__in=[pk for pk, size in sizes.items() if size == sought.size])
    return found.order_by("name", "pk")


def invite(meeting: Meeting, municipalities: Collection[int]) -> int:
    """Invite these; who is invited already stays so. Returns how many are new."""
    known = set(
        MeetingInvitation.objects.filter(meeting=meeting).values_list("municipality", flat=True)
    )
    new = [number for number in dict.fromkeys(municipalities) if number not in known]
    MeetingInvitation.objects.bulk_create(
        [MeetingInvitation(municipality_id=number, meeting=meeting) for number in new],
        batch_size=500,
        ignore_conflicts=True,
    )
    return len(new)


def deal_out(meeting: Meeting, groups: int) -> int:
    """Put those who come into so many groups, sizes mixed. Returns how many groups there are.

    What was set by hand before is dealt out anew.
    """
    coming = [one for one in invitations(meeting) if one.answer == YES]
    sizes = size_classes(clock.today().year - 1)
    comers = [
        Comer(one.municipality_id, sizes.get(one.municipality_id, ""), len(persons(one)))
        for one in coming
    ]
    given = split(comers, groups)
    MeetingInvitation.objects.filter(meeting=meeting).exclude(group=None).update(group=None)
    for one in coming:
        MeetingInvitation.objects.filter(pk=one.pk).update(group=given[one.municipality_id])
    return len(set(given.values()))


def note_attendance(one: MeetingInvitation, group: int | None, attended: int | None) -> None:
    """In which group a municipality is, and how many of it came (None: not noted)."""
    if (one.group, one.attended) != (group, attended):
        MeetingInvitation.objects.filter(pk=one.pk).update(group=group, attended=attended)


def persons(one: MeetingInvitation) -> list[str]:
    """Who comes, a line each."""
    return [line.strip() for line in one.people.splitlines() if line.strip()]


def write_notes(meeting: Meeting, notes: str, *, shared: bool) -> None:
    """What was talked about. Shared, everybody invited reads it; taken back, nobody does."""
    meeting.notes = notes
    if shared != (meeting.notes_shared_at is not None):
        meeting.notes_shared_at = clock.now() if shared else None
    meeting.save(update_fields=["notes", "notes_shared_at"])


def add_paper(meeting: Meeting, title: str, content: bytes) -> MeetingMaterial:
    """Keep a PDF for all who are invited.

    Raises:
        NotAPaper: it is no PDF, or larger than ``MOST_PAPER``.
    """
    if len(content) > MOST_PAPER:
        raise NotAPaper("size")
    if not content.startswith(PDF):
        raise NotAPaper("kind")
    return MeetingMaterial.objects.create(meeting=meeting, title=title, content=content)


def papers(meeting: Meeting) -> list[MeetingMaterial]:
    """The papers without their bytes, each with its ``size``, the oldest first."""
    found = MeetingMaterial.objects.filter(meeting=meeting).defer("content")
    return list(found.annotate(size=Length("content")).order_by("pk"))


def paper(meeting: Meeting, number: int) -> MeetingMaterial | None:
    """One paper with its bytes."""
    return MeetingMaterial.objects.filter(meeting=meeting, pk=number).first()


def _fields(details: Details) -> dict[str, object]:
    return {
        "title": details.title,
        "starts_at": details.starts_at,
        "ends_at": details.ends_at,
        "place": details.place,
        "topics": list(details.topics),
        "invitation": details.invitation,
        "answer_by": details.answer_by,
    }


def _tell_again(meeting: Meeting) -> None:
    MeetingInvitation.objects.filter(meeting=meeting).update(told_at=None)
