"""What a reader would receive, before anything is approved: the very functions that deliver.

All inside ``in_municipality``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from messages.domain.announcement import Content
from messages.domain.schedule import due_stages
from messages.domain.stage import DUE_DAY, Kind, Stage
from messages.models import LocalBlock
from messages.rendering.compose import Letterhead
from messages.services.compose import (
    Block,
    Composed,
    Shelf,
    Version,
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


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the previews of one date need, read once."""

    on: date
    texts: Shelf
    head: Letterhead
    blocks: tuple[Block, ...]
    places: Mapping[int, int]
    stages: dict[Kind, dict[int, Stage]] = field(default_factory=dict)

    def holding(self, draft: Draft) -> "Desk":
        """The same desk as if the draft were approved."""
        kept = [one for one in self.blocks if one.id != draft.id and one.id not in draft.replaces]
        if in_window(draft.content, self.on):
            kept.append(_block(draft))
        places = {**self.places, draft.id: draft.content.position}
        kept.sort(key=lambda one: (places[one.id], one.id))
        return replace(self, blocks=tuple(kept), places=places)

    def preview(self, point: Point) -> Composed | None:
        """As ``preview`` below, for a point on this date."""
        stage = self.due(point.kind).get(point.day)
        carried = self.carried(point)
        if not stage or not carried:
            return None
        return compose(self.head, *carried, stage, self.on)

    def due(self, kind: Kind) -> dict[int, Stage]:
        """The days of a course on which a text is due."""
        if kind not in self.stages:
            self.stages[kind] = due_at(self.texts, kind, self.on)
        return self.stages[kind]

    def carried(self, point: Point) -> tuple[Version, tuple[Block, ...]] | None:
        """What would be put together for that reader."""
        stage = self.due(point.kind).get(point.day)
        version = stage and pick(self.texts, stage, point.audience, point.variant)
        if not version:
            return None
        own = blocks_for(self.blocks, point.kind, point.day, point.audience, point.area)
        return version, own


def desk(municipality: Municipality, on: date) -> Desk:
    """Open the previews of one date."""
    blocks = approved_blocks(on)
    ids = [one.id for one in blocks]
    places = dict(LocalBlock.objects.filter(pk__in=ids).values_list("pk", "position"))
    return Desk(on, shelf(on), letterhead(municipality), tuple(blocks), places)


def preview(
    municipality: Municipality, point: Point, draft: Draft | None = None
) -> Composed | None:
    """The edition of that reader and day; None where no text is due, so that nothing is sent."""
    opened = desk(municipality, point.on)
    return (opened.holding(draft) if draft else opened).preview(point)


def due_at(texts: Shelf, kind: Kind, on: date) -> dict[int, Stage]:
    """The days of a course on which a text is due on that date, in order."""
    due = due_stages({stage for stage, _, _ in texts if stage.kind is kind}, on)
    days = {day_number(kind, anchor, on): stage for (_, anchor), stage in due.items()}
    return dict(sorted(days.items()))


def days_with_text(content: Content, on: date) -> dict[int, Stage]:
    """Those within the announcement's range."""
    return _within(shelf(on), content, on)


def _within(texts: Shelf, content: Content, on: date) -> dict[int, Stage]:
    due = due_at(texts, content.kind, on)
    return {
        day: stage for day, stage in due.items() if content.first_day <= day <= content.last_day
    }


def meets_a_text(content: Content, on: date) -> bool:
    """Whether within a month of that date any text takes it along."""
    texts = shelf(on)
    return any(_within(texts, content, on + timedelta(days=ahead)) for ahead in range(31))


def anchor_of(kind: Kind, day: int, on: date) -> date:
    """The due date or birth date of whoever is at that day then."""
    return on + timedelta(days=DUE_DAY - day) if kind is Kind.PREGNANCY else on - timedelta(day)


def in_window(content: Content, on: date) -> bool:
    """Whether that date is one of those on which it is shown."""
    begun = content.shown_from is None or content.shown_from <= on
    return begun and (content.shown_until is None or on <= content.shown_until)


def _block(draft: Draft) -> Block:
    content = draft.content
    return Block(
        draft.id,
        content.title,
        content.body,
        content.kind,
        content.first_day,
        content.last_day,
        content.audience,
        frozenset(content.areas),
    )
