"""One municipality without a sender address, one with a wrong LINE secret: nobody else notices."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

NO_SENDER, WRONG_SECRET = "higashi", "minami"
CLOSES_IN = 40.0


@drill("D16", "one municipality without a sender, one with a wrong LINE secret")
def misconfigured(day: Day) -> Expected:
    day.sql("UPDATE municipalities_municipality SET mail_address = '' WHERE slug = %s", NO_SENDER)
    channel = next(one for one in day.world.line if one["name"] == WRONG_SECRET)
    day.line.order(
        "/_control/channels", {"channel_id": channel["channel_id"], "channel_secret": "f" * 32}
    )
    day.begin(hours=(-1, CLOSES_IN))
    day.fault("no sender address")
    day.fault("wrong LINE secret")
    day.start_workers(beat=True)
    expected = Expected(hit=(NO_SENDER, WRONG_SECRET), on_time=CLOSES_IN)
    expected.endings = {
        "skipped/late": day.world.rows[NO_SENDER]["email"] + day.world.rows[WRONG_SECRET]["line"],
        "skipped/late_no_sender_address": day.world.rows[NO_SENDER]["email"],
        "skipped/late_bad_credentials": day.world.rows[WRONG_SECRET]["line"],
    }
    return expected
