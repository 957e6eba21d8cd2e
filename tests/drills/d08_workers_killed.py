"""A worker is killed every half second, wherever it may be in its work."""

import time

from tests.drills.catalogue import drill
from tests.drills.checker import Expected, unclear_after
from tests.drills.day import KINDS, Day

SECONDS, SHORT = 20, 8


@drill("D08", "a worker dies every half second for 20 s", short=True)
def workers_killed(day: Day) -> Expected:
    day.begin(mail=0.05)
    day.start_workers(3, beat=True)
    day.until_sent(0.02)
    mails = 0
    deadline = time.monotonic() + (SHORT if day.rig.short else SECONDS)
    while time.monotonic() < deadline and day.ended() < 0.9 * day.world.total:
        living = [hand for hand in day.hands if hand.kind in KINDS and hand.alive]
        victim = day.rng.choice(living)
        victim.kill()
        day.fault(f"{victim.kind} worker killed")
        mails += victim.kind == "mail"
        day.pause(day.rng.uniform(0.3, 0.7))
        day.revive()
    day.revive()
    return Expected(unclear=unclear_after(mails))
