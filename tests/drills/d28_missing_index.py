"""Without an index that a promise stands on no worker starts; with it again, the day is made up."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

DAMAGE = {
    "missing": ("DROP INDEX delivery_once",),
    "invalid": (
        "DROP INDEX delivery_once",
        # On a partitioned table ONLY leaves it invalid, as a failed CONCURRENTLY does elsewhere.
        "CREATE UNIQUE INDEX delivery_once ON ONLY delivery_delivery"
        " (run_day, municipality_id, subscription_id, endpoint_id, text_id)",
    ),
}
MENDED = (
    "DROP INDEX IF EXISTS delivery_once",
    "CREATE UNIQUE INDEX delivery_once ON delivery_delivery"
    " (run_day, municipality_id, subscription_id, endpoint_id, text_id)",
)


@drill("D28", "the index that forbids doubles is missing, then invalid: no worker starts")
def missing_index(day: Day) -> Expected:
    day.begin()
    day.sql("SELECT delivery_ensure_month(%s::date)", day.today)
    expected = Expected(on_time=120)
    for name, statements in DAMAGE.items():
        for statement in statements:
            day.sql(statement)
        day.fault(f"index {name}")
        hand = day.start("mail")
        ended = day.until(lambda hand=hand: not hand.alive, 20)  # type: ignore[misc]
        expected.demand(ended and hand.status != 0, f"a worker started with the index {name}")
        hand.kill()
        day.hands.remove(hand)
        for statement in MENDED:
            day.sql(statement)
    planned = day.sql("SELECT count(*) FROM delivery_delivery")[0][0]
    expected.demand(planned == 0, f"{planned} rows were planned without the index")
    day.start_workers(1)
    return expected
