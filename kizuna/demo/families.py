"""Fictional families in realistic proportions, drawn with a fixed seed.

Shares by age follow from registration at week 10 on and a course to the third birthday: 0.57 of
3.57 years are pregnancy. Most families are placed on a day that has a text in the starter pack,
which holds one text a week or month: the demo is to show a morning, not a pause.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kizuna.demo.places import Place
from messages.domain.schedule import anchors_for
from messages.domain.stage import Kind, Stage
from municipalities.domain.words import EndpointKind, Relation, Variant
from municipalities.services.enrol import Enrolment

SEED = 20260401
ON_A_TEXT_DAY = 0.85
RELATIONS = {
    Relation.MOTHER: 0.82,
    Relation.FATHER: 0.12,
    Relation.GRANDPARENT: 0.03,
    Relation.AROUND: 0.01,
    Relation.UNDISCLOSED: 0.02,
}
# Days of pregnancy and of life, each with its share of the readers.
AGES = (
    (Kind.PREGNANCY, 70, 293, 0.16),
    (Kind.CHILD, 0, 100, 0.10),
    (Kind.CHILD, 101, 365, 0.20),
    (Kind.CHILD, 366, 730, 0.28),
    (Kind.CHILD, 731, 1095, 0.26),
)


@dataclass(frozen=True, slots=True)
class _Age:
    kind: Kind
    first: int
    last: int
    anchors: tuple[date, ...]


def families(place: Place, stages: Sequence[Stage], today: date) -> list[Enrolment]:
    """The readers of one municipality. The same day and place give the same families."""
    draw = random.Random(f"{SEED}-{place.slug}")  # noqa: S311  fiction, not secrecy
    ages = [_age(kind, first, last, stages, today) for kind, first, last, _ in AGES]
    weights = [share for *_, share in AGES]
    made: list[Enrolment] = []
    for number in range(place.readers):
        if made and draw.random() < 0.12:
            made.append(_second_reader(draw, place, number, made))
            continue
        age = draw.choices(ages, weights)[0]
        due, birth = _dates(age, _anchor(draw, age, today))
        channel, address = _address(draw, place, number)
        made.append(
            Enrolment(
                channel=channel,
                address=address,
                compared=address,
                due_date=due,
                birth_date=birth,
                relation=draw.choices(list(RELATIONS), list(RELATIONS.values()))[0],
                variant=Variant.EASY if draw.random() < 0.03 else Variant.STANDARD,
                children=2 if draw.random() < 0.01 else 1,
                family=f"{place.slug}-{number}",
            )
        )
    return made


def _age(kind: Kind, first: int, last: int, stages: Sequence[Stage], today: date) -> _Age:
    met = [a for s in stages if s.kind is kind for a in anchors_for(s, today)]
    return _Age(kind, first, last, tuple(a for a in met if first <= _day(kind, a, today) <= last))


def _day(kind: Kind, anchor: date, today: date) -> int:
    return 280 - (anchor - today).days if kind is Kind.PREGNANCY else (today - anchor).days


def _anchor(draw: random.Random, age: _Age, today: date) -> date:
    if age.anchors and draw.random() < ON_A_TEXT_DAY:
        return draw.choice(age.anchors)
    day = draw.randint(age.first, age.last)
    if age.kind is Kind.PREGNANCY:
        return today + timedelta(days=280 - day)
    return today - timedelta(days=day)


def _dates(age: _Age, anchor: date) -> tuple[date | None, date | None]:
    return (anchor, None) if age.kind is Kind.PREGNANCY else (None, anchor)


def _second_reader(
    draw: random.Random, place: Place, number: int, made: list[Enrolment]
) -> Enrolment:
    """A father or grandmother on the course of the family before."""
    channel, address = _address(draw, place, number)
    return replace(
        made[-1],
        channel=channel,
        address=address,
        compared=address,
        relation=draw.choice((Relation.FATHER, Relation.FATHER, Relation.GRANDPARENT)),
        variant=Variant.STANDARD,
    )


def _address(draw: random.Random, place: Place, number: int) -> tuple[EndpointKind, str]:
    if draw.random() < place.line_share:
        return EndpointKind.LINE, line_user(draw)
    return EndpointKind.EMAIL, f"reader{number:04d}@{place.slug}-family.example"


def line_user(draw: random.Random) -> str:
    """A LINE user id of the right shape."""
    return f"U{draw.getrandbits(128):032x}"
