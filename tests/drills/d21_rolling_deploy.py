"""Expand, roll, fill: a column comes while the older version works, the newer one writes it beside
the older, then the rest is filled in batches. Only what would take the column away has to wait."""

import time

import psycopg

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day
from tests.drills.replant import replant

FILL = (
    "WITH batch AS (SELECT run_day, id FROM delivery_delivery WHERE marked_by = '' AND state = 'sent'"
    " LIMIT 200 FOR UPDATE SKIP LOCKED) UPDATE delivery_delivery d SET marked_by = 'filled'"
    " FROM batch WHERE d.run_day = batch.run_day AND d.id = batch.id RETURNING d.id"
)


@drill("D21", "an older and a newer worker side by side while a column is added and filled")
def rolling_deploy(day: Day) -> Expected:
    replant(day, DRILL_APP="tests.drills.newer_if_asked")
    day.begin()
    older = day.start_workers(2)
    day.until_sent(day.rng.uniform(0.1, 0.2))
    waited = _expand(day)
    day.fault("column added to the ledger")
    newer = [day.start(kind, NEWER="1") for kind in ("mail", "line")]
    day.until_sent(0.45)
    _fill(day, batches=5)
    for hand in older:
        hand.end(30)
    day.fault("older worker ended", len(older))
    newer += [day.start(kind, NEWER="1") for kind in ("mail", "line")]
    day.settle()
    filled = _fill(day, batches=1_000)
    expected = Expected(on_time=90)
    by = dict(day.sql("SELECT marked_by, count(*) FROM delivery_delivery GROUP BY 1"))
    expected.demand(by.get("newer", 0) > 0, "the newer worker sent nothing")
    expected.demand(filled > 0, "the older worker sent nothing that had to be filled")
    expected.demand(by.get("", 0) == 0, f"{by.get('', 0)} rows were never filled")
    expected.demand(all(hand.alive for hand in newer), "a newer worker died")
    expected.demand(waited < 5, f"the migration waited {waited:.1f} s for its lock")
    return expected


def _expand(day: Day) -> float:
    """As a migration should: a short lock or none, and again. Seconds until it was done."""
    began = time.monotonic()
    while True:
        try:
            with day.rig.admin(day.database) as owner:
                owner.execute("SET ROLE kizuna_owner")
                owner.execute("SET lock_timeout = '300ms'")
                owner.execute(
                    "ALTER TABLE delivery_delivery ADD COLUMN marked_by text NOT NULL DEFAULT ''"
                )
                return time.monotonic() - began
        except psycopg.errors.LockNotAvailable:
            day.pause(0.1)


def _fill(day: Day, batches: int) -> int:
    filled = 0
    for _ in range(batches):
        rows = day.sql(FILL)
        if not rows:
            break
        filled += len(rows)
    day.fault("rows filled", filled)
    return filled
