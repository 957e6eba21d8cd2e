"""LINE forgets a key after 24 hours: what is older than 23 is never called again, and shown."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

AGE = (
    "UPDATE delivery_frozenrequest SET first_sent_at = now() - interval '24 hours',"
    " repeat_until = now() - interval '1 hour', lease_owner = '', lease_until = NULL"
    " WHERE is_open RETURNING retry_key::text, delivery_ids"
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
    aged = day.sql(AGE)
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
    # One that LINE had taken before the kill, and that nobody had heard of, is unclear as well.
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


def _calls(day: Day, keys: set[str]) -> int:
    """Ended first, so that its journal is whole."""
    day.line.stop()
    day.line.start_again()
    return sum(one.get("key") in keys for one in day.line.received())
