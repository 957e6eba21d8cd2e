"""The library of base texts behind the NPO's door: what stands where, how old it is, who uses it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from messages.domain import grid
from messages.domain.desk import DraftState
from messages.domain.review import ReviewState
from messages.domain.stage import Kind, Stage, Unit
from messages.models import BaseText, LocalBlock, TextDraft, TextVersion
from messages.services import completeness, version_use
from municipalities.domain.words import Audience, Variant

SOON_DAYS = 60
_FIRST_YEAR, _SECOND_YEAR = 365, 731


class Mark(StrEnum):
    """What there is to say of one place of the library; also what a list can be narrowed to."""

    WITHOUT = "without"
    OVERDUE = "overdue"
    SOON = "soon"
    UNREVIEWED = "unreviewed"
    DRAFT = "draft"
    LATER = "later"


class Part(StrEnum):
    """The parts of the course."""

    PREGNANCY = "pregnancy"
    HUNDRED_DAYS = "hundred_days"
    FIRST_YEAR = "first_year"
    SECOND_YEAR = "second_year"
    LATER_YEARS = "later_years"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. ``audience`` None: whomever. ``words`` are looked for in subject and body, or
    are a stage's key."""

    variant: Variant = Variant.STANDARD
    audience: Audience | None = None
    part: Part | None = None
    mark: Mark | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One place of the library: what is in effect, what comes later, and what there is to say of it."""

    stage: Stage
    audience: Audience
    current: TextVersion | None
    later: TextVersion | None
    marks: frozenset[Mark]


class Phase(StrEnum):
    """What a version is today."""

    CURRENT = "current"
    LATER = "later"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Printed:
    """A version with its state, and in how many municipalities it was sent."""

    version: TextVersion
    phase: Phase
    municipalities: int


@dataclass(frozen=True, slots=True)
class Wording:
    """All versions of one wording of a text, the newest first."""

    variant: Variant
    current: TextVersion | None
    versions: Sequence[Printed]
    draft: TextDraft | None


_Place = tuple[Stage, Audience]


def lines(on: date, wanted: Wanted) -> list[Line]:
    """Every place that is wanted, in the order of life, whatever its mark."""
    now, later = _versions(on, wanted.variant)
    open_drafts = _with_drafts(wanted.variant)
    found = [
        Line(*place, now.get(place), later.get(place), _marks(place, on, now, later, open_drafts))
        for place in _places(on, wanted, open_drafts)
        if wanted.part in {None, part_of(place[0])}
    ]
    if wanted.words:
        kept = _holding(wanted)
        found = [
            line for line in found if kept & {line.current, line.later} or _is(line.stage, wanted)
        ]
    return sorted(found, key=lambda line: (_order(line.stage), list(Audience).index(line.audience)))


def is_empty() -> bool:
    """Whether no text was ever published: a new installation, before its content comes in."""
    return not TextVersion.objects.exists()


def part_of(stage: Stage) -> Part:
    """Where in the course a stage lies."""
    if stage.kind is Kind.PREGNANCY:
        return Part.PREGNANCY
    day = grid.span(stage)[0]
    if day <= grid.LAST_DAY_AS_DAY:
        return Part.HUNDRED_DAYS
    if day <= _FIRST_YEAR:
        return Part.FIRST_YEAR
    return Part.SECOND_YEAR if day <= _SECOND_YEAR else Part.LATER_YEARS


def by_part(on: date) -> list[tuple[Part, list[tuple[Stage, bool]]]]:
    """Every stage that a text is wanted or begun for, by part of the course in the order of life.

    Each with whether a standard text of it is being sent, for whichever readers.
    """
    course = completeness.course(on)
    rows = BaseText.objects.values_list("unit", "number").distinct()
    there = course.stages | {Stage(Unit(unit), number) for unit, number in rows}
    found: dict[Part, list[tuple[Stage, bool]]] = {part: [] for part in Part}
    for stage in sorted(there, key=_order):
        found[part_of(stage)].append((stage, stage in course.filled))
    return list(found.items())


def text_at(stage: Stage, audience: Audience) -> BaseText | None:
    """The base text of a place; None where nobody has written one yet."""
    return BaseText.objects.filter(unit=stage.unit, number=stage.number, audience=audience).first()


def text_for(stage: Stage, audience: Audience) -> BaseText:
    """The base text of a place, made where there is none: a draft belongs to one."""
    found, _made = BaseText.objects.get_or_create(
        unit=stage.unit, number=stage.number, audience=audience
    )
    return found


def wordings(text: BaseText, on: date) -> list[Wording]:
    """Every wording that has a version or a draft."""
    versions = list(TextVersion.objects.filter(base_text=text).order_by("-number"))
    sent = version_use.counts(versions)
    drafts = {
        draft.variant: draft
        for draft in TextDraft.objects.filter(base_text=text, state__in=DraftState.open())
    }
    found = []
    for variant in Variant:
        mine = [one for one in versions if one.variant == variant]
        if not mine and variant not in drafts:
            continue
        current = next((one for one in mine if _in_effect(one, on)), None)
        printed = [Printed(one, phase_of(one, current, on), sent.get(one.pk, 0)) for one in mine]
        found.append(Wording(variant, current, printed, drafts.get(variant)))
    return found


def announcements(text: BaseText, on: date) -> QuerySet[LocalBlock]:
    """The municipalities' approved announcements that can come with this text, now or later."""
    first, last = grid.span(text.stage)
    found = LocalBlock.objects.filter(
        Q(shown_until=None) | Q(shown_until__gte=on),
        state=ReviewState.APPROVED,
        kind=text.stage.kind,
        first_day__lte=last,
        last_day__gte=first,
    )
    if text.audience != Audience.EVERYONE:
        found = found.filter(audience__in=[Audience.EVERYONE, text.audience])
    return found.select_related("municipality").order_by("municipality__name", "position", "pk")


