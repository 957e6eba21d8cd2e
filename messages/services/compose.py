"""Compose a municipality's editions: which version, which blocks, one rendering for each set.

The same function serves the preview and the frozen edition, so that both have the same bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from messages.domain.schedule import pregnancy_day
from messages.domain.stage import Kind, Stage
from messages.models import Contact, LocalBlock, TextVersion
from messages.rendering.compose import Letterhead, Part, Rendered, edition_values, render
from municipalities.domain.words import FALLBACK, OWN_NAMES, Audience, Variant
from municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class Version:
    """A text version as composition needs it."""

    id: int
    text_id: int
    subject: str
    body: str
    lang: str = "ja"


@dataclass(frozen=True, slots=True)
class Block:
    """A local block as composition needs it. Empty ``areas``: everywhere."""

    id: int
    title: str
    body: str
    kind: Kind
    first_day: int
    last_day: int
    audience: Audience
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Composed:
    """One edition before it is frozen."""

    version: Version
    blocks: tuple[Block, ...]
    rendered: Rendered


Place = tuple[Stage, Audience, Variant]
Shelf = dict[Place, Version]
Found = TypeVar("Found")


def shelf(on: date) -> Shelf:
    """The versions in effect on that day, by stage, audience and variant."""
    # Versions are only added or withdrawn, so these two stamps tell whether anything changed.
    # The count tells of two publishers whose ids crossed.
    stamp = TextVersion.objects.aggregate(
        Count("id"), Max("id"), Max("created_at"), Max("withdrawn_at")
    )
    return _shelf(on, tuple(stamp.values()))


@lru_cache(maxsize=4)
def _shelf(on: date, _stamp: tuple[object, ...]) -> Shelf:
    found: Shelf = {}
    versions = (
        TextVersion.objects.filter(effective_from__lte=on, withdrawn_at=None)
        .select_related("base_text")
        .order_by("number")
    )
    for version in versions:
        text = version.base_text
        found[text.stage, Audience(text.audience), Variant(version.variant)] = Version(
            version.pk, text.pk, version.subject, version.body, lang_of(version.variant)
        )
    return found


def pick(
    shelf: Mapping[Place, Found], stage: Stage, audience: Audience, variant: Variant
) -> Found | None:
    """The version for these readers: in each wording of ``FALLBACK`` their own, then everybody's."""
    for how in FALLBACK[variant]:
        for who in (audience, Audience.EVERYONE):
            if version := shelf.get((stage, who, how)):
                return version
    return None


def lang_of(variant: str) -> str:
    """The language of a wording, as pages and mails name it."""
    return variant if Variant(variant) in OWN_NAMES else "ja"


def offered(on: date) -> list[Variant]:
    """The wordings that a reader can choose: the standard one, and those that have texts."""
    there = {how for _stage, _who, how in shelf(on)}
    return [how for how in Variant if how is Variant.STANDARD or how in there]


def approved_blocks(on: date) -> list[Block]:
    """The municipality's approved blocks whose window holds that day, in their order."""
    return [block_of(row) for row in _in_force(on).order_by("position", "id")]


def block_of(row: LocalBlock) -> Block:
    """An announcement, approved or not, as composition needs it."""
    return Block(
        row.pk,
        row.title,
        row.body,
        Kind(row.kind),
        row.first_day,
        row.last_day,
        Audience(row.audience),
        frozenset(row.areas),
    )


def areas_in_force(on: date) -> list[str]:
    """The areas that the municipality's approved blocks of that day speak to; mostly none."""
    lists = _in_force(on).exclude(areas=[]).values_list("areas", flat=True)
    return sorted({area for areas in lists for area in areas})


def _in_force(on: date) -> QuerySet[LocalBlock]:
    return (
        LocalBlock.objects.filter(state="approved")
        .filter(Q(shown_from=None) | Q(shown_from__lte=on))
        .filter(Q(shown_until=None) | Q(shown_until__gte=on))
    )


def day_number(kind: Kind, anchor: date, on: date) -> int:
    """The day that block ranges count in: pregnancy day, or life day with birth as day 0."""
    return pregnancy_day(anchor, on) if kind is Kind.PREGNANCY else (on - anchor).days


def blocks_for(
    blocks: Iterable[Block], kind: Kind, day: int, audience: Audience, area: str = ""
) -> tuple[Block, ...]:
    """The blocks of this day and these readers. ``area``: where they live, "" for unknown."""
    return tuple(
        block
        for block in blocks
        if block.kind is kind
        and block.first_day <= day <= block.last_day
        and block.audience in (Audience.EVERYONE, audience)
        and (not block.areas or area in block.areas)
    )


def letterhead(municipality: Municipality) -> Letterhead:
    """The municipality as its readers see it. Inside ``in_municipality``, or the NPO's door."""
    page = f"{settings.PUBLIC_BASE_URL}/m/{municipality.slug}/"
    return Letterhead(
        municipality_name=municipality.name,
        service_name=municipality.service_name,
        contact=municipality.contact,
        postal_address=municipality.postal_address,
        brand_colour=municipality.brand_colour,
        signup_url=page,
        entrance_url=f"{page}my/entrance/",
        tells_the_stage=municipality.subject_tells_the_stage,
        contacts=tuple(_contacts(municipality)),
    )


def _contacts(municipality: Municipality) -> QuerySet[Contact, tuple[str, str]]:
    """By name, behind the NPO's door as well: there every municipality's are to be seen."""
    own = Contact.objects.filter(municipality=municipality)
    return own.order_by("name").values_list("name", "value")


def compose(
    head: Letterhead, version: Version, blocks: tuple[Block, ...], stage: Stage, on: date
) -> Composed:
    """Render one edition: the base text, then each block under the municipality's name."""
    parts = [Part("", version.body)]
    parts += [Part(f"{head.municipality_name}から：{block.title}", block.body) for block in blocks]
    return Composed(
        version,
        blocks,
        render(
            version.subject,
            parts,
            edition_values(head, stage, on, version.lang),
            head,
            version.lang,
        ),
    )
