"""The way of a base text from a draft to a version, as a table of moves."""

from enum import StrEnum


class DraftState(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"
    """A medical reviewer has been asked to read it."""
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    DROPPED = "dropped"

    @classmethod
    def open(cls) -> list["DraftState"]:
        """The states in which it is still being worked on."""
        return [cls.DRAFT, cls.ASKED, cls.REVIEWED]


class DeskAct(StrEnum):
    SAVED = "saved"
    ASKED = "asked"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    """Of a version: the one before it is in effect again."""


MOVES: dict[DeskAct, tuple[frozenset[DraftState], DraftState]] = {
    DeskAct.SAVED: (frozenset(DraftState.open()), DraftState.DRAFT),
    DeskAct.ASKED: (frozenset({DraftState.DRAFT}), DraftState.ASKED),
    DeskAct.RETURNED: (frozenset({DraftState.ASKED, DraftState.REVIEWED}), DraftState.DRAFT),
    DeskAct.REVIEWED: (frozenset({DraftState.ASKED}), DraftState.REVIEWED),
    DeskAct.PUBLISHED: (frozenset({DraftState.REVIEWED}), DraftState.PUBLISHED),
    DeskAct.DROPPED: (frozenset(DraftState.open()), DraftState.DROPPED),
}


def after(act: DeskAct, state: DraftState) -> DraftState | None:
    """The state that the act leads to; None where it is not possible in this one."""
    begins, ends = MOVES.get(act, (frozenset(), state))
    return ends if state in begins else None
