"""AU by its definition: who was in the state of being sent to when a day ended."""

import random
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.facts import BANDS, DIMENSIONS, STAGE_BANDS, Counted, audience
from delivery.facts.stretches import latest_birth, stretches
from delivery.models import AudienceFact
from kizuna.lib import clock
from messages.domain.graduation import graduates_on
from messages.domain.schedule import falls_on, pregnancy_day, stage_on
from messages.domain.stage import Kind, Stage, Unit
from municipalities.models import Municipality, ReaderSpan
from tests.facts.lives import make_span, noon

ON = date(2026, 2, 28)
MIDNIGHT = clock.at(date(2026, 3, 1), time.min)


def active(aoba: Municipality) -> Counted:
    return next(one for one in audience.count(aoba, ON) if one.dimension == "all")


def told(aoba: Municipality, dimension: str) -> dict[str, int]:
    return {
        one.value: one.readers for one in audience.count(aoba, ON) if one.dimension == dimension
    }


@pytest.mark.parametrize(
    ("day", "counts"), [(27, False), (28, True), (280, True), (293, True), (294, False)]
)
def test_a_pregnancy_counts_from_4w0d_to_41w6d(aoba: Municipality, day: int, counts: bool) -> None:
    anchor = ON + timedelta(days=280 - day)
    assert pregnancy_day(anchor, ON) == day
    make_span(aoba, kind="pregnancy", anchor=anchor, from_at=noon(ON))
    assert active(aoba).readers == counts


@pytest.mark.parametrize(
    ("birth", "counts"),
    [
        (date(2026, 3, 1), False),
        (ON, True),
        (date(2023, 3, 1), True),
        (date(2023, 2, 28), True),
        (date(2023, 2, 27), False),
    ],
    ids=["not born yet", "day 0", "the day before", "the last birthday", "the day after it"],
)
def test_a_child_counts_from_birth_to_the_last_birthday(
    aoba: Municipality, birth: date, counts: bool
) -> None:
    make_span(aoba, anchor=birth, from_at=noon(ON))
    assert active(aoba).readers == counts


@pytest.mark.parametrize(
    ("begin", "end", "counts"),
    [
        (noon(ON), None, True),
        (MIDNIGHT - timedelta(milliseconds=1), None, True),
        (MIDNIGHT, None, False),
        (noon(ON), MIDNIGHT - timedelta(milliseconds=1), False),
        (noon(ON), MIDNIGHT, True),
    ],
    ids=["open", "in the last moment", "the day after", "ended in time", "ended the day after"],
)
def test_the_end_of_the_day_in_japan_decides(
    aoba: Municipality, begin: datetime, end: datetime | None, counts: bool
) -> None:
    make_span(aoba, anchor=date(2026, 1, 1), from_at=begin, until_at=end)
    assert active(aoba).readers == counts


@pytest.mark.parametrize(
    ("paused_from", "paused_until", "counts"),
    [
        (ON, None, False),
        (ON, ON + timedelta(days=1), False),
        (ON - timedelta(days=9), ON, True),
        (ON + timedelta(days=1), None, True),
    ],
    ids=["since today", "until tomorrow", "over since today", "from tomorrow"],
)
def test_who_rests_is_not_active(
    aoba: Municipality, paused_from: date, paused_until: date | None, counts: bool
) -> None:
    pause = {"paused_from": paused_from, "paused_until": paused_until}
    make_span(aoba, anchor=date(2026, 1, 1), from_at=noon(ON), **pause)
    assert active(aoba).readers == counts


def test_who_begins_tomorrow_is_active_tomorrow(aoba: Municipality) -> None:
    make_span(aoba, anchor=date(2026, 1, 1), from_at=noon(ON), starts_on=date(2026, 3, 1))
    assert active(aoba).readers == 0
    assert audience.count(aoba, date(2026, 3, 1))[0].readers == 1


