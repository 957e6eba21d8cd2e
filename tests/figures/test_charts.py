"""Where the marks of a chart stand: heights tell values, gaps stay gaps, and nothing is made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.lib import charts
from kizuna.lib.charts import HEIGHT, WIDTH, Bar, Series

LABELS = ["26/01", "26/02", "26/03"]


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
        (0, 1600, [0, 500, 1000, 1500, 2000]),
        (-66, 98, [-100, -50, 0, 50, 100]),
        (0, 0.009, [0, 0.0025, 0.005, 0.0075, 0.01]),
    ],
)
def test_an_axis_counts_in_round_numbers_and_holds_zero(
    low: float, high: float, wanted: list[float]
) -> None:
    assert charts.steps(low, high) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0, 0, [0, 1]),
        (0, 1, [0, 1]),
        (0, 3, [0, 1, 2, 3]),
        (-1, 2, [-1, 0, 1, 2]),
        (0, 9, [0, 5, 10]),
        (0, 90, [0, 25, 50, 75, 100]),
    ],
)
def test_an_axis_of_counts_has_no_part_of_one(low: int, high: int, wanted: list[float]) -> None:
    assert charts.steps(low, high, whole=True) == wanted


@given(st.integers(-10_000_000, 10_000_000), st.integers(-10_000_000, 10_000_000))
def test_ticks_of_counts_are_written_exactly(one: int, other: int) -> None:
    low, high = sorted((one, other))
    for value in charts.steps(low, high, whole=True):
        assert float(charts.plain(value).replace(",", "")) == value == int(value)


@given(st.floats(0.0001, 10))
def test_ticks_of_shares_are_written_exactly(high: float) -> None:
    for value in charts.steps(0, high):
        text = charts.percent(value)
        assert float(text.rstrip("%").replace(",", "")) == pytest.approx(value * 100, rel=1e-9)
        assert len(text) < 9


@given(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
def test_an_axis_reaches_from_the_least_to_the_most(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = charts.steps(low, high)
    slack = (ticks[-1] - ticks[0]) * 1e-6
    assert ticks[0] - slack <= low
    assert ticks[-1] + slack >= high
    assert 2 <= len(ticks) <= 8


def test_columns_stand_on_each_other_and_hang_below_the_axis() -> None:
    up = [Series("a", [10, 20, 0]), Series("b", [10, 0, 5])]
    drawing = charts.columns(LABELS, up, [Series("c", [10, None, 2])], Series("d", [10, 20, 3]))
    first, second, below = (next(box for box in drawing.boxes if box.n == n) for n in (1, 2, 3))
    assert first.y + first.height == drawing.zero
    assert second.y + second.height == first.y
    assert below.y == drawing.zero
    assert first.height == pytest.approx(second.height, abs=1)
    # A value of nothing leaves no mark, not even a thin one.
    assert len(drawing.boxes) == 2 + 2 + 2
    assert drawing.strokes[0].n == 4


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    drawing = charts.lines([0, 1, 2, 3], ["a", "b", "c", "d"], [Series("", [1, None, 2, 3])])
    assert drawing.strokes[0].path.count("M") == 2
    assert len(drawing.strokes[0].points) == 3


def test_a_curve_of_those_who_stay_goes_down_in_stairs() -> None:
    drawing = charts.lines([0, 4], ["0", "4"], [Series("", [1.0, 0.9])], stairs=True)
    assert "H" in drawing.strokes[0].path
    assert "L" not in drawing.strokes[0].path


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=40))
def test_every_mark_is_inside_of_the_drawing(values: list[float | None]) -> None:
    labels = [f"26/{n:02}" for n in range(len(values))]
    drawing = charts.columns(labels, [Series("", values)], (), Series("", values))
    for box in drawing.boxes:
        assert 0 <= box.x <= box.x + box.width <= WIDTH
        assert 0 <= box.y <= box.y + box.height <= HEIGHT
    for stroke in drawing.strokes:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in stroke.points)


def test_labels_that_would_touch_are_left_out_and_the_last_one_stays() -> None:
    labels = [f"26/{n:02}" for n in range(37)]
    drawing = charts.columns(labels, [Series("", [1.0] * 37)])
    below = [word.text for word in drawing.words if word.anchor == "middle"]
    assert below[-1] == "26/36"
    assert 5 < len(below) < 20


def test_a_range_lies_around_its_bar() -> None:
    drawing = charts.bars([Bar("x", 0.5, "50%", 0.4, 0.7), Bar("y", None, "x")])
    box, whisker = drawing.boxes[0], drawing.whiskers[0]
    assert whisker.low < box.x + box.width < whisker.high
    assert len(drawing.boxes) == 1


def test_shares_are_told_as_percent() -> None:
    assert charts.percent(0.005) == "0.5%"
    assert charts.percent(0.0025) == "0.25%"
    assert charts.percent(1) == "100%"
    assert charts.plain(12000) == "12,000"


def test_what_runs_in_time_is_seen_from_its_end() -> None:
    series = [Series("", [1, 2, 3])]
    assert charts.columns(LABELS, series).newest_last
    assert charts.lines([0, 1, 2], LABELS, series).newest_last
    assert not charts.lines([0, 1, 2], LABELS, series, stairs=True).newest_last
    assert not charts.bars([Bar("x", 1, "1")]).newest_last
