"""Who may do what to an announcement, and why not. One table; the buttons and the doers ask it.

The writer of the words never agrees to them. With two steps, two others do. The urgent way is one
person's alone, leaves its mark for ever and asks for a second person afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from messages.domain.review import ReviewAct, ReviewState


class Refusal(StrEnum):
    """Why an act is not possible."""

    ROLE = "role"
    STATE = "state"
    OWN_WORDS = "own_words"
    CHECKED_IT = "checked_it"
    """The same person has already been the first of the two."""
    ONE_STEP = "one_step"
    FIRST_STEP_OPEN = "first_step_open"
    NOT_URGENT = "not_urgent"
    OWN_URGENT = "own_urgent"
    NOT_READY = "not_ready"
    """Something in the text is still to be mended."""
    CHANGED = "changed"
    """The text is not the one that this person saw."""
    NO_REASON = "no_reason"
    COPY_OPEN = "copy_open"
    """Somebody is working on another copy of what this would replace."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an announcement stands. ``steps``: how many persons besides the writer must agree."""

    state: ReviewState
    steps: int
    written_by: int | None
    checked_by: int | None = None
    urgent_by: int | None = None
    """Who sent it ahead alone, as long as nobody has confirmed that."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a seat in the municipality."""

    id: int
    may_write: bool
    may_approve: bool


NEED_A_NOTE = frozenset({ReviewAct.RETURNED, ReviewAct.URGENT, ReviewAct.COMMENTED})
"""Without words these help nobody."""

_BEFORE = (ReviewState.DRAFT, ReviewState.ASKED, ReviewState.CHECKED)


def refusal(act: ReviewAct, standing: Standing, actor: Actor) -> Refusal | None:
    """Why this person may not do this now; None where nothing is in the way."""
    rule = _RULES[act]
    return rule(standing, actor)


def possible(standing: Standing, actor: Actor) -> frozenset[ReviewAct]:
    """Everything this person may do now: the buttons of a page."""
    return frozenset(act for act in _RULES if refusal(act, standing, actor) is None)


def _save(standing: Standing, actor: Actor) -> Refusal | None:
    if not actor.may_write:
        return Refusal.ROLE
    return Refusal.STATE if standing.state is ReviewState.APPROVED else None


def _ask(standing: Standing, actor: Actor) -> Refusal | None:
    if not actor.may_write:
        return Refusal.ROLE
    return None if standing.state is ReviewState.DRAFT else Refusal.STATE


def _check(standing: Standing, actor: Actor) -> Refusal | None:
    if not actor.may_approve:
        return Refusal.ROLE
    if standing.steps < 2:
        return Refusal.ONE_STEP
    if standing.state is not ReviewState.ASKED:
        return Refusal.STATE
    return Refusal.OWN_WORDS if actor.id == standing.written_by else None


def _approve(standing: Standing, actor: Actor) -> Refusal | None:
    if not actor.may_approve:
        return Refusal.ROLE
    if standing.state not in (ReviewState.ASKED, ReviewState.CHECKED):
        return Refusal.STATE
    if actor.id == standing.written_by:
        return Refusal.OWN_WORDS
    if standing.steps < 2:
        return None
    if standing.state is ReviewState.ASKED:
        return Refusal.FIRST_STEP_OPEN
    return Refusal.CHECKED_IT if actor.id == standing.checked_by else None


def _return(standing: Standing, actor: Actor) -> Refusal | None:
    if not actor.may_approve:
        return Refusal.ROLE
    waits = standing.state in (ReviewState.ASKED, ReviewState.CHECKED)
    return None if waits else Refusal.STATE


def _withdraw(standing: Standing, actor: Actor) -> Refusal | None:
    # Whoever sees a wrong number in the morning must be able to stop it without a second person.
    if not actor.may_write:
        return Refusal.ROLE
    return Refusal.STATE if standing.state is ReviewState.WITHDRAWN else None


def _comment(standing: Standing, actor: Actor) -> Refusal | None:
    del standing
    return None if actor.may_write else Refusal.ROLE


def _urgent(standing: Standing, actor: Actor) -> Refusal | None:
    if not actor.may_approve:
        return Refusal.ROLE
    return None if standing.state in _BEFORE else Refusal.STATE


def _confirm(standing: Standing, actor: Actor) -> Refusal | None:
    if not actor.may_approve:
        return Refusal.ROLE
    if standing.urgent_by is None:
        return Refusal.NOT_URGENT
    # The writer may: where somebody else sent it ahead, two persons have then seen it.
    return Refusal.OWN_URGENT if actor.id == standing.urgent_by else None


_RULES: dict[ReviewAct, Callable[[Standing, Actor], Refusal | None]] = {
    ReviewAct.SAVED: _save,
    ReviewAct.ASKED: _ask,
    ReviewAct.CHECKED: _check,
    ReviewAct.APPROVED: _approve,
    ReviewAct.RETURNED: _return,
    ReviewAct.WITHDRAWN: _withdraw,
    ReviewAct.COMMENTED: _comment,
    ReviewAct.URGENT: _urgent,
    ReviewAct.CONFIRMED: _confirm,
}
