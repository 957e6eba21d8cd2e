"""What a reader would receive, before anything is approved: the very functions that deliver.

All inside ``in_municipality``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from messages.domain.announcement import Content
from messages.domain.schedule import due_stages
from messages.domain.stage import DUE_DAY, Kind, Stage
from messages.models import LocalBlock
from messages.services.compose import (
    Block,
    Composed,
    Shelf,
    approved_blocks,
    blocks_for,
    compose,
    day_number,
    letterhead,
    pick,
    shelf,
)
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality

NEW = 2**62
"""Stands for the number that a new announcement does not have yet: behind all others."""


@dataclass(frozen=True, slots=True)
class Point:
    """A reader, as far as texts go: the day of the course, today's date, and who is meant."""

    kind: Kind
    day: int
    on: date
    audience: Audience = Audience.EVERYONE
    variant: Variant = Variant.STANDARD
    area: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An announcement as if it were approved, in the place of those that it replaces."""

    content: Content
    id: int = NEW
    replaces: frozenset[int] = field(default_factory=frozenset)


def preview(
    municipality: Municipality, point: Point, draft: Draft | None = None
) -> Composed | None:
    """The edition of that reader and day; None where no text is due, so that nothing is sent."""
    texts = shelf(point.on)
    stage = due_at(texts, point.kind, point.on).get(point.day)
    version = stage and pick(texts, stage, point.audience, point.variant)
    if not stage or not version:
        return None
    blocks = approved_blocks(point.on)
    if draft:
        blocks = _with(blocks, draft, point.on)
    own = blocks_for(blocks, point.kind, point.day, point.audience, point.area)
    return compose(letterhead(municipality), version, own, stage, point.on)


def due_at(texts: Shelf, kind: Kind, on: date) -> dict[int, Stage]:
    """The days of a course on which a text is due on that date, in order."""
    due = due_stages({stage for stage, _, _ in texts if stage.kind is kind}, on)
    days = {day_number(kind, anchor, on): stage for (_, anchor), stage in due.items()}
    return dict(sorted(days.items()))


def days_with_text(content: Content, on: date) -> dict[int, Stage]:
    """Those within the announcement's range."""
    due = due_at(shelf(on), content.kind, on)
    return {
        day: stage for day, stage in due.items() if content.first_day <= day <= content.last_day
    }


def meets_a_text(content: Content, on: date) -> bool:
    """Whether within a month of that date any text takes it along."""
    return any(days_with_text(content, on + timedelta(days=ahead)) for ahead in range(31))


def anchor_of(kind: Kind, day: int, on: date) -> date:
    """The due date or birth date of whoever is at that day then."""
    return on + timedelta(days=DUE_DAY - day) if kind is Kind.PREGNANCY else on - timedelta(day)


def in_window(content: Content, on: date) -> bool:
    """Whether that date is one of those on which it is shown."""
    begun = content.shown_from is None or content.shown_from <= on
    return begun and (content.shown_until is None or on <= content.shown_until)


def _with(blocks: Iterable[Block], draft: Draft, on: date) -> list[Block]:
    kept = [one for one in blocks if one.id != draft.id and one.id not in draft.replaces]
    if not in_window(draft.content, on):
        return kept
    ids = [one.id for one in kept]
    places = dict(LocalBlock.objects.filter(pk__in=ids).values_list("pk", "position"))
    content = draft.content
    own = Block(
        draft.id,
        content.title,
        content.body,
        content.kind,
        content.first_day,
        content.last_day,
        content.audience,
        frozenset(content.areas),
    )
    places[draft.id] = content.position
    return sorted([*kept, own], key=lambda one: (places[one.id], one.id))
