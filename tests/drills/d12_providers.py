"""Providers at their worst: refused, silent, slow, cut off, too busy, and lying."""

from typing import Any

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import THREADS, Day

ONE_EACH = THREADS + 1
"""Connections of one mail worker: on each at most one mail is in doubt when it is cut."""


def scattered(day: Day, kind: str, times: int, calls: int, **fields: Any) -> list[dict[str, Any]]:
    """``times`` faults at seeded places among the next ``calls``."""
    places = sorted(day.rng.sample(range(calls), times))
    return [{"kind": kind, "skip": at - n, **fields} for n, at in enumerate(places)]


@drill("D12", "providers refuse, are a black hole, then cut after acceptance")
def providers_away(day: Day) -> Expected:
    day.begin()
    day.start_workers(beat=True)
    day.until_sent(day.rng.uniform(0.05, 0.15))
    both = (day.catcher, day.line)
    for provider in both:
        provider.stop()
    day.fault("both providers refuse for 5 s")
    day.pause(5)
    for provider in both:
        provider.start_again()
    day.mail_faults([])
    day.line_faults([])
    day.until_sent(day.ended() / day.world.total + 0.1)
    for provider in both:
        provider.freeze()
    day.fault("both providers silent for 8 s")
    day.pause(8)
    for provider in both:
        provider.resume()
    cuts = 20
    day.mail_faults(scattered(day, "cut_after", cuts, 800) + scattered(day, "cut_before", 5, 100))
    day.line_faults(scattered(day, "reset_after", 10, 60) + scattered(day, "reset_before", 5, 60))
    day.fault("mail cut after the dot", cuts + 5)
    day.fault("LINE cut", 15)
    # A silent server may hold one mail of each connection when it goes.
    return Expected(unclear=cuts + 5 + 3 * ONE_EACH)


@drill("D13", "a storm of refusals: 30 % of LINE 429, mail 421 and 451")
def storm(day: Day) -> Expected:
    day.begin(line=0.05)
    day.line_faults(scattered(day, "rate_limited", 60, 200), seconds=0.05)
    day.mail_faults(scattered(day, "deferred", 200, 1_000) + scattered(day, "busy", 15, 300))
    day.fault("LINE 429", 60)
    day.fault("mail 451", 200)
    day.fault("mail 421", 15)
    day.start_workers(2, beat=True)
    return Expected()


@drill("D14", "500 after acceptance, garbage, 502, lost tokens")
def lying_answers(day: Day) -> Expected:
    day.begin(line=0.05)
    plan = [
        fault
        for kind, times in (("error_after", 20), ("truncated", 10), ("bad_gateway", 10))
        for fault in scattered(day, kind, times, 150)
    ]
    plan += scattered(day, "unauthorized", 5, 150)
    day.rng.shuffle(plan)
    day.line_faults(plan, seconds=0.05)
    garbage = 20
    day.mail_faults(scattered(day, "garbage", garbage, 1_000))
    day.fault("LINE lies", len(plan))
    day.fault("mail garbage", garbage)
    day.start_workers(2, beat=True)
    return Expected(unclear=garbage)
