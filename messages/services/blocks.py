"""Writing announcements: new ones, saving with an eye on others, a copy of what is in force.

All inside ``in_municipality``.
"""

from dataclasses import asdict

from django.db.models import Q

from messages.domain.announcement import Content
from messages.domain.approval import Refusal
from messages.domain.review import ReviewAct, ReviewState
from messages.models import LocalBlock
from messages.services.review import Hand, ReviewRefused, content_of, possible_acts, record
from municipalities.tenancy.scope import the_municipality_id

OPEN = (ReviewState.DRAFT, ReviewState.ASKED, ReviewState.CHECKED)


class SavedMeanwhile(Exception):
    """Somebody else saved after this person opened it. ``theirs`` is what stands there now."""

    def __init__(self, theirs: LocalBlock) -> None:
        super().__init__(theirs.pk)
        self.theirs = theirs


def create(hand: Hand, content: Content) -> LocalBlock:
    """A new draft."""
    if not hand.may_write:
        raise ReviewRefused(Refusal.ROLE)
    block = LocalBlock(municipality=hand.municipality, written_by=hand.user)
    return _written(hand, block, content)


def save(hand: Hand, block_id: int, content: Content, *, revision: int) -> LocalBlock:
    """Keep these words. Saying nothing new changes nothing; else what was asked or checked is a
    draft again, and the person is its writer.

    Raises:
        SavedMeanwhile: ``revision`` is older than what stands there, and says something else.
        ReviewRefused: the words are in force (``revise`` makes a copy), or the role may not.
    """
    block = LocalBlock.objects.select_for_update().get(pk=block_id)
    if ReviewAct.SAVED not in possible_acts(hand, block):
        raise ReviewRefused(Refusal.STATE if hand.may_write else Refusal.ROLE)
    if content_of(block) == content and block.state != ReviewState.WITHDRAWN:
        return block
    if block.revision != revision:
        raise SavedMeanwhile(block)
    if block.state == ReviewState.WITHDRAWN:
        _take_up_again(block)
    block.revision += 1
    block.written_by = hand.user
    block.approved_by, block.approved_at = None, None
    return _written(hand, block, content)


def revise(hand: Hand, block_id: int) -> LocalBlock:
    """The copy in which an announcement in force is changed; the open one, if there is one."""
    if not hand.may_write:
        raise ReviewRefused(Refusal.ROLE)
    block = LocalBlock.objects.select_for_update().get(pk=block_id)
    if block.state != ReviewState.APPROVED:
        raise ReviewRefused(Refusal.STATE)
    if found := copy_of(block_id):
        return found
    copy = LocalBlock(municipality_id=the_municipality_id(), replaces=block, written_by=hand.user)
    return _written(hand, copy, content_of(block))


def copy_of(block_id: int) -> LocalBlock | None:
    """The copy that somebody is working on."""
    return LocalBlock.objects.filter(replaces_id=block_id, state__in=OPEN).first()


def _take_up_again(block: LocalBlock) -> None:
    """A withdrawn copy replaces what is still in force, and stands alone where nothing is.

    A second open copy of the same text would leave both in force.
    """
    if block.replaces_id is None:
        return
    if copy_of(block.replaces_id):
        raise ReviewRefused(Refusal.STATE)
    in_force = Q(pk=block.replaces_id, state=ReviewState.APPROVED)
    if not LocalBlock.objects.filter(in_force).exists():
        block.replaces = None


def _written(hand: Hand, block: LocalBlock, content: Content) -> LocalBlock:
    fields = asdict(content) | {"areas": list(content.areas)}
    for name, value in fields.items():
        setattr(block, name, value)
    block.state = ReviewState.DRAFT
    block.save()
    record(hand, block, ReviewAct.SAVED)
    return block
