"""The database and the workers are a day apart: nobody works, nothing is ended, and it is said."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day
from tests.drills.replant import replant

A_DAY = 24 * 3600
LOOKS = 3
"""Ticks of each worker and of beat that must change nothing."""


@drill("D18", "the database's clock is a day ahead of the workers', then a day behind, then right")
def clock_jumps(day: Day) -> Expected:
    """What counts is how far apart they are, so it is the workers' clocks that are turned."""
    expected = Expected(on_time=90)
    ordinary = day.environment["DRILL_APP"]
    replant(day, DRILL_APP="tests.drills.skewed")
    day.begin()
    for skew in (-A_DAY, A_DAY):
        _nobody_works(day, expected, skew)
    replant(day, DRILL_APP=ordinary)
    day.start_workers(2, beat=True)
    # The same in the middle of a day that is under way: what waits is neither sent nor ended.
    day.until_sent(day.rng.uniform(0.2, 0.4))
    day.end_workers()
    replant(day, DRILL_APP="tests.drills.skewed")
    _nobody_works(day, expected, -A_DAY)
    replant(day, DRILL_APP=ordinary)
    day.fault("clocks right again")
    day.start_workers(2, beat=True)
    return expected


def _nobody_works(day: Day, expected: Expected, skew: int) -> None:
    before = _ledger(day)
    hands = [day.start(kind, SKEW_SECONDS=str(skew)) for kind in ("mail", "line", "beat")]
    day.fault(f"clocks {-skew // 3600:+d} hours apart")
    said = day.until(lambda: _complaints(day) >= LOOKS * len(hands), 30)
    for hand in hands:
        hand.end()
    expected.demand(said, "nobody said that the clocks disagree")
    expected.demand(_ledger(day) == before, f"{skew} s off, and the ledger changed")
    for log in day.directory.glob("*.log"):
        log.rename(log.with_suffix(f".log.{skew}"))


def _ledger(day: Day) -> list[tuple[object, ...]]:
    return day.sql(
        "SELECT run_day, state, count(*) FROM delivery_delivery GROUP BY 1, 2 ORDER BY 1, 2"
    )


def _complaints(day: Day) -> int:
    found = 0
    for kind in ("mail", "line", "beat"):
        log = day.directory / f"{kind}.log"
        found += log.read_text(encoding="utf-8").count("clocks disagree") if log.exists() else 0
    return found
