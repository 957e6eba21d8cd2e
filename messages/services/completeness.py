"""How complete the course is: where its texts stand, where one is missing, and in which wordings.

The course is read from the standard texts that are there: its stages are those that have one, and those
that lack one by the rhythm of their neighbours. Behind the NPO's door, or anywhere: texts are shared.
"""

from dataclasses import dataclass
from datetime import date

from messages.domain import grid
from messages.domain.stage import Stage
from messages.services.compose import shelf
from municipalities.domain.words import Audience, Variant

LAST_BIRTHDAY = 3
"""The standard course ends there; later texts are listed and never missed."""


@dataclass(frozen=True, slots=True)
class Course:
    """The stages with a standard text for anybody, and those where one is missing."""

    filled: frozenset[Stage]
    gaps: frozenset[Stage]

    @property
    def stages(self) -> frozenset[Stage]:
        return self.filled | self.gaps


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``whole`` stages of the course ``there`` have a text of that wording for these readers."""

    variant: Variant
    audience: Audience
    there: int
    whole: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all of them."""
        return self.there * 100 // self.whole if self.whole else 0

    @property
    def missing(self) -> int:
        return self.whole - self.there


def course(on: date) -> Course:
    """The course as it stands on that day."""
    filled = {stage for stage, _who, how in shelf(on) if how is Variant.STANDARD}
    weeks, days = grid.pregnancy_rows(), grid.first_days_rows()
    months = grid.month_rows(filled, LAST_BIRTHDAY)
    gaps = (
        grid.week_gaps(weeks, filled)
        | grid.week_gaps(days, filled)
        | grid.month_gaps(months, filled)
    )
    return Course(frozenset(filled), gaps)


def shares(on: date) -> list[Share]:
    """Every wording × every kind of reader, in the order of their vocabularies."""
    stages = course(on).stages
    there = {place for place in shelf(on) if place[0] in stages}
    return [
        Share(how, who, sum((stage, who, how) in there for stage in stages), len(stages))
        for how in Variant
        for who in Audience
    ]
