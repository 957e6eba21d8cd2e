"""How complete the course is: where its texts stand, where one is missing, and in which wordings.

Measured against the standard course of ``messages.domain.rhythm``. Behind the NPO's door, or anywhere:
texts are shared.
"""

from dataclasses import dataclass
from datetime import date

from messages.domain import rhythm
from messages.domain.stage import Stage, Unit
from messages.models import BaseText
from messages.services.compose import shelf
from municipalities.domain.words import Audience, Variant


@dataclass(frozen=True, slots=True)
class Course:
    """The stages with a standard text for anybody, and one for each place without any."""

    filled: frozenset[Stage]
    gaps: frozenset[Stage]

    @property
    def stages(self) -> frozenset[Stage]:
        return self.filled | self.gaps


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``whole`` places of the course ``there`` have a text of that wording for these readers."""

    variant: Variant
    audience: Audience
    there: int
    whole: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all of them."""
        return self.there * 100 // self.whole

    @property
    def missing(self) -> int:
        return self.whole - self.there


def course(on: date) -> Course:
    """The course as it stands on that day."""
    filled = {stage for stage, _who, how in shelf(on) if how is Variant.STANDARD}
    there = {rhythm.place_of(stage) for stage in filled}
    begun = _begun()
    gaps = {begun.get(place, place.stage) for place in rhythm.places() if place not in there}
    return Course(frozenset(filled), frozenset(gaps))


def shares(on: date) -> list[Share]:
    """Every wording × every kind of reader, in the order of their vocabularies."""
    there: dict[tuple[Variant, Audience], set[rhythm.Place]] = {}
    for stage, who, how in shelf(on):
        if place := rhythm.place_of(stage):
            there.setdefault((how, who), set()).add(place)
    whole = len(rhythm.places())
    return [
        Share(how, who, len(there.get((how, who), ())), whole)
        for how in Variant
        for who in Audience
    ]


def _begun() -> dict[rhythm.Place | None, Stage]:
    """Of the places where somebody has begun a text: the stage it was begun for, the latest in a place."""
    rows = BaseText.objects.values_list("unit", "number")
    stages = sorted(Stage(Unit(unit), number) for unit, number in rows.distinct())
    return {rhythm.place_of(stage): stage for stage in stages}
