"""Where the marks of a chart stand. Pure arithmetic in whole units of an SVG's view box; the templates
``components/chart*.html`` draw them. A series is told by pattern, dash and shape, never by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 76, 20, 18, 44
NOTHING = 1e-9
"""A span that is none: no step of it could be told from the next."""
ROW, NAMES, NUMBERS = 34, 190, 110
"""Of horizontal bars: height of a row, room for the names and for the numbers."""


@dataclass(frozen=True, slots=True)
class Series:
    """One sort of mark. ``values``: one for each place of the axis; None where nothing is known."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of series ``n`` (from 1)."""

    n: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of series ``n``: an SVG path and the places of its marks."""

    n: int
    path: str
    points: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Word:
    """A label at a place; ``anchor`` is SVG's text-anchor."""

    x: int
    y: int
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Whisker:
    """A range on a horizontal bar."""

    low: int
    high: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All marks of one chart. ``rules`` are the heights of the grid's lines, ``zero`` the axis."""

    height: int
    rules: Sequence[int] = ()
    zero: int = 0
    boxes: Sequence[Box] = ()
    strokes: Sequence[Stroke] = ()
    words: Sequence[Word] = ()
    whiskers: Sequence[Whisker] = ()
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT
    newest_last: bool = False
    """Time runs to the right: where there is no room for all of it, its end is seen first."""


def steps(low: float, high: float, about: int = 4, *, whole: bool = False) -> list[float]:
    """Round numbers from at or below ``low`` to at or above ``high``; 0 is always among them.

    ``whole``: of what is counted, so that no step is a part of one.
    """
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < NOTHING:
        high = low + 1
    raw = (high - low) / about
    power = 10.0 ** floor(log10(raw))
    if whole and raw < 1:
        raw = power = 1.0
    fits = (1, 2, 5, 10) if whole and power < 10 else (1, 2, 2.5, 5, 10)
    step = next(power * times for times in fits if power * times >= raw * 0.999)
    return [step * n for n in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)]


