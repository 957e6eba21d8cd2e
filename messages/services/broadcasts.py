"""From a draft to an approved broadcast. What is approved, and only that, is sent by ``delivery``.

Everything runs inside ``in_municipality``. Each step locks its row, asks whether the step may be
taken, and leaves an event with the whole content as it was then.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kizuna.lib import clock
from messages.domain.review import BroadcastState, ReviewAct, broadcast_may_move
from messages.domain.segment import Segment, Span
from messages.domain.sending_hours import EVENING, is_quiet, leaves_at
from messages.domain.stage import Kind
from messages.models import Broadcast
from messages.services.broadcast_history import (
    checker_of,
    needs_confirmation,
    note_event,
    writers_of,
)
from messages.services.broadcast_text import problems_of
from municipalities.domain.words import Audience
from municipalities.models import Municipality, StaffUser

MANY = 1000
"""More recipients than this: a person who did not write it agrees, also when it is urgent."""

_State = BroadcastState


class Obstacle(StrEnum):
    """Why a step cannot be taken; the words for each are in ``messages.views.broadcast_words``."""

    NOT_NOW = "not_now"
    WRITER = "writer"
    CHECKER = "checker"
    TWO_STEPS = "two_steps"
    MANY = "many"
    NOBODY = "nobody"
    TEXT = "text"
    NO_TIME = "no_time"
    PAST = "past"
    NIGHT = "night"
    AFTER_LAST_HOUR = "after_last_hour"
    NO_REASON = "no_reason"
    NOT_LIVE = "not_live"


class Refused(Exception):
    """The step was not taken and nothing was changed."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


class Stale(Exception):
    """Somebody else saved in between: ``current`` is theirs, and nothing was changed."""

    def __init__(self, current: Broadcast) -> None:
        super().__init__(f"broadcast {current.pk} is at revision {current.revision}")
        self.current = current


@dataclass(frozen=True, slots=True)
class Approval:
    """What somebody agrees to: this revision, for so many people."""

    revision: int
    reach: int
    note: str = ""


def segment_of(one: Broadcast) -> Segment:
    """Who is meant by it."""
    return Segment(
        tuple(Span(Kind(r["kind"]), r["first_day"], r["last_day"]) for r in one.ranges),
        tuple(Audience(audience) for audience in one.audiences),
        tuple(one.areas),
        one.channel,
    )


def ask(pk: int, revision: int, by: StaffUser, note: str = "") -> Broadcast:
    """Ask others to look at it. Only what could be sent can be asked for."""
    one = _locked(pk, revision)
    _must_be_whole(one)
    return _move(one, _State.ASKED, ReviewAct.ASKED, by, note)


def check(pk: int, revision: int, by: StaffUser, note: str = "") -> Broadcast:
    """The first of two persons agrees."""
    one = _locked(pk, revision)
    if one.state != _State.ASKED or one.municipality.approval_steps < 2:
        raise Refused(Obstacle.NOT_NOW)
    if by.pk in writers_of(one):
        raise Refused(Obstacle.WRITER)
    return _move(one, _State.CHECKED, ReviewAct.CHECKED, by, note)


def approve(pk: int, by: StaffUser, approval: Approval) -> Broadcast:
    """The last person agrees. From now on the waiting time runs.

    Raises:
        Refused: the writer may not; two steps are set and nobody has checked; nobody would get it;
            it has no hour, or one at night.
    """
    one = _locked(pk, approval.revision)
    two_steps = one.municipality.approval_steps > 1
    if one.state not in (_State.ASKED, _State.CHECKED):
        raise Refused(Obstacle.NOT_NOW)
    if by.pk in writers_of(one):
        raise Refused(Obstacle.WRITER)
    if two_steps and one.state != _State.CHECKED:
        raise Refused(Obstacle.TWO_STEPS)
    if two_steps and checker_of(one) == by.pk:
        raise Refused(Obstacle.CHECKER)
    one.is_urgent = False
    return _approved(one, ReviewAct.APPROVED, by, approval)


def approve_urgently(pk: int, by: StaffUser, approval: Approval) -> Broadcast:
    """It cannot wait: one person alone, with a reason, at night as well. Marked so for ever."""
    one = _locked(pk, approval.revision)
    if not approval.note.strip():
        raise Refused(Obstacle.NO_REASON)
    if approval.reach > MANY and by.pk in writers_of(one):
        raise Refused(Obstacle.MANY)
    one.is_urgent = True
    return _approved(one, ReviewAct.URGENT, by, approval)


def confirm(pk: int, by: StaffUser, note: str = "") -> Broadcast:
    """A second person has looked at an urgent one, afterwards."""
    one = Broadcast.objects.select_for_update().get(pk=pk)
    if not needs_confirmation(one):
        raise Refused(Obstacle.NOT_NOW)
    if by.pk == one.approved_by_id or by.pk in writers_of(one):
        raise Refused(Obstacle.WRITER)
    note_event(one, ReviewAct.CONFIRMED, by, note)
    return one


