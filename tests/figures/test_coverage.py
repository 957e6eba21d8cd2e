"""Children reached against births: two years in part, a range that says what is not known."""

from datetime import date

import pytest

from delivery.domain.coverage import cover, months_before


def test_twelve_months_take_their_part_of_both_years() -> None:
    found = cover(400, {2025: 1000, 2026: 800}, date(2026, 6, 30), 0, 12)
    assert found is not None
    assert found.births == pytest.approx(1000 * 184 / 365 + 800 * 181 / 365)
    assert not found.carried
    assert found.low < found.share < found.high


def test_a_year_nobody_wrote_down_is_carried_on_and_widens_the_range() -> None:
    known = cover(400, {2025: 1000, 2026: 1000}, date(2026, 6, 30), 0, 12)
    guessed = cover(400, {2025: 1000}, date(2026, 6, 30), 0, 12)
    assert known is not None
    assert guessed is not None
    assert guessed.carried
    assert guessed.share == pytest.approx(known.share)
    assert guessed.high - guessed.low > known.high - known.low


def test_without_births_there_is_no_share() -> None:
    assert cover(400, {}, date(2026, 6, 30), 0, 12) is None
    assert cover(3, {2026: 0, 2025: 0}, date(2026, 6, 30), 0, 12) is None


def test_more_children_than_births_is_told_as_it_is() -> None:
    found = cover(60, {2025: 50, 2026: 50}, date(2026, 6, 30), 0, 12)
    assert found is not None
    assert found.share > 1


def test_children_of_one_year_were_born_a_year_earlier() -> None:
    found = cover(100, {2024: 366, 2025: 730, 2026: 9999}, date(2025, 12, 31), 12, 24)
    assert found is not None
    assert found.births == pytest.approx(366)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_ago_end_with_the_month(day: date, months: int, then: date) -> None:
    assert months_before(day, months) == then
