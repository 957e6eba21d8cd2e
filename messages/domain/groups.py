"""Splitting those who come to a meeting into groups in which sizes and persons are mixed evenly."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comer:
    """A municipality that comes: its number, its size class, with how many persons."""

    municipality: int
    size_class: str
    people: int


def split(comers: Sequence[Comer], groups: int) -> dict[int, int]:
    """Municipality → group, from 1. The same comers give the same groups.

    No group has two municipalities of a size class more than another; within that, the persons are
    spread as evenly as this way of dealing out allows. More groups than comers: one for each.

    Raises:
        ValueError: fewer than one group.
    """
    if groups < 1:
        raise ValueError("There is no meeting without a group.")
    numbers = range(1, min(groups, len(comers)) + 1)
    of_class: Counter[tuple[int, str]] = Counter()
    members: Counter[int] = Counter()
    persons: Counter[int] = Counter()
    given: dict[int, int] = {}
    for one in sorted(comers, key=lambda c: (c.size_class, -c.people, c.municipality)):
        best = min(
            numbers,
            key=lambda g: (of_class[g, one.size_class], members[g], persons[g], g),
        )
        given[one.municipality] = best
        of_class[best, one.size_class] += 1
        members[best] += 1
        persons[best] += one.people
    return given