def send_back(pk: int, revision: int, by: StaffUser, note: str) -> Broadcast:
    """Asked for changes: it is a draft again."""
    one = _locked(pk, revision)
    if one.state not in (_State.ASKED, _State.CHECKED):
        raise Refused(Obstacle.NOT_NOW)
    if not note.strip():
        raise Refused(Obstacle.NO_REASON)
    return _move(one, _State.DRAFT, ReviewAct.RETURNED, by, note)


def take_back(pk: int, by: StaffUser, note: str = "") -> Broadcast:
    """Approved and not under way yet: it becomes a draft, and nobody has got anything."""
    one = Broadcast.objects.select_for_update().get(pk=pk)
    if one.state != _State.APPROVED:
        raise Refused(Obstacle.NOT_NOW)
    one.is_urgent = False
    one.approved_by = one.approved_at = one.approved_reach = None
    return _move(one, _State.DRAFT, ReviewAct.RETURNED, by, note)


def withdraw(pk: int, by: StaffUser, note: str = "") -> Broadcast:
    """It is not sent. It stays readable, and can be copied."""
    one = Broadcast.objects.select_for_update().get(pk=pk)
    one.approved_by = one.approved_at = one.approved_reach = None
    return _move(one, _State.WITHDRAWN, ReviewAct.WITHDRAWN, by, note)


def start(one: Broadcast, run_day: date) -> None:
    """Its rows are in the ledger. For ``delivery``, which holds the row's lock."""
    one.state, one.run_day = _State.SENDING, run_day
    one.save(update_fields=["state", "run_day", "updated_at"])


def day_of(one: Broadcast) -> date:
    """The day in whose ledger it is. Raises ``Refused`` for one that is in none."""
    if one.run_day is None:
        raise Refused(Obstacle.NOT_NOW)
    return one.run_day


def hold(pk: int, after: BroadcastState, by: StaffUser | None, note: str = "") -> Broadcast:
    """Pause it, let it go on, or stop it for good. For ``delivery``, which changes the rows with it.
    Nobody (None) is the program itself."""
    acts = {
        _State.PAUSED: ReviewAct.PAUSED,
        _State.SENDING: ReviewAct.RESUMED,
        _State.STOPPED: ReviewAct.STOPPED,
    }
    one = Broadcast.objects.select_for_update().get(pk=pk)
    if one.state not in (_State.SENDING, _State.PAUSED):
        raise Refused(Obstacle.NOT_NOW)
    return _move(one, after, acts[after], by, note)


def is_missed(one: Broadcast, now: datetime) -> bool:
    """Approved, but it does not leave any more by itself: its day went by, or the day's last hour
    for sending comes before the earliest moment at which it could leave."""
    if one.state != _State.APPROVED or one.send_at is None or one.approved_at is None:
        return False
    earliest = max(leaves_at(one.send_at, one.approved_at), now).astimezone(clock.TOKYO)
    if earliest.date() != one.send_at.astimezone(clock.TOKYO).date():
        return True
    return not one.is_urgent and earliest.time() >= min(EVENING, one.municipality.last_hour)


def _locked(pk: int, revision: int) -> Broadcast:
    found = Broadcast.objects.select_related("municipality").select_for_update(of=("self",))
    one = found.get(pk=pk)
    if one.revision != revision:
        raise Stale(one)
    return one


def _approved(one: Broadcast, act: ReviewAct, by: StaffUser, approval: Approval) -> Broadcast:
    now = clock.now()
    if not approval.reach:
        raise Refused(Obstacle.NOBODY)
    if one.municipality.service != "live":
        raise Refused(Obstacle.NOT_LIVE)
    if one.is_urgent:
        one.send_at = leaves_at(one.send_at or now, now)
    wished = _must_be_whole(one)
    leaves = leaves_at(wished, now).astimezone(clock.TOKYO)
    if leaves.date() != wished.astimezone(clock.TOKYO).date():
        raise Refused(Obstacle.PAST)
    if not one.is_urgent and (obstacle := hour_obstacle(one.municipality, leaves)):
        raise Refused(obstacle)
    one.approved_by, one.approved_at, one.approved_reach = by, now, approval.reach
    return _move(one, _State.APPROVED, act, by, approval.note)


def _must_be_whole(one: Broadcast) -> datetime:
    """Its words and its hour are there; the hour is returned."""
    if problems_of(one, one.municipality, clock.today()):
        raise Refused(Obstacle.TEXT)
    if one.send_at is None:
        raise Refused(Obstacle.NO_TIME)
    return one.send_at


def hour_obstacle(municipality: Municipality, moment: datetime) -> Obstacle | None:
    local = moment.astimezone(clock.TOKYO)
    if is_quiet(local):
        return Obstacle.NIGHT
    return Obstacle.AFTER_LAST_HOUR if local.time() >= municipality.last_hour else None


def _move(
    one: Broadcast, after: BroadcastState, act: ReviewAct, by: StaffUser | None, note: str
) -> Broadcast:
    if not broadcast_may_move(_State(one.state), after):
        raise Refused(Obstacle.NOT_NOW)
    one.state = after
    one.save()
    note_event(one, act, by, note)
    return one
