"""How one municipality's day stands, for somebody who watches all of them. Pure; tested alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Planning begins this long before the send time (delivery/sql/due_runs.sql).
PLANNING_AHEAD = timedelta(hours=1)
PATIENCE = timedelta(minutes=10)
# Facts older than this are no evidence that nothing moves.
FRESH = timedelta(minutes=5)
# More of the tries failed than this share, and at least so many: the mail domain, or a provider.
FAILING_SHARE, FAILING_COUNT = 0.03, 20


class Tone(StrEnum):
    """How a state is shown; the words say the same, colour is never alone."""

    CARE = "care"
    WAIT = "wait"
    GOOD = "good"


class Standing(StrEnum):
    """What is so, the most urgent first: a page lists them in this order."""

    DIFFERENCE = "difference"
    UNPLANNED = "unplanned"
    OVERDUE = "overdue"
    NOTHING_SENT = "nothing_sent"
    STUCK = "stuck"
    FAILING = "failing"
    SERVICE_PAUSED = "service_paused"
    STOP_ASKED = "stop_asked"
    RESUME_ASKED = "resume_asked"
    HELD = "held"
    SENDING = "sending"
    PLANNING = "planning"
    READY = "ready"
    NOT_BEGUN = "not_begun"
    PREPARING = "preparing"
    STOPPED = "stopped"
    DONE = "done"
    NOTHING_DUE = "nothing_due"


_GOOD = frozenset({Standing.DONE, Standing.NOTHING_DUE})
_WAIT = frozenset(
    {
        Standing.SENDING,
        Standing.PLANNING,
        Standing.READY,
        Standing.NOT_BEGUN,
        Standing.PREPARING,
        Standing.STOPPED,
    }
)
FINISHED = _GOOD | {Standing.STOPPED}
ORDER = {one: number for number, one in enumerate(Standing)}


def tone(standing: Standing) -> Tone:
    """Whether somebody should look, wait, or be glad."""
    if standing in _GOOD:
        return Tone.GOOD
    return Tone.WAIT if standing in _WAIT else Tone.CARE


@dataclass(slots=True)
class Facts:
    """One municipality's day. ``recent``: how many were sent in the last quarter of an hour;
    ``held``: '' or what the NPO lets wait: pause, resume (somebody wants it to go on), asked (for a
    stop); ``stopped``: '' or how much of it was stopped for good: part (one channel), whole."""

    now: datetime
    opens_at: datetime
    closes_at: datetime
    service: str = "live"
    has_run: bool = False
    planned_at: datetime | None = None
    swept_at: datetime | None = None
    sent: int = 0
    skipped: int = 0
    failed: int = 0
    unclear: int = 0
    pending: int = 0
    unexplained: int = 0
    recent: int = 0
    held: str = ""
    stopped: str = ""

    @property
    def planned(self) -> int:
        """All of them, whatever became of them."""
        return self.sent + self.skipped + self.failed + self.unclear + self.pending


def standing(facts: Facts) -> Standing:
    """The most urgent of what is true."""
    return next(one for one, is_so in _QUESTIONS if is_so(facts))


def late_facts(facts: Facts) -> timedelta:
    """By how much the figures of a day under way are older than they may be; 0 where they are not."""
    if not facts.pending or facts.now < facts.opens_at:
        return timedelta(0)
    age = facts.now - max(facts.opens_at, facts.swept_at or facts.opens_at)
    return age if age > FRESH else timedelta(0)


def _is_unplanned(facts: Facts) -> bool:
    late = facts.now > facts.opens_at - PLANNING_AHEAD + PATIENCE
    return facts.service == "live" and facts.planned_at is None and late


def _is_overdue(facts: Facts) -> bool:
    return facts.pending > 0 and facts.now >= facts.closes_at + PATIENCE


def _is_nothing_sent(facts: Facts) -> bool:
    return facts.failed > 0 and not facts.sent and not facts.pending


def _is_stuck(facts: Facts) -> bool:
    return (
        facts.pending > 0
        and not facts.held
        and not facts.recent
        and facts.now > facts.opens_at + 2 * PATIENCE
        and not late_facts(facts)
    )


def _is_failing(facts: Facts) -> bool:
    tried = facts.sent + facts.failed
    return facts.failed >= FAILING_COUNT and facts.failed > FAILING_SHARE * tried


def _may_still_go(facts: Facts) -> bool:
    """A hold of a day with nothing left to send holds nothing."""
    return facts.pending > 0 or facts.planned_at is None


def _is_stopped(facts: Facts) -> bool:
    """What is still on the other channel waits, or goes on: then the day is not over."""
    return facts.stopped == "whole" or (facts.stopped == "part" and not _may_still_go(facts))


def _is_planning(facts: Facts) -> bool:
    begun = facts.has_run or facts.now >= facts.opens_at - PLANNING_AHEAD
    return facts.planned_at is None and begun


_QUESTIONS: tuple[tuple[Standing, Callable[[Facts], bool]], ...] = (
    (Standing.DIFFERENCE, lambda facts: facts.unexplained > 0),
    (Standing.UNPLANNED, _is_unplanned),
    (Standing.OVERDUE, _is_overdue),
    (Standing.NOTHING_SENT, _is_nothing_sent),
    (Standing.PREPARING, lambda facts: facts.service == "preparing"),
    (Standing.SERVICE_PAUSED, lambda facts: facts.service == "paused"),
    (Standing.STOPPED, _is_stopped),
    (Standing.STOP_ASKED, lambda facts: facts.held == "asked" and _may_still_go(facts)),
    (Standing.RESUME_ASKED, lambda facts: facts.held == "resume" and _may_still_go(facts)),
    (Standing.HELD, lambda facts: facts.held == "pause" and _may_still_go(facts)),
    (Standing.STUCK, _is_stuck),
    (Standing.FAILING, _is_failing),
    (Standing.PLANNING, _is_planning),
    (Standing.NOT_BEGUN, lambda facts: facts.planned_at is None),
    (Standing.NOTHING_DUE, lambda facts: not facts.planned),
    (Standing.DONE, lambda facts: not facts.pending),
    (Standing.READY, lambda facts: facts.now < facts.opens_at),
    (Standing.SENDING, lambda _facts: True),
)
