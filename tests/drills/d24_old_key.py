"""LINE forgets a key after 24 hours: what is older than 23 is never called again, and shown."""

from typing import Any

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

AGE = (
    "UPDATE delivery_frozenrequest SET first_sent_at = now() - interval '24 hours',"
    " repeat_until = now() - interval '1 hour', lease_owner = '', lease_until = NULL"
    " WHERE is_open AND retry_key <> ALL (%s::uuid[]) RETURNING retry_key::text, delivery_ids"
)
LOST = [{"kind": "reset_before", "count": 30}]


@drill("D24", "a worker finds LINE requests whose key is older than 23 hours")
def old_key(day: Day) -> Expected:
    day.begin()
    day.line_faults(LOST)
    workers = day.start_workers(1)
    line = next(hand for hand in workers if hand.kind == "line")
    day.until(lambda: _uncertain(day) >= 5, 30)
    line.kill()  # away for two days
    day.pause(0.3)
    # What LINE has taken a moment ago cannot be a day old: only the others are aged.
    aged = day.sql(AGE, sorted(_taken(day)))
    keys = {key for key, _ in aged}
    people = sum(len(ids) for _, ids in aged)
    day.fault("request made 24 hours old", len(aged))
    before = _calls(day, keys)
    day.revive()
    day.settle()
    expected = Expected(unclear=people)
    expected.demand(len(aged) >= 5, f"only {len(aged)} requests were open")
    after = _calls(day, keys)
    expected.demand(after == before, f"{after - before} calls were made with an old key")
    told = day.sql(
        "SELECT count(*) FROM delivery_delivery WHERE run_day = %s AND state = 'unclear'"
        " AND reason = 'no_answer_in_time'",
        day.today,
    )[0][0]
    expected.demand(told == people, f"{told} of {people} are shown as unclear")
    return expected


def _uncertain(day: Day) -> int:
    text = "SELECT count(*) FROM delivery_frozenrequest WHERE is_open AND uncertain"
    return int(day.sql(text)[0][0])


def _taken(day: Day) -> set[str]:
    return {one["key"] for one in _journal(day) if one["t"] == "accepted" and one["key"]}


def _calls(day: Day, keys: set[str]) -> int:
    return sum(one.get("key") in keys for one in _journal(day))


def _journal(day: Day) -> list[dict[str, Any]]:
    """LINE ends first, so that its journal is whole."""
    day.line.stop()
    day.line.start_again()
    return day.line.received()
