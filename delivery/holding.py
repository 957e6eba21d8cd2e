"""The NPO lets one municipality's day wait, go on, or end. Inside ``in_municipality`` only.

What is asked for is a row of ``Hold``; ``enforce`` derives everything else from these rows, so that
asking again changes nothing and lanes made later are held as well. Broadcasts are rows of the same
lanes and wait with them.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from django.db.models import Sum

from delivery import forecasting, held_by
from delivery.domain.states import State
from delivery.enforcing import enforce, stopped_channels
from delivery.models import Delivery, Forecast, Hold, Run
from delivery.queries import held_channels, in_force
from delivery.reconciliation import rollup
from kizuna.lib import clock
from messages.domain.review import BroadcastState
from messages.models import Broadcast
from municipalities.models import Municipality, StaffUser
from municipalities.services import audit
from municipalities.tenancy.scope import the_municipality_id

MANY = 1_000
"""More deliveries of a municipality's day than this are stopped, or let go on, by two persons."""
BOTH = held_by.BOTH


class Obstacle(StrEnum):
    """Why it was not done."""

    NOT_THAT_DAY = "not_that_day"
    ALREADY = "already"
    NOTHING_LEFT = "nothing_left"
    MOVED_ON = "moved_on"
    SOMEBODY_ELSE = "somebody_else"
    NO_REASON = "no_reason"


class Refused(Exception):
    """Nothing was changed."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants. ``channel`` '': both. ``by`` None: the program itself."""

    municipality: Municipality
    on: date
    channel: str
    reason: str
    by: StaffUser | None


def pause(asked: Asked) -> Hold:
    """It waits from this moment on; what is being handed over just now cannot be called back.

    What the program holds by itself may be held by a person as well: a pause of the service needs one.
    """
    _check(asked)
    if _channels(asked.channel) <= held_by.somebody(asked.on):
        raise Refused(Obstacle.ALREADY)
    hold = _written(asked, "pause")
    _done(hold, asked.by, "npo.paused", asked.reason)
    return hold


def pause_unasked(municipality: Municipality, on: date, reason: str) -> Hold | None:
    """It waits, and nobody asked for it. None where nothing waits, or all of it is held already."""
    lock(on)
    if held_channels(on) >= BOTH or not waiting(municipality, on, ""):
        return None
    hold = _written(Asked(municipality, on, "", reason, None), "pause")
    _done(hold, None, "npo.paused", reason)
    return hold


def stop(asked: Asked) -> Hold:
    """End the day for good: at once up to a thousand, else when a second person agrees. Until then it
    waits, for whoever asks for a stop does not want it to go on meanwhile.

    What counts is the whole day, channel by channel or not, with what this person has stopped of it.
    """
    _check(asked)
    if _is_asked(asked):
        raise Refused(Obstacle.ALREADY)
    hold = _written(asked, "stop")
    if at_stake(asked.municipality, asked.on, asked.by) > MANY:
        if not _channels(asked.channel) <= held_channels(asked.on):
            _done(_written(asked, "pause"), asked.by, "npo.paused", asked.reason)
        _note(hold, asked.by, "npo.stop_asked", asked.reason)
        return hold
    return _stopped(hold, asked.by)


def agree(pk: int, by: StaffUser) -> Hold:
    """The second person agrees to a stop."""
    hold = _found(pk)
    if hold.kind != "stop" or hold.agreed_at is not None:
        raise Refused(Obstacle.MOVED_ON)
    if hold.asked_by_id == by.pk:
        raise Refused(Obstacle.SOMEBODY_ELSE)
    return _stopped(hold, by)


def withdraw(pk: int, by: StaffUser) -> Hold:
    """A stop that is asked for is not wanted any more. What waits goes on waiting until resumed."""
    hold = _found(pk)
    if hold.kind != "stop" or hold.agreed_at is not None:
        raise Refused(Obstacle.MOVED_ON)
    hold.withdrawn_by, hold.withdrawn_at = by, clock.now()
    hold.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _note(hold, by, "npo.stop_withdrawn", "")
    return hold


def resume(pk: int, by: StaffUser, reason: str) -> Hold:
    """Let it go on: at once while a thousand of that day wait, else when a second person agrees.

    Whoever asks on a page from before somebody else did has not read that reason: MOVED_ON.
    """
    hold = _found(pk)
    if hold.kind != "pause":
        raise Refused(Obstacle.MOVED_ON)
    if hold.resume_asked_by_id is not None:
        mine = hold.resume_asked_by_id == by.pk
        raise Refused(Obstacle.SOMEBODY_ELSE if mine else Obstacle.MOVED_ON)
    if not reason:
        raise Refused(Obstacle.NO_REASON)
    hold.resume_asked_by, hold.resume_asked_at, hold.resume_reason = by, clock.now(), reason
    hold.save(update_fields=["resume_asked_by", "resume_asked_at", "resume_reason"])
    if _needs_two(hold):
        _note(hold, by, "npo.resume_asked", reason)
        return hold
    return _resumed(hold, by)


def agree_to_resume(pk: int, by: StaffUser) -> Hold:
    """The second person agrees that it goes on."""
    hold = _found(pk)
    if hold.kind != "pause" or hold.resume_asked_by_id is None:
        raise Refused(Obstacle.MOVED_ON)
    if hold.resume_asked_by_id == by.pk and _needs_two(hold):
        raise Refused(Obstacle.SOMEBODY_ELSE)
    return _resumed(hold, by)


