"""A transaction that idles for hours keeps every dead row, and nobody vacuums: claims stay quick.

The index of what is planned is small on purpose; here it is made to carry eighty dead entries for
each living one.
"""

import statistics
import time

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

CHURN = (
    "UPDATE delivery_delivery SET state = 'claimed', lease_owner = 'x', lease_until = now()"
    " WHERE run_day = %s AND state = 'planned' AND first_attempt_at IS NULL",
    "UPDATE delivery_delivery SET state = 'planned', lease_owner = NULL, lease_until = NULL"
    " WHERE run_day = %s AND state = 'claimed' AND lease_owner = 'x'",
)
CLAIM = (
    "SELECT id FROM delivery_delivery WHERE municipality_id = 1 AND run_day = %s"
    " AND channel = 'email' AND state = 'planned' AND not_before <= now() ORDER BY id LIMIT 500"
)
ROUNDS = 40
WORST = 0.5


@drill("D27", "an idle transaction holds back vacuum, eighty dead rows for each living one")
def old_snapshot(day: Day) -> Expected:
    day.begin()
    day.desk("plan")
    partitions = day.sql(
        "SELECT inhrelid::regclass::text FROM pg_inherits"
        " WHERE inhparent = 'delivery_delivery'::regclass"
    )
    for (name,) in partitions:
        day.sql(f"ALTER TABLE {name} SET (autovacuum_enabled = false)")
    with day.rig.admin(day.database) as idle:
        idle.autocommit = False
        idle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        idle.execute("SELECT count(*) FROM delivery_delivery")
        for _ in range(ROUNDS):
            for statement in CHURN:
                day.sql(statement, day.today)
        day.fault("dead rows for each living one", ROUNDS * 2)
        day.start_workers(2)
        took: list[float] = []
        while not day.is_over() and len(took) < 120:
            began = time.monotonic()
            day.sql(CLAIM, day.today)
            took.append(time.monotonic() - began)
            day.pause(0.5)
        day.settle()
        idle.rollback()
    expected = Expected()
    worst, middle = max(took), statistics.median(took)
    day.faults[f"500 rows looked for, slowest {worst * 1000:.0f} ms"] += len(took)
    expected.demand(worst < WORST, f"finding 500 rows took {worst:.2f} s, {middle:.2f} as a rule")
    return expected
