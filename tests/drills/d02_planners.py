"""The planner is killed, doubled and called too often: the plan is the same."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day


@drill("D02", "the planner is killed five times, then two plan at once")
def planner_killed(day: Day) -> Expected:
    day.begin()
    expected = Expected()
    for number in range(5):
        planner = day.desk_start("plan", number=number)
        planner.ended_within(day.rng.uniform(0.1, 0.9))
        planner.kill()
        day.fault("planner killed")
    rows = int(day.sql("SELECT count(*) FROM delivery_delivery")[0][0])
    two = [day.desk_start("plan", number=number) for number in (5, 6)]
    day.fault("two planners at once")
    over = day.until(lambda: not any(one.alive for one in two), 60)
    expected.demand(over and {one.status for one in two} == {0}, "two planners at once: one failed")
    planned = int(day.sql("SELECT count(*) FROM delivery_delivery")[0][0])
    expected.demand(planned == day.world.total, f"{planned} rows after planning, {rows} before")
    day.start_workers(beat=True)
    return expected


@drill("D03", "the timer fires never, twice, ten times; two beats")
def timers(day: Day) -> Expected:
    day.begin()
    # Never: no beat and no cron. The workers look by themselves.
    day.start_workers(2)
    expected = Expected(on_time=90)
    expected.demand(day.until_sent(0.05, 30), "without a timer nothing was sent within 30 s")
    day.fault("no timer")
    beats = [day.start("beat") for _ in range(2)]
    day.fault("two beats")
    ticks = [day.desk_start("tick", number=number) for number in range(10)]
    day.fault("timer fired at once", 10)
    day.until(lambda: not any(one.alive for one in ticks), 60)
    expected.demand({one.status for one in ticks} == {0}, "one of ten timers at once failed")
    beats[day.rng.randrange(2)].kill()
    day.fault("beat killed")
    return expected


@drill("D07", "every wake-up is delivered hundreds of times")
def wake_ups_repeated(day: Day) -> Expected:
    day.begin()
    day.start_workers(2, beat=True)
    for number, share in enumerate((0.02, 0.2, 0.4)):
        day.until_sent(share)
        times = day.rng.randint(20, 40)
        day.desk_start("wake", str(times), number=number)
        day.fault("wake-up repeated", times * 8 + times // 5)
    return Expected(on_time=90)
