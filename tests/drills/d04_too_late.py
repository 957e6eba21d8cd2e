"""Too late is too late: nothing after the last hour, and never two days at once."""

from datetime import date, timedelta

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

CLOSES_IN = 12.0


@drill("D04", "workers come back after the last hour; a night's outage")
def too_late(day: Day) -> Expected:
    yesterday = (date.fromisoformat(day.today) - timedelta(days=1)).isoformat()
    # Yesterday was planned, and then everything was away until this morning.
    day.begin()
    day.open_runs(yesterday, -86_400, -43_200)
    day.open_runs(day.today, -1, CLOSES_IN)
    # The world is due today; for yesterday's plan it is a day older.
    _shift(day, -1)
    planned = day.desk("plan", yesterday)
    _shift(day, 1)
    day.fault("a night without workers")
    workers = day.start_workers()
    day.until_sent(day.rng.uniform(0.1, 0.3), 9)
    for hand in workers:
        hand.end()
    day.fault("workers away over the last hour")
    in_time = _sent(day)
    day.until(
        lambda: bool(
            day.sql(
                "SELECT 1 FROM delivery_run WHERE run_day = %s AND now() > "
                "closes_at + interval '1 second' LIMIT 1",
                day.today,
            )
        ),
        30,
    )
    day.fault("they come back")
    day.start_workers(beat=True)
    day.settle(40)
    expected = Expected(endings={"skipped/late": day.world.total})
    expected.demand(planned > day.world.total / 2, f"{planned} rows planned for yesterday")
    expected.demand(in_time > 0, "nothing was sent in time: the drill proves nothing")
    expected.demand(_sent(day) == in_time, f"{_sent(day) - in_time} sent after the last hour")
    endings = day.sql(
        "SELECT DISTINCT state, reason FROM delivery_delivery WHERE run_day = %s", yesterday
    )
    expected.demand(endings == [("skipped", "late")], f"yesterday ended as {endings}")
    return expected


def _sent(day: Day) -> int:
    return int(day.sql("SELECT count(*) FROM delivery_delivery WHERE state = 'sent'")[0][0])


def _shift(day: Day, days: int) -> None:
    day.sql(
        "UPDATE municipalities_course SET due_date = due_date + %s, birth_date = birth_date + %s",
        days,
        days,
    )
