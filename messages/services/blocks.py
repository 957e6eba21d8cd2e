"""Writing announcements: new ones, saving with an eye on others, a copy of what is in force.

All inside ``in_municipality``.
"""

from dataclasses import asdict, replace
from datetime import timedelta

from django.db.models import Q

from kizuna.lib import clock
from messages.domain.announcement import Content
from messages.domain.approval import Refusal
from messages.domain.review import ReviewAct, ReviewState
from messages.models import BlockEvent, LocalBlock
from messages.services.review import Hand, ReviewRefused, content_of, possible_acts, record
from municipalities.models import Membership
from municipalities.tenancy.scope import the_municipality_id

TWO_PRESSES = timedelta(minutes=1)
ONE_SITTING = timedelta(minutes=10)
"""So long the drafts that a form keeps by itself add nothing to the history."""
OPEN = (ReviewState.DRAFT, ReviewState.ASKED, ReviewState.CHECKED)


class SavedMeanwhile(Exception):
    """Somebody else saved after this person opened it. ``theirs`` is what stands there now."""

    def __init__(self, theirs: LocalBlock) -> None:
        super().__init__(theirs.pk)
        self.theirs = theirs


def create(hand: Hand, content: Content) -> LocalBlock:
    """A new draft; pressed twice, the one that the first press has made."""
    if not hand.may_write:
        raise ReviewRefused(Refusal.ROLE)
    if made := _just_made(hand, content):
        return made
    block = LocalBlock(municipality=hand.municipality, written_by=hand.user)
    return _written(hand, block, content)


def save(
    hand: Hand, block_id: int, content: Content, *, revision: int, by_itself: bool = False
) -> LocalBlock:
    """Keep these words. Saying nothing new changes nothing; else what was asked or checked is a
    draft again, and the person is its writer.

    ``by_itself``: the form keeps them while somebody types; only a draft is kept so, and the
    history gets one row for a sitting.

    Raises:
        SavedMeanwhile: ``revision`` is older than what stands there, and says something else.
        ReviewRefused: the words are in force (``revise`` makes a copy), or the role may not.
    """
    block = LocalBlock.objects.select_for_update().get(pk=block_id)
    if ReviewAct.SAVED not in possible_acts(hand, block):
        raise ReviewRefused(Refusal.STATE if hand.may_write else Refusal.ROLE)
    if by_itself and block.state != ReviewState.DRAFT:
        raise ReviewRefused(Refusal.STATE)
    if content_of(block) == content and block.state != ReviewState.WITHDRAWN:
        if not by_itself:
            _catch_up(hand, block)
        return block
    if block.revision != revision:
        raise SavedMeanwhile(block)
    if block.written_by_id != hand.user.pk:
        _catch_up(hand, block)
    in_history = not (by_itself and _same_sitting(hand, block))
    if block.state == ReviewState.WITHDRAWN:
        _take_up_again(block)
    block.revision += 1
    block.written_by = hand.user
    block.approved_by, block.approved_at = None, None
    return _written(hand, block, content, in_history=in_history)


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


def _just_made(hand: Hand, content: Content) -> LocalBlock | None:
    # One person's two presses wait for each other here.
    list(Membership.objects.select_for_update().filter(user=hand.user))
    same = LocalBlock.objects.filter(
        written_by=hand.user,
        state=ReviewState.DRAFT,
        revision=1,
        replaces=None,
        title=content.title,
        body=content.body,
        updated_at__gte=clock.now() - TWO_PRESSES,
    )
    return next((one for one in same if content_of(one) == content), None)


def _take_up_again(block: LocalBlock) -> None:
    """What is withdrawn and written anew replaces whatever of its family is in force by now.

    Else both would be sent: the old words taken up again, and the copy that once ended them.
    """
    in_force = _in_force(block)
    if in_force and copy_of(in_force.pk):
        raise ReviewRefused(Refusal.COPY_OPEN)
    block.replaces = in_force


def _in_force(block: LocalBlock) -> LocalBlock | None:
    """The approved one among what this was copied from and what was copied from it, locked."""
    family, new = {block.pk}, {block.pk}
    while new:
        near = Q(replaces__in=new) | Q(pk__in=_copied_from(new))
        new = set(LocalBlock.objects.filter(near).values_list("pk", flat=True)) - family
        family |= new
    others = LocalBlock.objects.select_for_update().filter(pk__in=family - {block.pk})
    # Locked in one order, whoever asks: a copy that is opened meanwhile waits here.
    rows = list(others.order_by("pk"))
    return next((one for one in rows if one.state == ReviewState.APPROVED), None)


def _copied_from(some: set[int]) -> list[int]:
    rows = LocalBlock.objects.filter(pk__in=some, replaces__isnull=False)
    return [one for one in rows.values_list("replaces", flat=True) if one is not None]


def _last(block: LocalBlock) -> BlockEvent | None:
    changes = BlockEvent.objects.filter(block=block).exclude(act=ReviewAct.COMMENTED)
    return changes.order_by("-pk").first()


def _same_sitting(hand: Hand, block: LocalBlock) -> bool:
    """Whether the newest row of the history is this person's own, and young."""
    last = _last(block)
    return (
        last is not None
        and (last.act, last.by_id) == (ReviewAct.SAVED, hand.user.pk)
        and last.at >= clock.now() - ONE_SITTING
    )


def _catch_up(hand: Hand, block: LocalBlock) -> None:
    """What the form kept by itself enters the history under its writer's name, before it is lost."""
    last = _last(block)
    if last and last.revision < block.revision and block.written_by:
        record(replace(hand, user=block.written_by), block, ReviewAct.SAVED)


def _written(
    hand: Hand, block: LocalBlock, content: Content, *, in_history: bool = True
) -> LocalBlock:
    fields = asdict(content) | {"areas": list(content.areas)}
    for name, value in fields.items():
        setattr(block, name, value)
    block.state = ReviewState.DRAFT
    block.save()
    if in_history:
        record(hand, block, ReviewAct.SAVED)
    return block
