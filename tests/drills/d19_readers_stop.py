"""A stop, a pause or a correction that is committed decides about everything not yet handed over."""

from typing import Any

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

STOP = (
    "UPDATE municipalities_subscription SET {set} WHERE id IN (SELECT subscription_id FROM"
    " delivery_delivery WHERE run_day = %s AND state = %s AND subscription_id %% 7 = %s LIMIT 40)"
    " AND stopped_at IS NULL AND paused_at IS NULL RETURNING id"
)
HOW = {"stopped": "stopped_at = now()", "paused": "paused_at = now()"}


@drill("D19", "readers stop and pause between plan and claim, and between claim and pre-mark")
def readers_stop(day: Day) -> Expected:
    day.begin()
    day.start_workers(2)
    day.until_sent(0.03)
    stops: list[tuple[list[int], Any]] = []
    for number in range(14):
        for state in ("planned", "claimed"):
            word = ("stopped", "paused")[number % 2]
            rows = day.sql(STOP.format(set=HOW[word]), day.today, state, number % 7)
            # Asked after the commit: a pre-mark that begins later has to see it.
            moment = day.sql("SELECT clock_timestamp()")[0][0]
            if rows:
                stops.append(([row[0] for row in rows], moment))
                day.fault(f"reader {word} while {state}", len(rows))
        day.pause(day.rng.uniform(0.1, 0.5))
    whole = sum(len(ids) for ids, _ in stops)
    expected = Expected(endings={"skipped/stopped": whole, "skipped/paused": whole})
    day.settle()
    late = sum(_sent_after(day, ids, moment) for ids, moment in stops)
    expected.demand(late == 0, f"{late} were handed over after the stop was committed")
    claimed = sum(n for name, n in day.faults.items() if name.endswith("while claimed"))
    expected.demand(claimed > 0, "nobody stopped while claimed: the drill missed its moment")
    return expected


def _sent_after(day: Day, ids: list[int], moment: Any) -> int:
    return int(
        day.sql(
            "SELECT count(*) FROM delivery_delivery WHERE run_day = %s"
            " AND subscription_id = ANY(%s) AND first_attempt_at > %s",
            day.today,
            ids,
            moment,
        )[0][0]
    )
