"""The level-triggered run: beat, a worker's tick, a command and a button all ask the same here.

"Which municipality has a due day without a finished plan? Which lane has work?" Asking ten times
costs ten look-ups; asking late is caught up the same day, up to the municipality's last hour.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import structlog
from django.db import connection
from django.db.models.functions import Now

from delivery import broadcasting, clocks, enforcing, ledger, service_mails
from delivery.channels import registry
from delivery.models import Heartbeat, Lane, Run
from delivery.planning import plan_day
from delivery.reconciliation import rollup
from delivery.sending import serve
from delivery.topping_up import to_top_up
from kizuna.lib import sqlfile
from kizuna.queues import Queue
from municipalities.services import contract_end
from municipalities.tenancy.scope import across_for_dispatch, in_municipality

log = structlog.get_logger("delivery.running")

# Set when this worker is asked to end: batches in hand are finished, no new one is begun. Without
# it each of the pool's threads would go on for up to 50 s.
stopping = threading.Event()

_TOKEN = secrets.token_hex(4)


def owner() -> str:
    """This worker thread's name in leases. The token keeps two containers with one host name, one
    process id and one thread id apart."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{threading.get_native_id()}:{_TOKEN}"


def due_runs(today: date) -> tuple[list[int], list[int]]:
    """Municipalities whose day is not planned yet, and those where somebody may have joined."""
    rows = _dispatch("due_runs", today=today)
    return [one for one, planned in rows if not planned], [one for one, planned in rows if planned]


def plan_due(today: date) -> int:
    """Plan whatever is due. One municipality's fault is logged and does not stop the next."""
    if not clocks.agree():
        return 0
    contract_end.close_due(today)
    unplanned, planned = due_runs(today)
    count = _plan_each(unplanned, today)
    count += _plan_each(to_top_up(today, planned), today)
    return count + broadcasting.plan_due(today)


def _plan_each(municipalities: Iterable[int], today: date) -> int:
    count = 0
    for municipality_id in municipalities:
        try:
            count += plan_day(municipality_id, today, only_if_due=True).total
        except Exception:
            log.exception("planning failed", municipality_id=municipality_id, run_day=str(today))
    return count


def sweep(every: int = 0) -> None:
    """Look at every unfinished run: free, expire, reopen lanes, count, finish.

    ``every`` leaves out what somebody swept within so many seconds.
    """
    if not clocks.agree():
        return
    for municipality_id, run_day in _dispatch("unswept", every=every):
        try:
            with in_municipality(municipality_id):
                _sweep_run(run_day)
        except Exception:
            log.exception("sweeping failed", municipality_id=municipality_id, run_day=str(run_day))


def _sweep_run(run_day: date) -> None:
    run = Run.objects.select_for_update(skip_locked=True).filter(run_day=run_day).first()
    if run is None or run.planned_at is None:
        return  # being planned, or swept, by somebody else
    # Before what is too late ends: it says then that it was held.
    enforcing.enforce(run_day)
    ledger.sweep(run_day, registry.REPEATABLE)
    for lane in Lane.objects.select_for_update().filter(run_day=run_day):
        due = ledger.next_due(run_day, lane.channel)
        early = due is not None and due < lane.not_before and not lane.failures
        if due is not None and (not lane.is_open or early):
            lane.is_open, lane.not_before = True, due
            lane.save(update_fields=["is_open", "not_before"])
    done = rollup(run_day) == 0
    Run.objects.filter(pk=run.pk).update(swept_at=Now(), finished_at=Now() if done else None)


def work(channel_name: str, seconds: float = 50) -> int:
    """Serve lanes of one channel, the longest waiting first, until nothing is due or time is up.

    Between two lanes the service mails have their turn: a confirmation waits for one batch at most.
    """
    channel, me = registry.get(channel_name), owner()
    deadline = time.monotonic() + seconds
    handled = 0
    if not clocks.agree():
        return handled
    while time.monotonic() < deadline and not stopping.is_set():
        if channel_name == Queue.EMAIL:
            handled += _serve_the_service()
        lanes = _dispatch("next_lane", channel=channel_name)
        if not lanes:
            break
        _, municipality_id, run_day = lanes[0]
        try:
            handled += serve(municipality_id, run_day, channel, me).handled
        except Exception:
            log.exception(
                "sending failed",
                municipality_id=municipality_id,
                run_day=str(run_day),
                channel=channel_name,
            )
            _postpone(municipality_id, run_day, channel_name)
    return handled


def _serve_the_service() -> int:
    """A fault in these few mails must not stop the morning's."""
    try:
        return service_mails.send_waiting()
    except Exception:
        log.exception("service mails failed")
        return 0


def _postpone(municipality_id: int, run_day: date, channel: str) -> None:
    """After a fault of our own the lane waits a minute: the others go first."""
    with in_municipality(municipality_id):
        Lane.objects.filter(run_day=run_day, channel=channel).update(
            not_before=Now() + timedelta(minutes=1)
        )


def beat(name: str) -> None:
    """Leave a sign of life, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_heartbeat (name, at) VALUES (%s, now())"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [name],
        )


def forget_old_heartbeats() -> None:
    """Workers that have not been seen for a day are gone for good."""
    Heartbeat.objects.filter(at__lt=Now() - timedelta(days=1)).exclude(name="beat").delete()


def _dispatch(name: str, **parameters: date | str | int) -> list[Any]:
    with across_for_dispatch(), connection.cursor() as cursor:
        cursor.execute(sqlfile.load(__file__, name), parameters)
        return list(cursor.fetchall())
