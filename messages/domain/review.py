"""States of a local block and the only moves between them."""

from enum import StrEnum


class BlockState(StrEnum):
    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


MOVES: dict[BlockState, frozenset[BlockState]] = {
    BlockState.DRAFT: frozenset({BlockState.CHECKED, BlockState.WITHDRAWN}),
    BlockState.CHECKED: frozenset({BlockState.DRAFT, BlockState.APPROVED, BlockState.WITHDRAWN}),
    BlockState.APPROVED: frozenset({BlockState.DRAFT, BlockState.WITHDRAWN}),
    BlockState.WITHDRAWN: frozenset({BlockState.DRAFT}),
}


def may_move(before: BlockState, after: BlockState) -> bool:
    """Whether a block in ``before`` may become ``after``."""
    return after in MOVES[before]
