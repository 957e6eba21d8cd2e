"""The course of one municipality as a calendar: what stands where, what is missing, who is there.

Inside ``in_municipality`` only. Texts are those in effect on the day, announcements the own ones.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from kizuna.lib.sqlfile import load
from messages.domain import grid
from messages.domain.review import ReviewState
from messages.domain.stage import Kind, Stage, Unit
from messages.models import LocalBlock, TextVersion
from messages.services.compose import shelf
from municipalities.domain.words import AUDIENCE_OF, Audience, Relation, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import the_municipality_id

NEAR_DAYS = 21
UNAPPROVED = (ReviewState.DRAFT, ReviewState.ASKED, ReviewState.CHECKED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked at. No audience: texts for whomever."""

    audience: Audience | None = None
    variant: Variant = Variant.STANDARD
    common: bool = True
    own: bool = True

    def speaks_to(self, audience: str) -> bool:
        """Whether a text for ``audience`` is one that these readers get."""
        return self.audience is None or audience in {Audience.EVERYONE, self.audience}


@dataclass(frozen=True, slots=True)
class Cell:
    """One stage: how many texts of each sort, and how many readers are there today."""

    stage: Stage
    common: bool = False
    own: int = 0
    changed: int = 0
    gap: bool = False
    expired: bool = False
    readers: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the grid; ``number`` as in ``grid.Row``, None where there is no such stage."""

    number: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The three grids. ``near`` are the gaps that somebody meets within three weeks, with the day."""

    pregnancy: list[Line]
    days: list[Line]
    months: list[Line]
    gaps: int
    near: dict[Stage, date]
    has_own: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that was read, before it is laid out."""

    common: set[Stage]
    overdue: set[Stage]
    blocks: Sequence[LocalBlock]
    readers: grid.Readers
    on: date


def course(municipality: Municipality, on: date, filters: Filters) -> Course:
    """The whole course as it stands on that day."""
    common, overdue = texts_on(on, filters)
    blocks = [b for b in LocalBlock.objects.defer("body") if filters.speaks_to(b.audience)]
    readers = readers_by_anchor(on, filters)
    pregnancy, days = grid.pregnancy_rows(), grid.first_days_rows()
    months = grid.month_rows(common, municipality.last_birthday)
    missing = _gaps(pregnancy, days, months, common)
    found = _Found(
        common if filters.common else set(),
        overdue if filters.common else set(),
        blocks if filters.own else [],
        readers,
        on,
    )
    shown = missing if filters.common else frozenset[Stage]()
    return Course(
        pregnancy=_lines(pregnancy, found, shown),
        days=_lines(days, found, shown),
        months=_lines(months, found, shown),
        gaps=len(missing),
        near=grid.met_within(sorted(missing), readers, on, NEAR_DAYS),
        has_own=bool(blocks),
    )


def near_gaps(municipality: Municipality, on: date) -> dict[Stage, date]:
    """The places without a text that a reader meets within three weeks, and the first such day."""
    found = gaps(municipality, on)
    if not found:
        return {}
    return grid.met_within(sorted(found), readers_by_anchor(on, Filters()), on, NEAR_DAYS)


def gaps(municipality: Municipality, on: date) -> frozenset[Stage]:
    """The places of the whole course that have no text in effect on that day."""
    common, _ = texts_on(on, Filters())
    months = grid.month_rows(common, municipality.last_birthday)
    return _gaps(grid.pregnancy_rows(), grid.first_days_rows(), months, common)


def is_whole(municipality: Municipality, on: date) -> bool:
    """Whether texts are in effect for the whole course, from its first weeks to its last birthday."""
    common, _ = texts_on(on, Filters())
    last = Stage(Unit.BIRTHDAY, municipality.last_birthday)
    begins = any(stage.unit is Unit.PREGNANCY_DAY for stage in common)
    goes_on = any(stage.unit is Unit.LIFE_DAY for stage in common)
    return begins and goes_on and last in common and not gaps(municipality, on)


def texts_on(on: date, filters: Filters) -> tuple[set[Stage], set[Stage]]:
    """The stages that have a text in effect, and those whose text is past its day of review."""
    overdue_ids = set(
        TextVersion.objects.filter(review_by__lt=on, withdrawn_at=None).values_list("pk", flat=True)
    )
    found = [
        (stage, version.id)
        for (stage, audience, variant), version in shelf(on).items()
        if variant is filters.variant and filters.speaks_to(audience)
    ]
    return (
        {stage for stage, _ in found},
        {stage for stage, version_id in found if version_id in overdue_ids},
    )


def readers_by_anchor(on: date, filters: Filters) -> grid.Readers:
    """Anchor → how many of these readers get texts on that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            load(__file__, "readers_by_anchor"), {"municipality": the_municipality_id(), "on": on}
        )
        rows = cursor.fetchall()
    found: Counter[tuple[Kind, date]] = Counter()
    for kind, anchor, relation, count in rows:
        if filters.audience in {None, AUDIENCE_OF[Relation(relation)]}:
            found[Kind(kind), anchor] += count
    return found


