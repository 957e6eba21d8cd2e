"""The course laid out: where a stage stands, where a text is missing, and who meets the gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.domain import grid
from messages.domain.schedule import falls_on
from messages.domain.stage import Kind, Stage, Unit

ON = date(2026, 11, 25)


def stages(*keys: str) -> set[Stage]:
    return {Stage.parse(key) for key in keys}


def test_a_pregnancy_has_38_weeks_of_seven_days() -> None:
    rows = grid.pregnancy_rows()
    assert [row.number for row in rows] == list(range(4, 42))
    assert [one.key for row in rows[:1] for one in row.stages if one] == [
        f"p4w{day}d" for day in range(7)
    ]
    assert rows[-1].stages[-1] == Stage.parse("p41w6d")


def test_the_first_hundred_days_end_in_the_middle_of_a_row() -> None:
    last = grid.first_days_rows()[-1]
    assert last.number == 98
    assert [one.key if one else "" for one in last.stages] == ["d98", "d99", "d100", *[""] * 4]


def test_months_have_birthdays_and_the_days_between() -> None:
    rows = grid.month_rows(stages("m4", "d110", "d112", "y1"), last_birthday=3)
    assert [row.number for row in rows] == list(range(3, 37))
    by_month = {row.number: [one.key if one else "" for one in row.stages] for row in rows}
    assert by_month[3] == ["m3", "", "d110", "d112"]
    assert by_month[4] == ["m4", "", "", ""]
    assert by_month[12] == ["", "y1", "", ""]


def test_a_course_that_ends_at_the_first_birthday_shows_no_more() -> None:
    assert grid.month_rows([], last_birthday=1)[-1].number == 12


def test_a_week_without_its_text_is_a_gap_on_the_usual_day() -> None:
    rows = grid.pregnancy_rows()
    filled = {row.stages[0] for row in rows if row.stages[0]} - stages("p20w0d")
    assert grid.week_gaps(rows, filled) == stages("p20w0d")


def test_where_texts_come_daily_one_missing_day_is_a_gap() -> None:
    rows = grid.pregnancy_rows()
    filled = {one for row in rows for one in row.stages if one} - stages("p20w3d")
    assert grid.week_gaps(rows, filled) == stages("p20w3d")


def test_a_text_on_another_day_of_the_week_fills_the_week() -> None:
    rows = grid.pregnancy_rows()
    filled = {row.stages[0] for row in rows if row.stages[0]} - stages("p20w0d")
    assert not grid.week_gaps(rows, filled | stages("p20w4d"))


def test_nothing_written_yet_has_no_gaps() -> None:
    assert not grid.week_gaps(grid.pregnancy_rows(), set())
    assert not grid.month_gaps(grid.month_rows([], 3), set())


def test_a_month_is_filled_by_anything_that_arrives_in_it() -> None:
    filled = stages("d98", "m4", "m5", "m6", "m8", "m9", "m10", "m11", "y1")
    rows = grid.month_rows(filled, last_birthday=1)
    assert grid.month_gaps(rows, filled) == stages("m7")
    assert grid.month_gaps(rows, filled - stages("y1")) == stages("m7", "y1")


def test_only_gaps_that_a_reader_meets_soon_are_near() -> None:
    gap = Stage.parse("p20w0d")
    due = ON + timedelta(days=280 - 140 + 5)
    assert grid.met_within([gap], {(Kind.PREGNANCY, due): 1}, ON, 21) == {
        gap: ON + timedelta(days=5)
    }
    assert grid.met_within([gap], {(Kind.PREGNANCY, due + timedelta(days=17)): 1}, ON, 21) == {}
    assert grid.met_within([gap], {(Kind.CHILD, due): 1}, ON, 21) == {}


@pytest.mark.parametrize(
    ("key", "days"), [("p12w3d", (87, 87)), ("d5", (5, 5)), ("y1", (365, 366))]
)
def test_the_days_on_which_a_stage_can_come(key: str, days: tuple[int, int]) -> None:
    assert grid.span(Stage.parse(key)) == days


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(3, 36))
def test_no_month_comes_outside_its_span(birth: date, month: int) -> None:
    stage = Stage(Unit.LIFE_MONTH, month)
    first, last = grid.span(stage)
    assert first <= (falls_on(stage, birth) - birth).days <= last
