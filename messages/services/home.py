"""What the first page tells besides the day's sending. All inside ``in_municipality``."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Count, Q

from kizuna.lib import clock
from messages.domain.review import BroadcastState, ReviewAct, ReviewState
from messages.domain.stage import Kind
from messages.models import Broadcast, Contact, LocalBlock
from messages.services import calendar, meeting_answers
from messages.services.broadcast_history import checker_of, needs_confirmation, writers_of
from messages.services.broadcasts import is_missed
from messages.services.reach import Reach, reach
from messages.services.review import Hand, possible_acts
from municipalities.domain.words import Audience
from municipalities.models import Municipality, Subscription

MOST_TODOS = 3
CONTACT_DAYS = 180
ENDING_DAYS = 14
_ASKED = (BroadcastState.ASKED, BroadcastState.CHECKED)
_AGREE = {ReviewAct.CHECKED, ReviewAct.APPROVED, ReviewAct.CONFIRMED}


class Todo(StrEnum):
    """What waits for this person, the most urgent first."""

    MISSED_BROADCAST = "missed_broadcast"
    APPROVE = "approve"
    APPROVE_BROADCAST = "approve_broadcast"
    MEETING = "meeting"
    GAPS = "gaps"
    ENDING = "ending"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class Next:
    """The announcement that begins next, and whom it meets in its first 30 days."""

    block: LocalBlock
    begins: date
    reach: Reach


@dataclass(frozen=True, slots=True)
class Registrations:
    """Of this month until today; of the same month a year before: until the same day, and whole."""

    now: int
    then: int
    then_whole: int


def next_announcement(municipality: Municipality, on: date) -> Next | None:
    """The approved announcement that begins next; None where none waits."""
    block = (
        LocalBlock.objects.filter(state=ReviewState.APPROVED, shown_from__gt=on)
        .order_by("shown_from", "position", "pk")
        .first()
    )
    if block is None or block.shown_from is None:
        return None
    return Next(
        block,
        block.shown_from,
        reach(
            municipality,
            Kind(block.kind),
            block.first_day,
            block.last_day,
            block.shown_from,
            block.shown_until,
            Audience(block.audience),
            block.areas,
            block.shown_from,
        ),
    )


def next_broadcast(now: datetime) -> Broadcast | None:
    """The approved one that goes out next, or waits for its ten minutes to be over."""
    waiting = Broadcast.objects.filter(state=BroadcastState.APPROVED).defer("body")
    return waiting.filter(send_at__gt=now).order_by("send_at", "pk").first()


def todos(hand: Hand, on: date) -> list[tuple[Todo, int]]:
    """At most three, each with how many."""
    found: list[tuple[Todo, int]] = []
    if hand.may_write:
        found.append((Todo.MISSED_BROADCAST, _missed_broadcasts(clock.now())))
    if hand.may_approve:
        found.append((Todo.APPROVE, _blocks_to_agree_to(hand)))
        found.append((Todo.APPROVE_BROADCAST, _broadcasts_to_agree_to(hand)))
    if hand.may_write:
        found.append((Todo.MEETING, meeting_answers.count_unanswered()))
    found.append((Todo.GAPS, len(calendar.near_gaps(hand.municipality, on))))
    if hand.may_write:
        found.append((Todo.ENDING, ending_soon(on)))
        old = Contact.objects.filter(verified_on__lt=on - timedelta(days=CONTACT_DAYS))
        found.append((Todo.CONTACTS, old.count()))
    return [(todo, count) for todo, count in found if count][:MOST_TODOS]


def ending_soon(on: date) -> int:
    """How many announcements in force end within two weeks."""
    return (
        LocalBlock.objects.filter(
            state=ReviewState.APPROVED,
            shown_until__gte=on,
            shown_until__lte=on + timedelta(days=ENDING_DAYS),
        )
        .filter(Q(shown_from=None) | Q(shown_from__lte=on))
        .count()
    )


def registrations(on: date) -> Registrations:
    """Counted from the registrations that are still there: who had everything deleted is not."""
    first = on.replace(day=1)
    before = first.replace(year=first.year - 1)
    after = (before + timedelta(days=31)).replace(day=1)
    same_day = min(before + timedelta(days=on.day), after)
    counts = Subscription.objects.aggregate(
        now=Count("pk", filter=Q(created_at__gte=_begin(first))),
        then=Count("pk", filter=Q(created_at__gte=_begin(before), created_at__lt=_begin(same_day))),
        then_whole=Count(
            "pk",
            filter=Q(
                created_at__gte=_begin(before),
                created_at__lt=_begin(after),
            ),
        ),
    )
    return Registrations(counts["now"], counts["then"], counts["then_whole"])


def _blocks_to_agree_to(hand: Hand) -> int:
    waiting = LocalBlock.objects.filter(
        Q(state__in=[ReviewState.ASKED, ReviewState.CHECKED])
        | Q(state__in=[ReviewState.APPROVED, ReviewState.WITHDRAWN], is_urgent=True)
    )
    return sum(bool(possible_acts(hand, block) & _AGREE) for block in waiting)


def _broadcasts_to_agree_to(hand: Hand) -> int:
    waiting = Broadcast.objects.filter(
        Q(state__in=_ASKED) | Q(is_urgent=True, approved_by__isnull=False)
    )
    return sum(_may_agree(hand.user.pk, one) for one in waiting)


def _missed_broadcasts(now: datetime) -> int:
    waiting = Broadcast.objects.filter(state=BroadcastState.APPROVED).defer("body")
    return sum(is_missed(one, now) for one in waiting.select_related("municipality"))


def _may_agree(user_id: int, one: Broadcast) -> bool:
    """Not who wrote some of it, nor who has agreed before; an urgent one is looked at afterwards."""
    if one.state in _ASKED:
        agreed = checker_of(one)
    elif needs_confirmation(one):
        agreed = one.approved_by_id
    else:
        return False
    return user_id != agreed and user_id not in writers_of(one)


def _begin(day: date) -> datetime:
    return clock.at(day, time(0))
