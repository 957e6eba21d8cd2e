"""Who still receives after so many weeks; who grew out is not counted as lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.domain.life_table import Interval, survival


def test_leaving_lowers_the_share_and_growing_out_does_not() -> None:
    curve = survival([Interval(0, 100, 10, 0), Interval(1, 90, 0, 40), Interval(2, 50, 5, 0)])
    assert [(one.weeks, round(one.share, 3)) for one in curve] == [(0, 1.0), (1, 0.9), (2, 0.9)]


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
    shares = [one.share for one in survival(intervals)]
    assert all(0 <= share <= 1 for share in shares)
    assert shares == sorted(shares, reverse=True)
