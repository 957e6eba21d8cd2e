"""PostgreSQL crashes, or is away: what was committed is true, and everybody comes back."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected, unclear_after
from tests.drills.day import Day

WORKERS = 2


@drill("D10", "PostgreSQL crashes three times in the middle of the run")
def crashes(day: Day) -> Expected:
    day.begin()
    day.start_workers(WORKERS, beat=True)
    for share in sorted(day.rng.uniform(0.05, 0.6) for _ in range(3)):
        day.until_sent(share)
        day.rig.crash_postgres()
        day.fault("PostgreSQL crashed")
        day.pause(day.rng.uniform(0.1, 1.5))
        day.rig.start_postgres()
    return Expected(unclear=unclear_after(3 * WORKERS))


@drill("D11", "PostgreSQL is away for 15 seconds")
def away(day: Day) -> Expected:
    day.begin()
    day.start_workers(WORKERS, beat=True)
    day.until_sent(day.rng.uniform(0.1, 0.5))
    day.rig.stop_postgres()
    day.pause(15)
    day.rig.start_postgres()
    day.fault("PostgreSQL away for 15 s")
    living = [hand.kind for hand in day.hands if hand.alive]
    expected = Expected(unclear=unclear_after(WORKERS))
    expected.demand(len(living) == len(day.hands), f"only {living} lived through it")
    return expected
