"""States of what a municipality writes, and the only moves between them."""

from enum import StrEnum


class ReviewState(StrEnum):
    """Of an announcement. Whether an approved one waits, runs or has ended follows from its dates."""

    DRAFT = "draft"
    ASKED = "asked"
    """Somebody is asked to look at it."""
    CHECKED = "checked"
    """The first of two persons has agreed."""
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class BroadcastState(StrEnum):
    """Of a broadcast. When ``sending`` is over follows from the ledger."""

    DRAFT = "draft"
    ASKED = "asked"
    CHECKED = "checked"
    APPROVED = "approved"
    """Waits for its time; until then it can be taken back as if nothing had been."""
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    """Ended in the middle: whoever had not got it does not get it."""
    WITHDRAWN = "withdrawn"

    @classmethod
    def before_approval(cls) -> list["BroadcastState"]:
        """The states in which nobody has agreed for good."""
        return [cls.DRAFT, cls.ASKED, cls.CHECKED, cls.WITHDRAWN]


class ReviewAct(StrEnum):
    """What somebody did to a text; the history is made of these."""

    SAVED = "saved"
    ASKED = "asked"
    CHECKED = "checked"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    COMMENTED = "commented"
    URGENT = "urgent"
    """Approved by the writer alone, because it could not wait."""
    CONFIRMED = "confirmed"
    """A second person has looked at an urgent one afterwards."""
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"


_S, _B = ReviewState, BroadcastState

MOVES: dict[ReviewState, frozenset[ReviewState]] = {
    _S.DRAFT: frozenset({_S.ASKED, _S.APPROVED, _S.WITHDRAWN}),
    _S.ASKED: frozenset({_S.DRAFT, _S.CHECKED, _S.APPROVED, _S.WITHDRAWN}),
    _S.CHECKED: frozenset({_S.DRAFT, _S.APPROVED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset({_S.DRAFT, _S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset({_S.DRAFT}),
}

BROADCAST_MOVES: dict[BroadcastState, frozenset[BroadcastState]] = {
    _B.DRAFT: frozenset({_B.ASKED, _B.APPROVED, _B.WITHDRAWN}),
    _B.ASKED: frozenset({_B.DRAFT, _B.CHECKED, _B.APPROVED, _B.WITHDRAWN}),
    _B.CHECKED: frozenset({_B.DRAFT, _B.APPROVED, _B.WITHDRAWN}),
    _B.APPROVED: frozenset({_B.DRAFT, _B.SENDING, _B.WITHDRAWN}),
    _B.SENDING: frozenset({_B.PAUSED, _B.STOPPED}),
    _B.PAUSED: frozenset({_B.SENDING, _B.STOPPED}),
    _B.STOPPED: frozenset(),
    _B.WITHDRAWN: frozenset({_B.DRAFT}),
}


def may_move(before: ReviewState, after: ReviewState) -> bool:
    """Whether an announcement in ``before`` may become ``after``."""
    return after in MOVES[before]


def broadcast_may_move(before: BroadcastState, after: BroadcastState) -> bool:
    """Whether a broadcast in ``before`` may become ``after``."""
    return after in BROADCAST_MOVES[before]
