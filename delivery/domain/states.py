"""The states of a delivery and the only moves between them.

The SQL files write these moves; a test walks every ``UPDATE`` against this table.
"""

from enum import StrEnum


class State(StrEnum):
    """``sending`` is committed before the provider is called: a crash leaves it behind, visibly."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCLEAR = "unclear"
    FAILED = "failed"
    SKIPPED = "skipped"


PENDING = frozenset({State.PLANNED, State.CLAIMED, State.SENDING})
FINAL = frozenset({State.SENT, State.FAILED, State.SKIPPED})

MOVES: dict[State, frozenset[State]] = {
    # Failed: claimed for the fifth time without any outcome.
    State.PLANNED: frozenset({State.CLAIMED, State.SKIPPED, State.FAILED}),
    # Back to planned: the lease ran out before anything was handed over.
    State.CLAIMED: frozenset({State.SENDING, State.PLANNED, State.SKIPPED}),
    # Back to planned only when the provider certainly did not accept it.
    State.SENDING: frozenset({State.SENT, State.FAILED, State.UNCLEAR, State.PLANNED}),
    # Settled later by evidence: the provider's log or feed.
    State.UNCLEAR: frozenset({State.SENT, State.FAILED}),
    State.SENT: frozenset(),
    State.FAILED: frozenset(),
    State.SKIPPED: frozenset(),
}


def may_move(before: State, after: State) -> bool:
    """Whether a delivery in ``before`` may become ``after``."""
    return after in MOVES[before]