def all_versions(text: BaseText) -> list[TextVersion]:
    """For comparing any two: by wording, the newest first."""
    order = [one.value for one in Variant]
    found = list(TextVersion.objects.filter(base_text=text))
    return sorted(found, key=lambda one: (order.index(one.variant), -one.number))


def _versions(
    on: date, variant: Variant
) -> tuple[dict[_Place, TextVersion], dict[_Place, TextVersion]]:
    rows = (
        TextVersion.objects.filter(variant=variant, withdrawn_at=None)
        .select_related("base_text")
        .defer("body")
        .order_by("number")
    )
    now: dict[_Place, TextVersion] = {}
    later: dict[_Place, TextVersion] = {}
    for row in rows:
        place = (row.base_text.stage, Audience(row.base_text.audience))
        if row.effective_from > on:
            later[place] = row
            continue
        now[place] = row
        # Of a lower number: it will never be the one that is sent.
        later.pop(place, None)
    return now, later


def _with_drafts(variant: Variant) -> set[_Place]:
    rows = TextDraft.objects.filter(variant=variant, state__in=DraftState.open()).values_list(
        "base_text__unit", "base_text__number", "base_text__audience"
    )
    return {(Stage(Unit(unit), number), Audience(who)) for unit, number, who in rows}


def _places(on: date, wanted: Wanted, drafts: Iterable[_Place]) -> set[_Place]:
    """The places of texts and drafts, and those of the course, where a text should be."""
    rows = BaseText.objects.values_list("unit", "number", "audience")
    there = {(Stage(Unit(unit), number), Audience(who)) for unit, number, who in rows}
    who = wanted.audience or Audience.EVERYONE
    there |= {(stage, who) for stage in completeness.course(on).stages} | set(drafts)
    return {place for place in there if wanted.audience in {None, place[1]}}


def _marks(
    place: _Place,
    on: date,
    now: Mapping[_Place, TextVersion],
    later: Mapping[_Place, TextVersion],
    drafts: set[_Place],
) -> frozenset[Mark]:
    current = now.get(place)
    due = current.review_by if current else None
    found = {
        Mark.WITHOUT: current is None,
        Mark.OVERDUE: due is not None and due < on,
        Mark.SOON: due is not None and on <= due <= on + timedelta(days=SOON_DAYS),
        Mark.UNREVIEWED: current is not None and current.reviewed_on is None,
        Mark.DRAFT: place in drafts,
        Mark.LATER: place in later,
    }
    return frozenset(mark for mark, holds in found.items() if holds)


def _holding(wanted: Wanted) -> set[TextVersion | None]:
    words = wanted.words
    rows = TextVersion.objects.filter(
        Q(subject__icontains=words) | Q(body__icontains=words),
        variant=wanted.variant,
        withdrawn_at=None,
    )
    return set(rows.only("pk"))


def _is(stage: Stage, wanted: Wanted) -> bool:
    said = wanted.words.strip()
    return said in {stage.key, stage.label_ja, stage.label_en}


def _order(stage: Stage) -> tuple[bool, int, str]:
    """Pregnancy first, then by the first day of life on which it can come."""
    return stage.kind is Kind.CHILD, grid.span(stage)[0], stage.key


def _in_effect(version: TextVersion, on: date) -> bool:
    return version.withdrawn_at is None and version.effective_from <= on


def phase_of(version: TextVersion, current: TextVersion | None, on: date) -> Phase:
    """What a version is on that day; ``current`` is the one of its wording that is sent then."""
    if version.withdrawn_at is not None:
        return Phase.WITHDRAWN
    if version == current:
        return Phase.CURRENT
    if version.effective_from > on and (current is None or version.number > current.number):
        return Phase.LATER
    return Phase.REPLACED
