"""A worker sleeps longer than its lease, wakes up and goes on as if nothing had happened."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected, unclear_after
from tests.drills.day import Day
from tests.drills.rig import SHORT


@drill("D09", "workers frozen past their lease, then resumed")
def frozen_past_the_lease(day: Day) -> Expected:
    day.begin(mail=0.05)
    day.start_workers(2, beat=True)
    lease = int(SHORT["SEND_LEASE_SECONDS"])
    mails = 0
    for _ in range(2):
        day.until_sent(day.rng.uniform(0.05, 0.15) + day.ended() / day.world.total, 20)
        sleepers = [day.hands[n] for n in day.rng.sample(range(4), 2)]
        for hand in sleepers:
            hand.freeze()
            day.fault(f"{hand.kind} worker frozen")
            mails += hand.kind == "mail"
        day.pause(lease + day.rng.uniform(2, 4))
        for hand in sleepers:
            hand.resume()
        day.fault("resumed", 0)
    return Expected(unclear=unclear_after(mails))
