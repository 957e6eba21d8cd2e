"""Broadcasts in the ledger: planning one, and pausing or stopping it.

Level-triggered as the day's run is: every tick asks which approved broadcast's hour and waiting time
have passed. A row lock and the ledger's unique key see to it that asking twice changes nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import structlog
from django.db import connection
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now

from delivery import ledger
from delivery.broadcast_reach import meant, people
from delivery.domain.states import PENDING
from delivery.models import Delivery, Lane, Run
from delivery.planning import ensure_month, open_run
from delivery.queries import is_held
from kizuna.lib import clock, sqlfile
from messages.domain.review import BroadcastState
from messages.domain.sending_hours import WAITING, is_quiet, leaves_at
from messages.models import Broadcast
from messages.services import broadcasts
from messages.services.broadcast_text import freeze_broadcast
from municipalities.models import StaffUser
from municipalities.tenancy.scope import across_for_dispatch, in_municipality

log = structlog.get_logger("delivery.broadcasting")


def plan_due(today: date) -> int:
    """Plan every broadcast that is due. One municipality's fault does not stop the next."""
    return _plan_each(_due(today))


def plan_all(municipality_id: int, today: date) -> int:
    """The same for one municipality: after a restore, before anything is sent."""
    return _plan_each(pair for pair in _due(today) if pair[0] == municipality_id)


def plan(municipality_id: int, pk: int, now: datetime | None = None) -> dict[tuple[str, str], int]:
    """Write one approved broadcast into today's ledger; how many rows, by channel and state.

    Nothing, where it was planned or taken back meanwhile, its time has not come, the day's last hour
    is over, or it corrects one that is still going out.
    """
    now = now or clock.now()
    on = now.date()
    with in_municipality(municipality_id):
        one = Broadcast.objects.select_for_update().filter(pk=pk).first()
        if one is None or not _may_leave(one, now):
            return {}
        run = open_run(one.municipality, on)
        ends = clock.at(on, time(23, 59, 59)) if one.is_urgent else run.closes_at
        if now >= ends:
            return {}
        ensure_month(on)
        added = _write(one, now, ends)
        broadcasts.start(one, on)
        _note(run, added)
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery_refresh_statistics(%s, %s)", [on, sum(added.values())])
    return added


def pause(pk: int, by: StaffUser | None, note: str = "") -> Broadcast:
    """Nobody gets it until it goes on. Inside ``in_municipality``, as the next three."""
    return _hold(pk, BroadcastState.PAUSED, "broadcast_pause", by, note)


def pause_all(run_day: date, note: str) -> None:
    """Whatever is under way that day waits until a person has looked at it."""
    for one in Broadcast.objects.filter(state=BroadcastState.SENDING, run_day=run_day):
        if is_pending(one):
            pause(one.pk, None, note)


def resume(pk: int, by: StaffUser) -> Broadcast:
    """It goes on with those who have not got it."""
    one = _hold(pk, BroadcastState.SENDING, "broadcast_resume", by)
    # Also a lane whose sender was refused: it may lie in wait for the pause's last hour.
    Lane.objects.filter(run_day=broadcasts.day_of(one)).update(is_open=True, not_before=Now())
    return one


def stop(pk: int, by: StaffUser, note: str = "") -> Broadcast:
    """Whoever has not got it does not get it, for good."""
    return _hold(pk, BroadcastState.STOPPED, "broadcast_stop", by, note)


def going(some: Iterable[Broadcast]) -> set[int]:
    """Which of them somebody may still get; one statement for all."""
    rows = Delivery.objects.filter(
        run_day=OuterRef("run_day"), text_id=0 - OuterRef("pk"), state__in=PENDING
    )
    started = [one.pk for one in some if one.run_day]
    found = Broadcast.objects.filter(Exists(rows), pk__in=started)
    return set(found.values_list("pk", flat=True))


def is_pending(one: Broadcast) -> bool:
    """Whether somebody may still get it."""
    if one.run_day is None:
        return False
    rows = Delivery.objects.filter(run_day=one.run_day, text_id=-one.pk, state__in=PENDING)
    return rows.exists()


def _plan_each(pairs: Iterable[tuple[int, int]]) -> int:
    total = 0
    for municipality_id, pk in pairs:
        try:
            total += sum(plan(municipality_id, pk).values())
        except Exception:
            log.exception("broadcast not planned", municipality_id=municipality_id, broadcast=pk)
    return total


def _due(today: date) -> list[tuple[int, int]]:
    with across_for_dispatch(), connection.cursor() as cursor:
        parameters: dict[str, Any] = {"today": today, "waiting": WAITING}
        cursor.execute(sqlfile.load(__file__, "broadcasts_due"), parameters)
        return list(cursor.fetchall())


def _may_leave(one: Broadcast, now: datetime) -> bool:
    if one.state != BroadcastState.APPROVED or one.send_at is None or one.approved_at is None:
        return False
    if leaves_at(one.send_at, one.approved_at) > now:
        return False
    if is_quiet(now) and not one.is_urgent:
        return False
    return one.corrects is None or not is_pending(one.corrects)


def _write(one: Broadcast, now: datetime, ends: datetime) -> dict[tuple[str, str], int]:
    edition = freeze_broadcast(one, one.municipality, now.date())
    with connection.cursor() as cursor:
        cursor.execute(
            meant("broadcast_plan"),
            {
                **people(one, now),
                "edition": edition.pk,
                "expires_at": ends,
            },
        )
        return {(channel, state): number for channel, state, number in cursor.fetchall()}


def _note(run: Run, added: dict[tuple[str, str], int]) -> None:
    """Count the rows in their lanes and open them. The day's own planning is another matter: it is
    neither done nor topped up by this."""
    for (channel, _), number in added.items():
        Lane.objects.get_or_create(
            municipality_id=run.municipality_id,
            run_day=run.run_day,
            channel=channel,
            defaults={"not_before": Now(), "is_held": is_held(run.run_day, channel)},
        )
        Lane.objects.filter(run_day=run.run_day, channel=channel).update(
            planned=F("planned") + number
        )
    _wake(run.run_day)
    if added:
        Run.objects.filter(pk=run.pk).update(finished_at=None)


def _wake(run_day: date) -> None:
    """Somebody looks at once, but where the whole sender is refused at the moment."""
    Lane.objects.filter(run_day=run_day, failures=0).update(is_open=True, not_before=Now())


def _hold(
    pk: int, after: BroadcastState, statement: str, by: StaffUser | None, note: str = ""
) -> Broadcast:
    one = broadcasts.hold(pk, after, by, note)
    # The sweeper changes rows under the same lock: never one against the other.
    day = broadcasts.day_of(one)
    Run.objects.select_for_update().get(run_day=day)
    ledger.run(statement, run_day=day, broadcast=pk)
    return one