def keep(pk: int, by: StaffUser) -> Hold:
    """It shall not go on after all: the question is taken back, the pause stays."""
    hold = _found(pk)
    if hold.resume_asked_by_id is None:
        raise Refused(Obstacle.MOVED_ON)
    hold.resume_asked_by, hold.resume_asked_at, hold.resume_reason = None, None, ""
    hold.save(update_fields=["resume_asked_by", "resume_asked_at", "resume_reason"])
    _note(hold, by, "npo.resume_withdrawn", "")
    return hold


def waiting(municipality: Municipality, on: date, channel: str) -> int:
    """How many have not been sent; before the planning, how many are expected."""
    channels = _channels(channel)
    if Run.objects.filter(run_day=on, planned_at__isnull=False).exists():
        rows = Delivery.objects.filter(run_day=on, municipality_id=municipality.pk)
        return rows.filter(state__in=(State.PLANNED, State.CLAIMED), channel__in=channels).count()
    forecast = dict(Forecast.objects.filter(run_day=on).values_list("channel", "expected"))
    if not forecast:
        found = forecasting.expected(municipality, on)
        forecast = {name: one.count for name, one in found.items()}
    return sum(forecast.get(name, 0) for name in channels)


def at_stake(municipality: Municipality, on: date, by: StaffUser | None) -> int:
    """What waits of that day, and what this person has stopped of it already."""
    done = Hold.objects.filter(kind="stop", agreed_at__isnull=False, run_day=on, asked_by=by)
    stopped = done.aggregate(sum=Sum("waiting"))["sum"] or 0
    return waiting(municipality, on, "") + int(stopped)


def _check(asked: Asked) -> None:
    if not asked.reason:
        raise Refused(Obstacle.NO_REASON)
    today = clock.today()
    if asked.on not in {today, today + timedelta(days=1)}:
        raise Refused(Obstacle.NOT_THAT_DAY)
    lock(asked.on)
    if not may_still_go(asked.municipality, asked.on):
        raise Refused(Obstacle.NOTHING_LEFT)


def may_still_go(municipality: Municipality, on: date) -> bool:
    """Whether anything of that day is left to hold: after the planning, rows or a broadcast to come."""
    if not Run.objects.filter(run_day=on, planned_at__isnull=False).exists():
        return True
    return has_broadcast(municipality, on) or waiting(municipality, on, "") > 0


def has_broadcast(municipality: Municipality, on: date) -> bool:
    """Whether a broadcast that has no rows yet leaves on that day."""
    rows = Broadcast.objects.filter(municipality=municipality, state=BroadcastState.APPROVED)
    begins, ends = (clock.at(on + timedelta(days=days), time.min) for days in (0, 1))
    return rows.filter(send_at__gte=begins, send_at__lt=ends).exists()


def lock(on: date) -> None:
    """The sweeper and the planning change rows under the same lock: never one against the other."""
    Run.objects.select_for_update().filter(run_day=on).first()


def _found(pk: int) -> Hold:
    """One that is not over, of today or later, with its day locked."""
    hold = Hold.objects.filter(pk=pk).first()
    if hold is None:
        raise Refused(Obstacle.MOVED_ON)
    lock(hold.run_day)
    open_ones = Hold.objects.select_for_update(of=("self",)).select_related("municipality")
    found = open_ones.filter(
        pk=pk, withdrawn_at=None, resumed_at=None, run_day__gte=clock.today()
    ).first()
    if found is None:
        raise Refused(Obstacle.MOVED_ON)
    return found


def _is_asked(asked: Asked) -> bool:
    """Whether a stop of all that is wanted is asked for or done."""
    stops = Hold.objects.filter(run_day=asked.on, kind="stop", withdrawn_at=None)
    return stops.filter(channel__in=("", asked.channel)).exists()


def _needs_two(hold: Hold) -> bool:
    return waiting(hold.municipality, hold.run_day, "") > MANY


def _resumed(hold: Hold, by: StaffUser) -> Hold:
    hold.resumed_by, hold.resumed_at = by, clock.now()
    hold.save(update_fields=["resumed_by", "resumed_at"])
    _done(hold, by, "npo.resumed", hold.resume_reason)
    return hold


def _written(asked: Asked, kind: str) -> Hold:
    return Hold.objects.create(
        municipality=asked.municipality,
        run_day=asked.on,
        channel=asked.channel,
        kind=kind,
        reason=asked.reason,
        waiting=waiting(asked.municipality, asked.on, asked.channel),
        asked_by=asked.by,
    )


def _stopped(hold: Hold, by: StaffUser | None) -> Hold:
    hold.agreed_by, hold.agreed_at = by, clock.now()
    hold.save(update_fields=["agreed_by", "agreed_at"])
    # A pause of what is stopped has nothing left that could go on.
    stopped = stopped_channels(hold.run_day)
    pauses = Hold.objects.filter(in_force(), kind="pause", run_day=hold.run_day)
    if not stopped >= BOTH:
        pauses = pauses.filter(channel__in=stopped)
    pauses.update(withdrawn_at=clock.now(), withdrawn_by=by, ended_by="stop")
    _done(hold, by, "npo.stopped", hold.reason)
    return hold


def _channels(channel: str) -> set[str]:
    return {channel} if channel else set(BOTH)


def _done(hold: Hold, by: StaffUser | None, act: str, reason: str) -> None:
    enforce(hold.run_day)
    if Run.objects.filter(run_day=hold.run_day).exists():
        rollup(hold.run_day)
    _note(hold, by, act, reason)


def _note(hold: Hold, by: StaffUser | None, act: str, reason: str) -> None:
    """In the municipality's own records, with the reason."""
    home = Municipality.objects.get(pk=the_municipality_id())
    audit.note(
        home,
        by,
        act,
        about=f"hold {hold.pk}",
        purpose=reason,
        day=hold.run_day.isoformat(),
        channel=hold.channel,
        count=hold.waiting,
    )
