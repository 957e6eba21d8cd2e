"""Three boxes for a date: whatever is typed, the answer is that date or a sentence about one box."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.domain.boxes import BIRTH, DUE, Boxes, BoxProblem, date_in
from municipalities.domain.dates import era_year
from municipalities.domain.signup import (
    BORN,
    PREGNANT,
    Anchor,
    Mistake,
    due_from_week,
    judge_anchor,
)

TODAY = date(2026, 11, 25)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

days = st.dates(min_value=date(2019, 5, 1), max_value=date(2030, 12, 31))
anything = st.text(max_size=30) | st.from_regex(
    r"[0-9０-９年月日/.\-令和RH ]{0,12}", fullmatch=True
)


@given(days)
def test_a_day_is_read_back_however_it_is_written(day: date) -> None:
    year, month, number = str(day.year), str(day.month), str(day.day)
    for boxes in (
        Boxes(year, month, number),
        Boxes(f"{year}年", f"{month}月", f"{number}日"),
        Boxes(year.translate(FULL_WIDTH), month.translate(FULL_WIDTH), f" {number}\u3000"),
        Boxes(era_year(day), f"{day.month:02}", f"{day.day:02}"),
        Boxes(f"R{day.year - 2018}", month, number),
        Boxes(day.isoformat()),
        Boxes(f"{day:%Y%m%d}"),
        Boxes(f"{era_year(day)}{month}月{number}日"),
        Boxes(f"{year}/{month}/{number}", month, number),
    ):
        assert date_in(boxes, DUE) == day


@given(days)
def test_day_and_month_are_never_swapped(day: date) -> None:
    try:
        met = date_in(Boxes(str(day.year), str(day.day), str(day.month)), BIRTH)
    except BoxProblem:
        assert day.day > 12
    else:
        assert (met.month, met.day) == (day.day, day.month)


@given(anything, anything, anything)
def test_whatever_is_typed_there_is_a_date_or_a_sentence(year: str, month: str, day: str) -> None:
    for what in (DUE, BIRTH):
        met = told(Boxes(year, month, day), what)
        if isinstance(met, BoxProblem):
            assert met.box in {"year", "month", "day"}
            assert met.message_ja.endswith("。")
            assert met.message_en.endswith(".")


def told(boxes: Boxes, what: str) -> date | BoxProblem:
    try:
        return date_in(boxes, what)
    except BoxProblem as problem:
        return problem


@given(st.sampled_from([PREGNANT, BORN, "", "x"]), anything, anything, anything, anything)
def test_whatever_is_sent_there_is_an_anchor_or_one_thing_to_mend(
    state: str, year: str, month: str, day: str, weeks: str
) -> None:
    met = judge_anchor(state, Boxes(year, month, day), weeks, on=TODAY, last_birthday=3)
    if isinstance(met, Mistake):
        assert met.field in {"state-pregnant", "year", "month", "day", "weeks"}
    else:
        assert (met.due_date is None) != (met.birth_date is None)


@pytest.mark.parametrize("week", range(42))
def test_a_week_gives_a_date_that_is_three_days_off_at_most(week: int) -> None:
    met = judge_anchor(PREGNANT, Boxes(), str(week), on=TODAY, last_birthday=3)
    assert isinstance(met, Anchor)
    assert met.is_provisional
    assert met.due_date == due_from_week(str(week), TODAY)
    day = 280 - (met.due_date - TODAY).days
    assert divmod(day, 7) == (week, 3)


def test_a_date_that_is_known_beats_a_week() -> None:
    met = judge_anchor(PREGNANT, Boxes("2027/6/6"), "30", on=TODAY, last_birthday=3)
    assert met == Anchor(due_date=date(2027, 6, 6))


def test_the_limits_are_days_not_about_days() -> None:
    first, last = TODAY - timedelta(days=14), TODAY + timedelta(days=280)
    for day, fits in (
        (first, True),
        (first - timedelta(days=1), False),
        (last, True),
        (last + timedelta(days=1), False),
    ):
        met = judge_anchor(PREGNANT, Boxes(day.isoformat()), "", on=TODAY, last_birthday=3)
        assert isinstance(met, Anchor) is fits, day
