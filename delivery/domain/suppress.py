"""Small numbers are not shown where they would tell about somebody, and cannot be worked out either.

Primary: a number from 1 to ``threshold - 1`` is hidden. Complementary: as long as a hidden number
follows from the sums that stand beside it, a further one is hidden. A table's sums are cells like
the others: a sum of 3 is as telling as a cell of 3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """What an audience may see. ``base``: the least sum of a table that is shown at all;
    ``threshold``: the least number that is shown; ``rounding``: to what numbers are rounded."""

    base: int
    threshold: int
    rounding: int = 1

    def rounded(self, value: int) -> int:
        """To the nearest step, halves upwards."""
        return (2 * value + self.rounding) // (2 * self.rounding) * self.rounding


INSIDE = Policy(base=0, threshold=1)
"""The NPO's own analysis: everything."""
OWN = Policy(base=10, threshold=5)
"""A municipality about its own readers, in tables that break them down."""
PEERS = Policy(base=30, threshold=10)
"""Other municipalities."""
PUBLIC = Policy(base=50, threshold=10, rounding=10)
"""Everybody, and whatever is made to be published."""


def single(value: int, policy: Policy) -> int | None:
    """A number that stands alone, rounded; None: not to be shown."""
    return None if 0 < value < policy.threshold else policy.rounded(value)


def line(values: Sequence[int], policy: Policy) -> tuple[list[int | None], int | None]:
    """Parts of one sum, and the sum, as they may be shown. None: hidden.

    Never exactly one of them is hidden, and what is hidden adds up to the threshold at least where
    there is more to hide.
    """
    total = sum(values)
    if total < policy.base:
        return [None] * len(values), single(total, policy)
    cells = [*values, total]
    hidden = {n for n, value in enumerate(cells) if 0 < value < policy.threshold}
    parts = sorted(range(len(values)), key=lambda n: (values[n] == 0, values[n]))
    while hidden and (len(hidden) == 1 or sum(cells[n] for n in hidden) < policy.threshold):
        rest = [n for n in parts if n not in hidden]
        if not rest or (len(hidden) > 1 and not values[rest[0]]):
            break
        hidden.add(rest[0])
    shown = [None if n in hidden else policy.rounded(value) for n, value in enumerate(cells)]
    return shown[:-1], shown[-1]


def table(rows: Sequence[Sequence[int]], policy: Policy) -> list[list[int | None]]:
    """A table with its sums as the last column and the last row, as it may be shown.

    ``rows`` are the cells without sums, all of the same length. Raises ValueError for none.
    """
    whole = with_sums(rows)
    hidden = hide(whole, policy.threshold)
    return [
        [None if (r, c) in hidden else policy.rounded(value) for c, value in enumerate(row)]
        for r, row in enumerate(whole)
    ]


def with_sums(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """The same with a column of sums and a row of sums."""
    if not rows or not rows[0]:
        raise ValueError("A table has one row and one column at least.")
    longer = [[*row, sum(row)] for row in rows]
    return [*longer, [sum(column) for column in zip(*longer, strict=True)]]


def hide(whole: Sequence[Sequence[int]], threshold: int) -> set[Cell]:
    """Which cells of a table with sums must be hidden.

    Each row and each column is one equation. A hidden cell follows from them exactly where it is a
    bridge of the graph that joins row and column of every hidden cell: so bridges are closed to
    circles, by cells as small as possible.
    """
    hidden = {
        (r, c)
        for r, row in enumerate(whole)
        for c, value in enumerate(row)
        if 0 < value < threshold
    }
    while (more := _weak_line(whole, hidden, threshold)) or (more := _circle(whole, hidden)):
        hidden |= more
    return hidden


def _weak_line(whole: Sequence[Sequence[int]], hidden: set[Cell], threshold: int) -> set[Cell]:
    """The next smallest cell of a line whose hidden cells together are still a small number."""
    for cells in _lines(len(whole), len(whole[0])):
        gone = [cell for cell in cells if cell in hidden]
        if gone and sum(whole[r][c] for r, c in gone) < threshold:
            left = [cell for cell in cells if cell not in hidden and whole[cell[0]][cell[1]]]
            if left:
                return {min(left, key=lambda cell: whole[cell[0]][cell[1]])}
    return set()


def _lines(rows: int, columns: int) -> Iterator[list[Cell]]:
    yield from ([(r, c) for c in range(columns)] for r in range(rows))
    yield from ([(r, c) for r in range(rows)] for c in range(columns))


def _circle(whole: Sequence[Sequence[int]], hidden: set[Cell]) -> set[Cell]:
    """The cells that close the first bridge to a circle; none where there is no bridge."""
    for cell in sorted(hidden):
        way = _way_around(whole, hidden, cell)
        if way - hidden:
            return way - hidden
    return set()


def _way_around(whole: Sequence[Sequence[int]], hidden: set[Cell], cell: Cell) -> set[Cell]:
    """The cheapest way from a cell's row to its column without the cell itself.

    A hidden cell costs nothing, another one its value; a 0 is the last resort.
    """
    height, width = len(whole), len(whole[0])
    dear = 1 + sum(sum(row) for row in whole)
    goal = height + cell[1]
    queue: list[tuple[int, int]] = [(0, cell[0])]
    best = {cell[0]: 0}
    came: dict[int, tuple[int, Cell]] = {}
    while queue:
        cost, here = heappop(queue)
        if here == goal:
            break
        if cost > best[here]:
            continue
        for there in range(height, height + width) if here < height else range(height):
            step = (min(here, there), max(here, there) - height)
            if step == cell:
                continue
            price = cost if step in hidden else cost + (whole[step[0]][step[1]] or dear)
            if price < best.get(there, price + 1):
                best[there] = price
                came[there] = (here, step)
                heappush(queue, (price, there))
    way = set()
    while goal != cell[0]:
        goal, step = came[goal]
        way.add(step)
    return way
