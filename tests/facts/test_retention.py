"""The life table, against the same question asked of one life after the other."""

import random
from datetime import date, timedelta

import pytest

from delivery.facts import RETENTION_WEEKS, retention
from delivery.models import RetentionFact
from messages.domain.graduation import graduates_on
from municipalities.models import Municipality
from tests.facts.lives import make_span, noon

pytestmark = pytest.mark.django_db

ON = date(2026, 6, 30)
Row = tuple[str, int, int, int, int]


def table(aoba: Municipality) -> list[Row]:
    retention.rebuild(aoba, ON)
    names = ("kind", "weeks", "at_risk", "left", "censored")
    return list(RetentionFact.objects.order_by("kind", "weeks").values_list(*names))


def test_who_stops_in_the_third_week_left_in_that_interval(aoba: Municipality) -> None:
    begun = ON - timedelta(days=100)
    make_span(aoba, anchor=begun, from_at=noon(begun), until_at=noon(begun + timedelta(days=20)))
    make_span(aoba, anchor=begun, from_at=noon(begun))
    assert table(aoba) == [
        ("child", 0, 2, 0, 0), ("child", 1, 2, 0, 0), ("child", 2, 2, 1, 0),
        ("child", 4, 1, 0, 0), ("child", 8, 1, 0, 0), ("child", 13, 1, 0, 1),
    ]  # fmt: skip


def test_growing_out_is_no_leaving(aoba: Municipality) -> None:
    birth = date(2022, 6, 1)
    begun = graduates_on(birth, 3) - timedelta(days=10)
    make_span(aoba, anchor=birth, from_at=noon(begun))
    make_span(
        aoba, anchor=birth, from_at=noon(begun), until_at=noon(date(2026, 6, 10)), ended_by="erased"
    )
    assert table(aoba) == [("child", 0, 2, 0, 0), ("child", 1, 2, 0, 2)]


def test_a_stop_that_was_taken_back_is_none_and_the_first_kind_counts(aoba: Municipality) -> None:
    begun = ON - timedelta(days=30)
    one = {"subscription_id": 5, "anchor": ON + timedelta(days=9)}
    make_span(
        aoba, kind="pregnancy", from_at=noon(begun), until_at=noon(ON - timedelta(days=20)), **one
    )
    make_span(aoba, kind="child", from_at=noon(ON - timedelta(days=18)), **one | {"anchor": ON})
    assert table(aoba)[-1] == ("pregnancy", 4, 1, 0, 1)
    assert {row[0] for row in table(aoba)} == {"pregnancy"}


def test_a_stop_after_the_day_of_counting_has_not_happened(aoba: Municipality) -> None:
    later = noon(ON + timedelta(days=1))
    make_span(aoba, anchor=ON, from_at=noon(ON - timedelta(days=8)), until_at=later)
    make_span(aoba, anchor=ON, from_at=later)
    assert table(aoba) == [("child", 0, 1, 0, 0), ("child", 1, 1, 0, 1)]


def test_three_hundred_lives_are_told_as_one_by_one(aoba: Municipality) -> None:
    draw = random.Random(7)
    lives: list[tuple[str, int, bool]] = []
    for _ in range(300):
        kind = draw.choice(["pregnancy", "child"])
        begun = ON - timedelta(days=draw.randint(0, 1_500))
        anchor = begun + timedelta(days=draw.randint(0, 250)) if kind == "pregnancy" else (
            begun - timedelta(days=draw.randint(0, 900))
        )  # fmt: skip
        ended = draw.choice([None, begun + timedelta(days=draw.randint(0, 1_500))])
        why = draw.choice(["stopped", "blocked", "closed", "erased"])
        make_span(
            aoba, kind=kind, anchor=anchor, from_at=noon(begun),
            until_at=ended and noon(ended), ended_by=why if ended else "",
        )  # fmt: skip
        lives.append((kind, *_life(kind, anchor, begun, ended)))
    assert table(aoba) == sorted(_rows(lives))


def _life(kind: str, anchor: date, begun: date, ended: date | None) -> tuple[int, bool]:
    over = graduates_on(anchor, 3) if kind == "child" else anchor + timedelta(days=13)
    if ended is not None and ended > ON:
        ended = None
    last = min(ended or ON, over, ON)
    return max(0, (last - begun).days), ended is not None and ended <= over


def _rows(lives: list[tuple[str, int, bool]]) -> list[Row]:
    rows = []
    for at, weeks in enumerate(RETENTION_WEEKS):
        after = RETENTION_WEEKS[at + 1] * 7 if at + 1 < len(RETENTION_WEEKS) else 10**6
        for kind in ("child", "pregnancy"):
            here = [one for one in lives if one[0] == kind and one[1] >= weeks * 7]
            last = [one for one in here if one[1] < after]
            left = sum(one[2] for one in last)
            if here:
                rows.append((kind, weeks, len(here), left, len(last) - left))
    return rows
