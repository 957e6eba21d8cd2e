"""Who still receives after so many weeks; who grew out is not counted as lost."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.domain.life_table import Interval, Point, survival
from delivery.domain.suppress import PUBLIC, Policy

TEN = Policy(base=50, threshold=10)
"""As for everybody, with the shares as they are."""
losses = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=13)


def table(begin: int, losses: list[tuple[int, int]]) -> list[Interval]:
    """A life table of ``begin`` readers of whom so many left and so many were last seen, step by step."""
    found = []
    for weeks, (most_left, most_censored) in enumerate(losses):
        left = min(most_left, begin)
        censored = min(most_censored, begin - left)
        found.append(Interval(weeks, begin, left, censored))
        begin -= left + censored
    return found


def shown(curve: list[Point]) -> list[Point]:
    return [one for one in curve if one.share is not None]


def test_leaving_lowers_the_share_and_growing_out_does_not() -> None:
    curve = survival([Interval(0, 100, 10, 0), Interval(1, 90, 0, 40), Interval(2, 50, 5, 0)])
    assert [(one.weeks, round(one.share or 0, 3)) for one in curve] == [
        (0, 1.0),
        (1, 0.9),
        (2, 0.9),
    ]


def test_who_grew_out_counts_as_half_an_interval_at_risk() -> None:
    curve = survival([Interval(0, 100, 10, 20), Interval(4, 70, 0, 0)])
    assert curve[1].share == pytest.approx(1 - 10 / 90)


def test_the_curve_ends_where_only_few_are_left() -> None:
    curve = survival([Interval(0, 12, 4, 0), Interval(1, 8, 1, 0)])
    assert [one.weeks for one in curve] == [0]


def test_without_readers_there_is_no_curve() -> None:
    assert survival([]) == []


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)), max_size=9)
)
def test_a_share_never_grows_and_stays_a_share(steps: list[tuple[int, int, int]]) -> None:
    intervals = [
        Interval(weeks, risk, min(left, risk), min(gone, risk - min(left, risk)))
        for weeks, (risk, left, gone) in enumerate(steps)
    ]
    shares = [one.share for one in survival(intervals) if one.share is not None]
    assert all(0 <= share <= 1 for share in shares)
    assert shares == sorted(shares, reverse=True)


def test_one_of_twelve_who_left_is_not_published() -> None:
    assert survival([Interval(0, 12, 1, 0), Interval(1, 11, 0, 0)], PUBLIC) == []
    curve = survival([Interval(0, 60, 1, 0), Interval(1, 59, 9, 0), Interval(2, 50, 0, 0)], PUBLIC)
    assert [(one.weeks, one.share) for one in curve] == [
        (0, 1.0),
        (1, None),
        (2, pytest.approx(5 / 6)),
    ]


def test_where_nobody_left_the_share_stays_what_it_was() -> None:
    curve = survival([Interval(0, 60, 0, 0), Interval(1, 60, 3, 0), Interval(2, 57, 0, 0)], PUBLIC)
    assert [one.share for one in curve] == [1.0, 1.0, None]


@given(st.integers(0, 300), losses)
def test_no_small_number_of_leavers_follows_from_two_shares(
    begin: int, steps: list[tuple[int, int]]
) -> None:
    intervals = table(begin, steps)
    curve = survival(intervals, TEN)
    assert begin >= 50 or curve == []
    for one, other in itertools.pairwise(shown(curve)):
        left = sum(step.left for step in intervals[one.weeks : other.weeks])
        assert left == 0 or left >= 10
        assert other.at_risk >= 10


@given(st.integers(50, 300), losses)
def test_what_is_published_is_a_share_of_numbers_in_tens(
    begin: int, steps: list[tuple[int, int]]
) -> None:
    for one in shown(survival(table(begin, steps), PUBLIC)):
        people = (one.share or 0) * PUBLIC.rounded(begin) / 10
        assert people == pytest.approx(round(people))