def plain(value: float) -> str:
    """A tick: 12,000 or 2.5. To six places what it says is what it is."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(value: float) -> str:
    """A tick that is a share: 80% or 0.25%."""
    return f"{plain(value * 100)}%"


class _Scale:
    """From values to heights; ``tick``: counts ("plain"), or shares of one ("percent")."""

    def __init__(self, low: float, high: float, tick: str) -> None:
        self.ticks = steps(low, high, whole=tick == "plain")
        self._bottom, self._span = self.ticks[0], self.ticks[-1] - self.ticks[0]

    def y(self, value: float) -> int:
        return round(HEIGHT - BOTTOM - (value - self._bottom) / self._span * _HIGH)


_HIGH = HEIGHT - TOP - BOTTOM
_WIDE = WIDTH - LEFT - RIGHT


def _axis(scale: _Scale, tick: str) -> list[Word]:
    words = percent if tick == "percent" else plain
    return [Word(LEFT - 8, scale.y(one) + 5, words(one), "end") for one in scale.ticks]


def _below(places: Sequence[int], labels: Sequence[str]) -> list[Word]:
    """Labels of the axis, as many as fit, the last one always."""
    if not labels:
        return []
    need = max(len(one) for one in labels) * 11 + 10
    every = max(1, ceil(len(labels) * need / _WIDE))
    kept = set(range(len(labels) - 1, -1, -every))
    return [Word(places[n], HEIGHT - BOTTOM + 24, labels[n]) for n in sorted(kept)]


def columns(
    labels: Sequence[str],
    up: Sequence[Series],
    down: Sequence[Series] = (),
    line: Series | None = None,
    *,
    tick: str = "plain",
) -> Drawing:
    """Stacked columns: ``up`` above the axis, ``down`` below it (positive numbers), a line on top.

    The series count on from 1: up, down, line.
    """
    tops = [sum(one.values[n] or 0 for one in up) for n in range(len(labels))]
    lows = [-sum(one.values[n] or 0 for one in down) for n in range(len(labels))]
    along = [value for value in (line.values if line else ()) if value is not None]
    scale = _Scale(min([0, *lows, *along]), max([0, *tops, *along]), tick)
    slot = _WIDE / max(len(labels), 1)
    wide = max(2, round(min(slot * 0.7, 60)))
    centres = [round(LEFT + slot * (n + 0.5)) for n in range(len(labels))]
    boxes = [
        *_stack(up, 1, scale, centres, wide=wide, sign=1),
        *_stack(down, 1 + len(up), scale, centres, wide=wide, sign=-1),
    ]
    strokes = [_stroke(1 + len(up) + len(down), line, scale, centres)] if line else []
    return Drawing(
        HEIGHT,
        rules=[scale.y(one) for one in scale.ticks],
        zero=scale.y(0),
        boxes=boxes,
        strokes=strokes,
        words=[*_axis(scale, tick), *_below(centres, labels)],
        newest_last=True,
    )


def _stack(
    series: Sequence[Series],
    first: int,
    scale: _Scale,
    centres: Sequence[int],
    *,
    wide: int,
    sign: int,
) -> list[Box]:
    boxes = []
    for place, centre in enumerate(centres):
        base = 0.0
        for n, one in enumerate(series, first):
            value = one.values[place]
            if not value:
                continue
            ends = sorted((scale.y(base), scale.y(base + sign * value)))
            base += sign * value
            boxes.append(Box(n, centre - wide // 2, ends[0], wide, max(ends[1] - ends[0], 1)))
    return boxes


def _stroke(
    n: int, series: Series, scale: _Scale, places: Sequence[int], *, stairs: bool = False
) -> Stroke:
    """A line with gaps where nothing is known; ``stairs``: level until the next value."""
    path: list[str] = []
    points = []
    begins = True
    for x, value in zip(places, series.values, strict=False):
        if value is None:
            begins = True
            continue
        y = scale.y(value)
        points.append((x, y))
        if begins:
            path.append(f"M{x} {y}")
        else:
            path.append(f"H{x}V{y}" if stairs else f"L{x} {y}")
        begins = False
    return Stroke(n, "".join(path), points)


def lines(
    places: Sequence[float],
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    tick: str = "plain",
    stairs: bool = False,
    top: float | None = None,
) -> Drawing:
    """Lines over places that need not be evenly apart. ``top``: the axis reaches so high at least.

    ``stairs``: level until the next value, as a share of those who stay: it is read from its begin.
    """
    known = [value for one in series for value in one.values if value is not None]
    scale = _Scale(min([0, *known]), max([top or 0, *known]), tick)
    span = (max(places) - min(places)) or 1 if places else 1
    xs = [round(LEFT + (place - places[0]) / span * (_WIDE - 10)) for place in places]
    return Drawing(
        HEIGHT,
        rules=[scale.y(one) for one in scale.ticks],
        zero=scale.y(0),
        strokes=[
            _stroke(n, one, scale, xs, stairs=stairs) for n, one in enumerate(series, start=1)
        ],
        words=[*_axis(scale, tick), *_apart(xs, labels)],
        newest_last=not stairs,
    )


def _apart(places: Sequence[int], labels: Sequence[str]) -> list[Word]:
    """Labels from the right to the left, leaving out those that would touch their neighbour."""
    words: list[Word] = []
    limit = WIDTH
    for x, label in zip(reversed(places), reversed(labels), strict=True):
        half = len(label) * 6 + 6
        if x + half <= limit or not words:
            words.append(Word(x, HEIGHT - BOTTOM + 24, label))
            limit = x - half
    return words[::-1]


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of horizontal bars, with a range where there is one."""

    label: str
    value: float | None
    text: str
    low: float | None = None
    high: float | None = None


def bars(rows: Sequence[Bar]) -> Drawing:
    """Horizontal bars from 0, name before and number behind."""
    longest = max((one.high or one.value or 0 for one in rows), default=0) or 1
    room = WIDTH - NAMES - NUMBERS
    boxes, words, whiskers = [], [], []
    for n, one in enumerate(rows):
        y = n * ROW
        length = round((one.value or 0) / longest * room)
        end = length
        if one.value:
            boxes.append(Box(1, NAMES, y + 7, max(length, 1), ROW - 14))
        if one.low is not None and one.high is not None:
            low, end = round(one.low / longest * room), round(one.high / longest * room)
            whiskers.append(Whisker(NAMES + low, NAMES + end, y + ROW // 2))
        words.append(Word(NAMES - 10, y + ROW // 2 + 5, one.label, "end"))
        words.append(Word(NAMES + max(end, length) + 8, y + ROW // 2 + 5, one.text, "start"))
    return Drawing(
        max(len(rows) * ROW, ROW), zero=-1, boxes=boxes, words=words, whiskers=whiskers, left=NAMES
    )