def test_readers_subscriptions_courses_and_children_are_four_numbers(aoba: Municipality) -> None:
    here = {"from_at": noon(ON), "anchor": date(2026, 1, 1)}
    make_span(aoba, reader_id=1, course_id=1, children=2, **here)
    make_span(aoba, reader_id=2, course_id=1, children=2, relation="father", channel="line", **here)
    make_span(aoba, reader_id=1, course_id=2, **here)
    assert active(aoba) == Counted("all", "", 2, 3, 2, 3)
    assert told(aoba, "relation") == {"mother": 1, "father": 1}
    assert told(aoba, "channel") == {"email": 1, "line": 1}
    assert told(aoba, "stage") == {"b0": 2}


def test_nobody_is_a_figure_and_a_rebuild_leaves_one_of_each(aoba: Municipality) -> None:
    audience.rebuild(aoba, ON)
    assert AudienceFact.objects.get().readers == 0
    make_span(aoba, anchor=date(2026, 1, 1), from_at=noon(ON))
    for _ in range(2):
        audience.rebuild(aoba, ON)
    lines = AudienceFact.objects.values_list("dimension", "value", "readers")
    assert sorted(lines) == [
        ("all", "", 1), ("channel", "email", 1), ("relation", "mother", 1), ("stage", "b0", 1),
    ]  # fmt: skip


def test_a_thousand_lives_count_as_the_calendar_says_one_by_one(aoba: Municipality) -> None:
    """SQL compares ranges; here every span is asked by the rule of the texts themselves."""
    draw = random.Random(1)
    for _ in range(400):
        kind = draw.choice(["pregnancy", "child"])
        day = ON - timedelta(
            days=draw.randint(0, 1_200) if kind == "child" else -draw.randint(-30, 270)
        )
        make_span(aoba, kind=kind, anchor=day, reader_id=draw.randint(1, 150), from_at=noon(ON),
                  until_at=draw.choice([None, MIDNIGHT, noon(ON)]))  # fmt: skip
    counted = [one for one in ReaderSpan.objects.all() if _is_active(one)]
    assert 100 < len(counted) < 400
    assert active(aoba).readers == len({one.reader_id for one in counted})
    assert active(aoba).subscriptions == len(counted)
    by_stage = [one for one in audience.count(aoba, ON) if one.dimension == "stage"]
    assert sum(one.subscriptions for one in by_stage) == len(counted)
    assert {one.value for one in by_stage} <= set(STAGE_BANDS)
    assert {one.dimension for one in audience.count(aoba, ON)} == set(DIMENSIONS)


def _is_active(span: ReaderSpan) -> bool:
    kind = Kind(span.kind)
    in_course = stage_on(kind, span.anchor, ON) is not None
    if kind is Kind.CHILD:
        in_course = in_course and graduates_on(span.anchor, 3) >= ON
    return in_course and (span.until_at is None or span.until_at >= MIDNIGHT)


@given(on=st.dates(date(2000, 1, 1), date(2060, 12, 31)), months=st.integers(1, 200))
def test_the_latest_birth_is_the_inverse_of_the_calendar(on: date, months: int) -> None:
    stage, born = Stage(Unit.LIFE_MONTH, months), latest_birth(months, on)
    assert falls_on(stage, born) <= on < falls_on(stage, born + timedelta(days=1))


@given(on=st.dates(date(2000, 1, 1), date(2060, 12, 31)), last_birthday=st.integers(1, 18))
def test_bands_touch_and_never_overlap(on: date, last_birthday: int) -> None:
    for kind in ("pregnancy", "child"):
        found = [one for one in stretches(on, last_birthday) if one.kind == kind]
        for later, earlier in pairwise(found):
            assert earlier.last == later.first - timedelta(days=1)
        assert [one.band for one in found] == [one.band for one in found if one.band in BANDS]
        assert found[-1].first == (
            on - timedelta(days=13)
            if kind == "pregnancy"
            else min(
                day
                for day in _births_around(on, last_birthday)
                if graduates_on(day, last_birthday) >= on
            )
        )


def _births_around(on: date, years: int) -> list[date]:
    near = on - timedelta(days=round(365.2425 * years))
    return [near + timedelta(days=number) for number in range(-4, 5)]
