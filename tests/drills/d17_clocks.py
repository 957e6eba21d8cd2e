"""A worker's clock and zone decide nothing: the database's now() does, and Japan's calendar."""

from contextlib import suppress
from typing import Any

import psycopg

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day
from tests.drills.replant import replant

ROWS = (
    "SELECT municipality_id, subscription_id, endpoint_id, course_id, kind, anchor, text_id, channel"
    " FROM delivery_delivery WHERE run_day = %s ORDER BY 1, 2, 3"
)
SKEWS = {"mail": ("3600", "America/New_York"), "line": ("-3600", "Pacific/Kiritimati")}
TWIN = "day_d17_twin"


@drill("D17", "worker clocks an hour off in both directions, containers in other zones")
def clocks(day: Day) -> Expected:
    # The same world, planned by a process whose clock is right.
    with day.rig.admin("postgres") as connection, suppress(psycopg.Error):
        connection.execute(f"DROP DATABASE IF EXISTS {TWIN} WITH (FORCE)".encode())
    day.rig.clone(day.rig.template((day.today, day.seed)), TWIN)
    day.rig._desk(TWIN, "plan")
    replant(day, DRILL_APP="tests.drills.skewed")
    day.begin()
    for kind, (seconds, zone) in SKEWS.items():
        for _ in range(2):
            day.start(kind, SKEW_SECONDS=seconds, SKEW_ZONE=zone)
            day.fault(f"{kind} worker {seconds} s off, in {zone}")
    day.start("beat", SKEW_SECONDS="-3600", SKEW_ZONE="UTC")
    day.until_sent(day.rng.uniform(0.2, 0.4))
    expected = Expected(on_time=90)
    with day.rig.admin(TWIN) as connection:
        right: list[tuple[Any, ...]] = connection.execute(ROWS.encode(), [day.today]).fetchall()
    day.rig.drop(TWIN)
    expected.demand(bool(right), "the twin planned nothing")
    expected.demand(right == day.sql(ROWS, day.today), "the rows differ from the twin's")
    ahead = day.sql("SELECT count(*) FROM delivery_run WHERE topped_up_at > now()")[0][0]
    expected.demand(ahead == 0, f"{ahead} runs were topped up in the future")
    return expected
