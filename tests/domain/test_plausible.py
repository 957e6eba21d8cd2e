"""A due date or birth date that cannot be meant is asked about before anything is planned."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.domain.dates import DateProblem
from municipalities.domain.plausible import check_birth_date, check_due_and_birth, check_due_date

TODAY = date(2026, 5, 1)


def _after(days: int) -> date:
    return TODAY + timedelta(days=days)


def _due(due: date) -> DateProblem:
    with pytest.raises(DateProblem) as caught:
        check_due_date(due, TODAY)
    return caught.value


def _birth(birth: date, on: date = TODAY, last_birthday: int = 3) -> DateProblem:
    with pytest.raises(DateProblem) as caught:
        check_birth_date(birth, on, last_birthday)
    return caught.value


@given(st.integers(-14, 280))
def test_a_due_date_from_two_weeks_ago_to_forty_weeks_ahead_is_taken(days: int) -> None:
    check_due_date(_after(days), TODAY)


@pytest.mark.parametrize("days", [281, 300, 400])
def test_a_due_date_too_far_ahead_is_refused_and_the_limit_shown(days: int) -> None:
    problem = _due(_after(days))
    assert problem.code == "due_far"
    assert "2027年2月5日まで" in problem.message_ja


def test_a_due_date_just_past_is_refused_with_the_week_and_the_question() -> None:
    problem = _due(_after(-15))
    assert problem.code == "due_passed"
    assert "妊娠42週1日" in problem.message_ja
    assert "もう生まれていますか" in problem.message_ja


@pytest.mark.parametrize(("days", "code"), [(-60, "due_passed"), (-140, "due_passed")])
def test_a_due_date_weeks_past_asks_the_same(days: int, code: str) -> None:
    assert _due(_after(days)).code == code


@pytest.mark.parametrize("due", [_after(-141), date(1900, 1, 1), date.min])
def test_a_due_date_long_past_is_refused_with_a_hint_at_the_year(due: date) -> None:
    problem = _due(due)
    assert problem.code == "due_long_past"
    assert "年を確かめて" in problem.message_ja


@pytest.mark.parametrize(
    ("swapped", "code"), [(date(2026, 3, 8), "due_passed"), (date(2027, 5, 1), "due_far")]
)
def test_month_and_day_swapped_is_refused_where_it_leaves_the_range(
    swapped: date, code: str
) -> None:
    meant = date(swapped.year, swapped.day, swapped.month)
    check_due_date(meant, TODAY)
    assert _due(swapped).code == code


@pytest.mark.parametrize("birth", [TODAY, _after(-1), date(2023, 5, 2), date(2023, 5, 1)])
def test_a_birth_date_from_today_back_to_the_last_birthday_is_taken(birth: date) -> None:
    check_birth_date(birth, TODAY, 3)


def test_the_day_after_the_last_birthday_is_too_late() -> None:
    problem = _birth(date(2023, 4, 30))
    assert problem.code == "birth_too_early"
    assert "3歳の誕生日まで" in problem.message_ja


def test_a_child_of_29_february_has_its_birthday_on_1_march() -> None:
    check_birth_date(date(2024, 2, 29), date(2027, 3, 1), 3)
    assert _birth(date(2024, 2, 29), date(2027, 3, 2)).code == "birth_too_early"
    check_birth_date(date(2024, 2, 29), date(2028, 2, 29), 4)
    assert _birth(date(2024, 2, 29), date(2028, 3, 1), 4).code == "birth_too_early"


@pytest.mark.parametrize("birth", [_after(1), _after(365), date.max])
def test_a_birth_in_the_future_is_refused_with_a_way_to_the_due_date(birth: date) -> None:
    problem = _birth(birth)
    assert problem.code == "birth_future"
    assert "出産予定日" in problem.message_ja


@pytest.mark.parametrize("birth", [date(1996, 5, 1), date(1900, 1, 1), date.min])
def test_the_parents_own_birth_date_is_refused_with_a_hint_at_the_child(birth: date) -> None:
    problem = _birth(birth)
    assert problem.code == "birth_parent"
    assert "お子さんの生年月日" in problem.message_ja


def test_a_programme_to_eighteen_takes_children_of_seventeen() -> None:
    check_birth_date(date(2009, 1, 1), TODAY, 18)
    assert _birth(date(2008, 4, 30), last_birthday=18).code == "birth_parent"


@pytest.mark.parametrize("days", [-140, -70, 0, 14, 28])
def test_a_birth_before_or_after_its_due_date_is_taken(days: int) -> None:
    check_due_and_birth(TODAY, _after(days))


@pytest.mark.parametrize("days", [-200, -141, 29, 200])
def test_a_birth_that_belongs_to_another_due_date_is_refused(days: int) -> None:
    with pytest.raises(DateProblem) as caught:
        check_due_and_birth(TODAY, _after(days))
    assert caught.value.code == "due_and_birth_apart"
    assert f"{abs(days)}日" in caught.value.message_ja


@given(st.dates(), st.dates(max_value=date(9900, 1, 1)), st.integers(1, 18))
def test_any_pair_of_days_is_taken_or_told_and_nothing_else_happens(
    day: date, on: date, last_birthday: int
) -> None:
    with suppress(DateProblem):
        check_due_date(day, on)
    with suppress(DateProblem):
        check_birth_date(day, on, last_birthday)
    with suppress(DateProblem):
        check_due_and_birth(day, on)
