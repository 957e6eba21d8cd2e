"""Redis carries wake-ups only: emptied, frozen or restarted it costs a poll interval."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day


@drill("D05", "Redis is emptied in the middle of the run, three times", short=True)
def emptied(day: Day) -> Expected:
    day.begin()
    day.start_workers(beat=True)
    for share in sorted(day.rng.uniform(0.05, 0.7) for _ in range(3)):
        day.until_sent(share)
        day.redis("FLUSHALL")
        day.fault("Redis emptied")
    return Expected(on_time=60)


@drill("D06", "Redis hangs for ten seconds, then restarts three times")
def frozen_and_restarted(day: Day) -> Expected:
    day.begin()
    day.start_workers(beat=True)
    day.until_sent(day.rng.uniform(0.1, 0.3))
    before = day.ended()
    day.rig.freeze_redis()
    day.fault("Redis frozen for 10 s")
    day.pause(10)
    went_on = day.ended() - before
    day.rig.thaw_redis()
    for _ in range(3):
        day.rig.restart_redis()
        day.fault("Redis restarted")
        day.pause(day.rng.uniform(0.2, 1.0))
    expected = Expected(on_time=90)
    expected.demand(went_on > 0, "nothing was sent while Redis was frozen")
    return expected
