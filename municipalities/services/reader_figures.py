"""How many readers there are, never who. Small numbers are hidden: five people can be guessed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from municipalities.domain.words import EndpointKind, Relation
from municipalities.models import Course, Subscription

FEWEST = 5
PREGNANCY = "pregnancy"
OLDEST = 3
"""Three years and more are one group."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of what runs today. ``stages``: pregnancy, then completed years."""

    readers: int
    children: int
    channels: Mapping[str, int]
    stages: Mapping[str, int]
    relations: Mapping[str, int]


def figures(on: date) -> Figures:
    """Inside ``in_municipality``."""
    running = Subscription.objects.filter(stopped_at=None, course__closed_at=None)
    courses = Course.objects.filter(
        Exists(running.filter(course_id=OuterRef("pk"))), closed_at=None
    )
    children = courses.filter(birth_date__isnull=False).aggregate(all=Sum("children"))["all"]
    return Figures(
        readers=running.values("reader").distinct().count(),
        children=children or 0,
        channels=_by(running, "endpoint__kind", [one.value for one in EndpointKind]),
        stages=_stages(courses, on),
        relations=_by(running, "relation", [one.value for one in Relation]),
    )


def shown(group: Mapping[str, int]) -> dict[str, int | None]:
    """The numbers that may be shown; None for those that must not.

    A single hidden number would follow from the sum of the others: the next smallest goes with it.
    """
    hidden = {name for name, number in group.items() if 0 < number < FEWEST}
    if len(hidden) == 1:
        others = [(number, name) for name, number in group.items() if number >= FEWEST]
        hidden |= {name for _number, name in sorted(others)[:1]}
    return {name: None if name in hidden else number for name, number in group.items()}


def years_old(birth: date, on: date) -> int:
    """Completed years; a child of 29 February has the birthday on 1 March in common years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _by(running: "QuerySet[Subscription]", field: str, names: list[str]) -> dict[str, int]:
    rows = running.order_by().values_list(field).annotate(n=Count("reader", distinct=True))
    return dict.fromkeys(names, 0) | dict(rows)


def _stages(courses: "QuerySet[Course]", on: date) -> dict[str, int]:
    counted: Counter[str] = Counter()
    rows = courses.order_by().values_list("birth_date").annotate(n=Count("pk"))
    for birth, number in rows:
        name = PREGNANCY if birth is None else str(min(max(years_old(birth, on), 0), OLDEST))
        counted[name] += number
    return {name: counted[name] for name in (PREGNANCY, *map(str, range(OLDEST + 1)))}