def in_force(block: LocalBlock, on: date) -> bool:
    """Whether it is approved and its window holds that day."""
    return (
        block.state == ReviewState.APPROVED
        and (block.shown_from is None or block.shown_from <= on)
        and not has_ended(block, on)
    )


def has_ended(block: LocalBlock, on: date) -> bool:
    """Whether its window is over."""
    return block.shown_until is not None and block.shown_until < on


def joins(block: LocalBlock, stage: Stage) -> bool:
    """Whether the announcement's range touches a day on which the stage can come."""
    first, last = grid.span(stage)
    return block.kind == stage.kind and block.first_day <= last and first <= block.last_day


def blocks_at(stage: Stage) -> list[LocalBlock]:
    """The announcements of a stage that are not withdrawn, in their order."""
    first, last = grid.span(stage)
    return list(
        LocalBlock.objects.filter(kind=stage.kind, first_day__lte=last, last_day__gte=first)
        .exclude(state=ReviewState.WITHDRAWN)
        .order_by("position", "id")
    )


def versions_at(stage: Stage, on: date) -> list[TextVersion]:
    """The wordings of a stage: of each audience and variant the one in effect, then later ones."""
    rows = (
        TextVersion.objects.filter(
            base_text__unit=stage.unit, base_text__number=stage.number, withdrawn_at=None
        )
        .select_related("base_text")
        .order_by("base_text__audience", "variant", "number")
    )
    now: dict[tuple[str, str], TextVersion] = {}
    later: list[TextVersion] = []
    for row in rows:
        if row.effective_from <= on:
            now[row.base_text.audience, row.variant] = row
        else:
            later.append(row)
    return [*now.values(), *later]


def version_before(version: TextVersion) -> TextVersion | None:
    """The words that this version replaces, or replaced: None for the first of its wording."""
    earlier = TextVersion.objects.filter(
        base_text_id=version.base_text_id,
        variant=version.variant,
        number__lt=version.number,
        withdrawn_at=None,
    )
    return earlier.order_by("-number").first()


def _gaps(
    pregnancy: Sequence[grid.Row],
    days: Sequence[grid.Row],
    months: Sequence[grid.Row],
    filled: set[Stage],
) -> frozenset[Stage]:
    return (
        grid.week_gaps(pregnancy, filled)
        | grid.week_gaps(days, filled)
        | grid.month_gaps(months, filled)
    )


def _lines(rows: Iterable[grid.Row], found: _Found, gaps: frozenset[Stage]) -> list[Line]:
    return [
        Line(
            row.number, tuple(_cell(stage, found, gaps) if stage else None for stage in row.stages)
        )
        for row in rows
    ]


def _cell(stage: Stage, found: _Found, gaps: frozenset[Stage]) -> Cell:
    here = [block for block in found.blocks if joins(block, stage)]
    own = sum(in_force(block, found.on) for block in here)
    ended = any(b.state == ReviewState.APPROVED and has_ended(b, found.on) for b in here)
    return Cell(
        stage,
        common=stage in found.common,
        own=own,
        changed=sum(block.state in UNAPPROVED for block in here),
        gap=stage in gaps,
        # An announcement that was followed by another one is nothing to look after.
        expired=stage in found.overdue or (ended and not own),
        readers=grid.readers_at(stage, found.readers, found.on),
    )
