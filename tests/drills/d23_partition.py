"""The network between workers and database breaks, again and again, in the middle of everything."""

import time

from tests.drills.catalogue import drill
from tests.drills.checker import MAILS_IN_FLIGHT, Expected
from tests.drills.day import THREADS, Day

SECONDS = 12
CUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = %s AND usename = 'kizuna_app'"
)


@drill("D23", "every connection of the workers is cut every second for 12 s")
def partition(day: Day) -> Expected:
    day.begin()
    day.start_workers(2)
    day.until_sent(0.05)
    cuts = 0
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and day.ended() < 0.9 * day.world.total:
        day.fault("connection cut", int(day.sql(CUT, day.database)[0][0]))
        cuts += 1
        day.pause(day.rng.uniform(0.5, 1.5))
    # At worst each cut finds both mail workers' threads with a chunk in their hands.
    expected = Expected(unclear=cuts * 2 * (THREADS + 1) * MAILS_IN_FLIGHT)
    dead = sum(not hand.alive for hand in day.hands if hand.kind in {"mail", "line"})
    expected.demand(dead == 0, f"{dead} workers died of a cut connection")
    return expected
