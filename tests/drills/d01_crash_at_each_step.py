"""A worker dies at every step of a batch, once per channel: the matrix of the design's section 4."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected, unclear_after
from tests.drills.day import Day
from tests.drills.points import POINTS

IN_DOUBT = {"after_pre_mark", "mid_send", "answer_lost", "after_send", "in_mark"}
"""Between the mark and the record: only here a mail can stay without an answer."""
EACH_CALL = {"mid_send", "answer_lost"}
MOST = {"email": 20, "line": 5}
"""Passes at most: each worker that dies late leaves less of the day to the next."""


@drill("D01", "a crash at each of ten steps, on both channels")
def crash_at_each_step(day: Day) -> Expected:
    day.begin(mail=0.01, line=0.1)
    expected = Expected(unclear=unclear_after(len(IN_DOUBT)))
    for kind, channel in (("mail", "email"), ("line", "line")):
        points = list(POINTS)
        day.rng.shuffle(points)
        for point in points:
            passes = day.rng.randint(1, MOST[channel] if point in EACH_CALL else 2)
            hand = day.start(kind, CRASH_AT=f"{point}:{passes}:{channel}")
            died = hand.ended_within(15)
            day.fault(f"{channel}: crash")
            expected.demand(
                died and hand.status == -9, f"{channel}: no worker came to {point} (pass {passes})"
            )
            hand.kill()
        left = day.sql(
            "SELECT count(*) FROM delivery_delivery WHERE channel = %s AND state = 'unclear'",
            channel,
        )[0][0]
        expected.demand(channel == "email" or left == 0, f"{left} LINE deliveries unclear")
    day.start_workers(2)
    return expected
