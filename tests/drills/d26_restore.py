"""The database burns at noon and this morning's backup is restored: nobody gets a second copy.

Once with the send log beside it, where the rest of the morning is sent, and once without, where
nothing more is. The frozen requests of the burnt database are put back after the day has ended, as
closed ones: the checker needs them to know whose retry keys LINE's journal names.
"""

import os
import subprocess
import sys
from typing import Any

from kizuna.embedded.places import CHECKOUT
from tests.drills.catalogue import drill
from tests.drills.checker import MAILS_IN_FLIGHT, Expected
from tests.drills.day import KINDS, THREADS, Day
from tests.drills.replant import replant

BACKUP = "backup_d26"
REQUESTS = (
    "SELECT municipality_id, run_day, retry_key, delivery_ids, first_sent_at, repeat_until"
    " FROM delivery_frozenrequest"
)
PUT_BACK = (
    "INSERT INTO delivery_frozenrequest (municipality_id, run_day, channel, retry_key,"
    " delivery_ids, body_sealed, is_open, uncertain, attempts, first_sent_at, not_before,"
    " repeat_until, lease_owner) VALUES (%s, %s, 'line', %s, %s, '', false, false, 1, %s, now(),"
    " %s, '') ON CONFLICT DO NOTHING"
)


@drill("D26", "restored from an older backup in the middle of the run, with the send log")
def restored_with_log(day: Day) -> Expected:
    log = day.directory / "sendlog"
    log.mkdir()
    replant(day, SEND_LOG_DIR=str(log))
    lost = _burn(day)
    before = _taken(day)
    told = _manage(day, "restore_guard", "--date", "today")
    held = _let_go_on(day)
    day.start_workers(1)
    day.settle()
    _put_back(day, lost)
    expected = Expected(unclear=(THREADS + 1) * (MAILS_IN_FLIGHT + 500))
    expected.demand("送信済み 0" not in told, f"the guard found no evidence: {told}")
    expected.demand(held > 0, "the guard held nobody's day")
    expected.demand(_taken(day) > before, "nothing of the rest was sent after the restore")
    return expected


@drill("D26B", "the same without a send log: nothing new is sent on that day")
def restored_without_log(day: Day) -> Expected:
    lost = _burn(day)
    before = _taken(day)
    _manage(day, "restore_guard", "--date", "today", "--without-log")
    # What LINE was being asked is asked again under its own key: LINE tells whether it had it.
    (in_hand,) = day.sql(
        "SELECT count(*) FROM delivery_delivery"
        " WHERE run_day = %s AND state = 'sending' AND channel = 'line'",
        day.today,
    )[0]
    day.start_workers(1)
    day.settle()
    after = _taken(day)
    _put_back(day, lost)
    skipped = day.sql(
        "SELECT count(*) FROM delivery_delivery WHERE run_day = %s AND reason = 'restored'",
        day.today,
    )[0][0]
    expected = Expected(unclear=day.world.total, endings={"skipped/restored": skipped})
    left = after - before
    expected.demand(left <= in_hand, f"{left} messages left after the restore, {in_hand} in hand")
    # What left between backup and fire is ``skipped`` here by design: nobody knows of it. To the
    # checker it is hidden success; it becomes unclear so that only doubles and losses are judged.
    day.sql(
        "UPDATE delivery_delivery SET state = 'unclear', settled_at = NULL, attempts = 1,"
        " first_attempt_at = now() WHERE run_day = %s AND reason = 'restored'",
        day.today,
    )
    day.sql(
        "DELETE FROM delivery_dailyfact WHERE run_day = %s AND state = 'skipped'"
        " AND reason = 'restored'",
        day.today,
    )
    day.sql("UPDATE delivery_run SET finished_at = NULL WHERE run_day = %s", day.today)
    day.desk("tick")
    return expected


def _burn(day: Day) -> list[tuple[Any, ...]]:
    """Backup at a tenth to a quarter, fire at half; the requests that the fire took."""
    day.begin()
    day.start_workers(1)
    day.until_sent(day.rng.uniform(0.1, 0.25))
    # Asked politely, ten threads would first finish the batches in hand: nearly the whole day.
    _kill(day)
    day.rig.clone(day.database, BACKUP)
    day.fault(f"backup at {day.ended():,} rows")
    day.start_workers(1)
    day.until_sent(day.rng.uniform(0.45, 0.6))
    _kill(day)
    day.fault(f"burnt at {day.ended():,} rows")
    lost = day.sql(REQUESTS)
    day.rig.clone(BACKUP, day.database)
    day.rig.drop(BACKUP)
    return lost


def _let_go_on(day: Day) -> int:
    """As people do on the NPO's page, once they know that nobody held or stopped it since."""
    held = day.sql(
        "UPDATE delivery_hold SET resumed_at = now() WHERE run_day = %s AND kind = 'pause'"
        " AND asked_by_id IS NULL AND resumed_at IS NULL RETURNING id",
        day.today,
    )
    day.fault("days let go on", len(held))
    day.desk("tick")
    return len(held)


def _kill(day: Day) -> None:
    for hand in day.hands:
        hand.kill()
    day.until(lambda: not any(hand.alive for hand in day.hands), 10)
    day.hands = [hand for hand in day.hands if hand.kind not in KINDS]


def _manage(day: Day, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **day.environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout


def _taken(day: Day) -> int:
    """What the providers have; ended first, so that their journals are whole."""
    for emulator in (day.catcher, day.line):
        emulator.stop()
        emulator.start_again()
    mails = sum("message_id" in one for one in day.catcher.received())
    return mails + sum(len(one["to"]) for one in day.line.received() if one["t"] == "accepted")


def _put_back(day: Day, lost: list[tuple[Any, ...]]) -> None:
    for row in lost:
        day.sql(PUT_BACK, *row)
