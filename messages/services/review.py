"""Agreeing to an announcement: asked, checked, approved, returned, withdrawn, urgent, confirmed.

Every act is one row of history with the whole content as it was. All inside ``in_municipality``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kizuna.lib import clock
from messages.domain.announcement import Content
from messages.domain.approval import NEED_A_NOTE, Actor, Refusal, Standing, possible, refusal
from messages.domain.review import ReviewAct, ReviewState, may_move
from messages.domain.stage import Kind
from messages.models import BlockEvent, LocalBlock
from municipalities.domain.words import Audience
from municipalities.models import Municipality, StaffUser
from municipalities.services import audit


class ReviewRefused(Exception):
    """Nothing was changed; ``refusal`` says why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.refusal = why


@dataclass(frozen=True, slots=True)
class Hand:
    """The member of staff who does it, with what the seat allows."""

    municipality: Municipality
    user: StaffUser
    may_write: bool
    may_approve: bool

    @property
    def actor(self) -> Actor:
        return Actor(self.user.pk, self.may_write, self.may_approve)


_BECOMES = {
    ReviewAct.ASKED: ReviewState.ASKED,
    ReviewAct.CHECKED: ReviewState.CHECKED,
    ReviewAct.APPROVED: ReviewState.APPROVED,
    ReviewAct.URGENT: ReviewState.APPROVED,
    ReviewAct.RETURNED: ReviewState.DRAFT,
    ReviewAct.WITHDRAWN: ReviewState.WITHDRAWN,
}

_NEED_A_READY_TEXT = frozenset(
    {ReviewAct.ASKED, ReviewAct.CHECKED, ReviewAct.APPROVED, ReviewAct.URGENT}
)


def content_of(block: LocalBlock) -> Content:
    """What it says and to whom."""
    return Content(
        title=block.title,
        body=block.body,
        kind=Kind(block.kind),
        first_day=block.first_day,
        last_day=block.last_day,
        shown_from=block.shown_from,
        shown_until=block.shown_until,
        audience=Audience(block.audience),
        areas=tuple(block.areas),
        position=block.position,
    )


def standing(municipality: Municipality, block: LocalBlock) -> Standing:
    """Where it stands, with who checked these very words and whether an urgent one is confirmed."""
    return standings(municipality, [block])[block.pk]


def standings(municipality: Municipality, some: Iterable[LocalBlock]) -> dict[int, Standing]:
    """The same for many, by their numbers."""
    rows = list(some)
    events: dict[int, list[BlockEvent]] = {}
    acts = [ReviewAct.CHECKED, ReviewAct.URGENT, ReviewAct.CONFIRMED, ReviewAct.APPROVED]
    found = BlockEvent.objects.filter(block__in=[one.pk for one in rows], act__in=acts)
    for event in found.order_by("-pk").only("block_id", "act", "revision", "by_id", "pk"):
        events.setdefault(event.block_id, []).append(event)
    return {one.pk: _standing(municipality, one, events.get(one.pk, [])) for one in rows}


def _standing(
    municipality: Municipality, block: LocalBlock, newest_first: list[BlockEvent]
) -> Standing:
    checks = (
        one
        for one in newest_first
        if one.act == ReviewAct.CHECKED and one.revision == block.revision
    )
    checked = next(checks, None)
    agreed = next((one for one in newest_first if one.act != ReviewAct.CHECKED), None)
    # Also when it is withdrawn by now: a copy that takes its place must not close the case.
    sent = (ReviewState.APPROVED, ReviewState.WITHDRAWN)
    ahead = block.is_urgent and block.state in sent
    urgent = agreed if ahead and agreed and agreed.act == ReviewAct.URGENT else None
    return Standing(
        state=ReviewState(block.state),
        steps=municipality.approval_steps,
        written_by=block.written_by_id,
        checked_by=checked.by_id if checked else None,
        urgent_by=urgent.by_id if urgent else None,
    )


def possible_acts(hand: Hand, block: LocalBlock) -> frozenset[ReviewAct]:
    """The buttons this person gets."""
    return possible(standing(hand.municipality, block), hand.actor)


def act(
    hand: Hand,
    block_id: int,
    what: ReviewAct,
    *,
    revision: int,
    note: str = "",
    is_ready: bool = True,
) -> LocalBlock:
    """Do one thing to the announcement that this person saw, which is that ``revision``.

    ``is_ready``: the checks found nothing wrong with it.

    Raises:
        ReviewRefused: nothing was changed.
        LocalBlock.DoesNotExist: this municipality has none of that number.
    """
    block = LocalBlock.objects.select_for_update().get(pk=block_id)
    _guard(hand, block, what, revision=revision, note=note, is_ready=is_ready)
    if after := _BECOMES.get(what):
        _move(hand, block, what, after)
    record(hand, block, what, note)
    return block


def record(hand: Hand, block: LocalBlock, what: ReviewAct, note: str = "") -> None:
    """One row of history, and one of the audit log."""
    BlockEvent.objects.create(
        municipality=hand.municipality,
        block=block,
        act=what,
        revision=block.revision,
        content=content_of(block).stored(),
        note=note.strip(),
        by=hand.user,
    )
    audit.note(
        hand.municipality, hand.user, f"block.{what.value}", about=f"block {block.pk}",
        revision=block.revision,
    )  # fmt: skip


def _guard(
    hand: Hand, block: LocalBlock, what: ReviewAct, *, revision: int, note: str, is_ready: bool
) -> None:
    if why := refusal(what, standing(hand.municipality, block), hand.actor):
        raise ReviewRefused(why)
    if what is not ReviewAct.COMMENTED and block.revision != revision:
        raise ReviewRefused(Refusal.CHANGED)
    if what in NEED_A_NOTE and not note.strip():
        raise ReviewRefused(Refusal.NO_REASON)
    if what in _NEED_A_READY_TEXT and not is_ready:
        raise ReviewRefused(Refusal.NOT_READY)


def _move(hand: Hand, block: LocalBlock, what: ReviewAct, after: ReviewState) -> None:
    if not may_move(ReviewState(block.state), after):
        raise ReviewRefused(Refusal.STATE)
    block.state = after
    if after is ReviewState.APPROVED:
        block.approved_by, block.approved_at = hand.user, clock.now()
        block.is_urgent = block.is_urgent or what is ReviewAct.URGENT
        _end_the_replaced(hand, block)
    block.save()


def _end_the_replaced(hand: Hand, block: LocalBlock) -> None:
    """The words that were in force end in the moment in which the new ones begin."""
    if block.replaces_id is None:
        return
    old = LocalBlock.objects.select_for_update().filter(
        pk=block.replaces_id, state=ReviewState.APPROVED
    )
    for one in old:
        one.state = ReviewState.WITHDRAWN
        one.save()
        record(hand, one, ReviewAct.WITHDRAWN, note=f"→ {block.pk}")
