"""No hidden number can be worked out: tables at random, and an opponent with pencil and paper."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.domain import suppress
from delivery.domain.suppress import INSIDE, OWN, PEERS, PUBLIC, Policy

counts = st.one_of(st.integers(0, 12), st.integers(0, 400))
lines = st.lists(counts, min_size=1, max_size=8)
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=6)
)
TEN = Policy(base=0, threshold=10)


def determined(equations: list[dict[object, int]], unknown: Sequence[object]) -> set[object]:
    """Which unknowns a system of linear equations fixes: those that no free direction moves."""
    matrix = [[Fraction(one.get(name, 0)) for name in unknown] for one in equations]
    pivots: list[int] = []
    row = 0
    for column in range(len(unknown)):
        found = next((r for r in range(row, len(matrix)) if matrix[r][column]), None)
        if found is None:
            continue
        matrix[row], matrix[found] = matrix[found], matrix[row]
        factor = matrix[row][column]
        matrix[row] = [value / factor for value in matrix[row]]
        for other in range(len(matrix)):
            if other != row and matrix[other][column]:
                times = matrix[other][column]
                matrix[other] = [
                    a - times * b for a, b in zip(matrix[other], matrix[row], strict=True)
                ]
        pivots.append(column)
        row += 1
    free = set(range(len(unknown))) - set(pivots)
    return {
        unknown[column]
        for r, column in enumerate(pivots)
        if not any(matrix[r][other] for other in free)
    }


@given(tables)
@settings(max_examples=300, deadline=None)
def test_no_hidden_cell_of_a_table_follows_from_its_sums(rows: list[list[int]]) -> None:
    whole = suppress.with_sums(rows)
    hidden = suppress.hide(whole, 10)
    height, width = len(whole), len(whole[0])
    equations: list[dict[object, int]] = []
    for r in range(height):
        signs = {(r, c): -1 if c == width - 1 else 1 for c in range(width)}
        equations.append({cell: sign for cell, sign in signs.items() if cell in hidden})
    for c in range(width):
        signs = {(r, c): -1 if r == height - 1 else 1 for r in range(height)}
        equations.append({cell: sign for cell, sign in signs.items() if cell in hidden})
    assert determined(equations, sorted(hidden)) == set()


@given(tables)
@settings(max_examples=200, deadline=None)
def test_every_small_number_is_hidden_and_what_is_shown_is_true(rows: list[list[int]]) -> None:
    shown = suppress.table(rows, TEN)
    for true, seen in zip(suppress.with_sums(rows), shown, strict=True):
        for value, told in zip(true, seen, strict=True):
            assert told == value if told is not None else True
            assert told is None or not 0 < value < 10


@given(lines)
@settings(max_examples=300, deadline=None)
def test_one_hidden_part_never_stands_alone(values: list[int]) -> None:
    parts, total = suppress.line(values, TEN)
    assert [*parts, total].count(None) != 1
    for value, told in zip([*values, sum(values)], [*parts, total], strict=True):
        assert told is None or (told == value and not 0 < value < 10)


@given(st.lists(st.integers(0, 6), min_size=2, max_size=6), st.integers(10, 60))
def test_what_is_hidden_of_a_line_is_together_no_small_number(small: list[int], large: int) -> None:
    parts, total = suppress.line([*small, large], TEN)
    if total is not None and None in parts:
        assert total - sum(told for told in parts if told is not None) >= 10


def test_two_ones_are_not_told_by_their_sum() -> None:
    assert suppress.line([1, 1, 40, 30], TEN) == ([None, None, 40, None], 72)


def test_the_next_smallest_goes_with_a_small_one() -> None:
    assert suppress.line([3, 50, 20, 0], TEN) == ([None, 50, None, 0], 73)


def test_a_table_of_few_is_not_broken_down_at_all() -> None:
    assert suppress.line([20, 25], PUBLIC) == ([None, None], 50)
    assert suppress.line([2, 2], PUBLIC) == ([None, None], None)


def test_what_is_published_is_rounded_to_ten() -> None:
    assert suppress.line([104, 95], PUBLIC) == ([100, 100], 200)
    assert suppress.single(14, PUBLIC) == 10
    assert suppress.single(9, PUBLIC) is None
    assert suppress.single(0, PUBLIC) == 0


def test_inside_everything_is_shown_and_the_own_municipality_sees_from_five_on() -> None:
    assert suppress.line([1, 2, 0], INSIDE) == ([1, 2, 0], 3)
    assert suppress.line([4, 5, 12], OWN) == ([None, None, 12], 21)
    assert suppress.single(9, PEERS) is None


def test_a_small_sum_of_a_row_is_hidden_as_well() -> None:
    shown = suppress.table([[2, 1], [30, 40]], TEN)
    assert shown[0] == [None, None, None]
    assert shown[2][2] == 73 or shown[2][2] is None


def test_a_table_without_a_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="one row"):
        suppress.table([], TEN)
