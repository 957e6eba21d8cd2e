"""What LINE said of the credentials of a municipality's account, and what follows from it."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_NAME = 100
LONGEST_ID = 40


class Result(StrEnum):
    """How the last try ended."""

    UNTRIED = ""
    ANSWERED = "answered"
    REFUSED = "refused"
    """Channel ID and secret are not a pair that LINE knows."""
    CLOSED = "closed"
    """LINE knows them, but opens no official account: the channel was deleted, or is another kind's."""
    SILENT = "silent"
    """LINE was not reachable, or its answer said nothing about the credentials."""


NO_USE = frozenset({Result.REFUSED, Result.CLOSED})
"""With these nothing can be sent."""


@dataclass(frozen=True, slots=True)
class Account:
    """The official account as LINE names it. ``monthly_limit``: how many messages its plan lets out
    in a month; None where there is no limit, or LINE did not say."""

    name: str
    basic_id: str
    monthly_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """LINE's answer to one try; ``account`` is there where it is ``ANSWERED``, and only there."""

    result: Result
    account: Account | None = None


def answers(result: Result, *, before: bool) -> bool:
    """Whether the credentials are known to be good; ``before``: LINE has answered them once. An hour
    in which LINE is silent takes nothing back."""
    return before and result not in NO_USE


def may_take_over(said: Result, held: Result | None, *, held_answered: bool, running: bool) -> bool:
    """Whether credentials that LINE said this of may take the place of those that are held (None:
    none are). ``running``: readers may be getting texts by the held ones, tried or not."""
    if said is Result.ANSWERED:
        return True
    if said in NO_USE:
        return False
    if held is None or held in NO_USE:
        return True
    return not (held_answered or running)
