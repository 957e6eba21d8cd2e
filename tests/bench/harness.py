"""What a measure is, how it is repeated, and how the results are shown and kept.

A module of measures has functions under ``@measure``: each takes ``Options`` and returns one
``Measured`` or several. It runs in a process of its own, Django set up, as the weak role, on a
migrated and empty database that nobody else uses (``tests.bench.one``).
"""

import json
import math
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MODULES = (
    "planning",
    "growth",
    "dashboards",
    "figures",
    "email",
    "line",
    "morning",
    "urgent",
    "signup",
    "nation",
)
"""In this order. ``nation`` runs only when asked for."""
KEYS = ("measure", "unit", "ours", "beside", "ratio", "target", "met", "runs")


@dataclass(frozen=True)
class Options:
    """``quick``: a tenth or less, to see that it works; its figures are not for quoting."""

    quick: bool = False
    nation: bool = False
    rows: int | None = None
    """Instead of the measure's own number of rows, where it has one."""
    runs: int | None = None
    """Instead of the measure's own number of runs."""


@dataclass(frozen=True)
class Measured:
    """One line of the table.

    ``ratio`` is ours against the first of ``beside`` unless ``target`` says otherwise. ``met`` is
    None where nothing was aimed at. ``notes`` are printed below the table and not kept.
    """

    measure: str
    unit: str
    ours: float
    beside: dict[str, float] = field(default_factory=dict)
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    runs: int = 1
    notes: tuple[str, ...] = ()


Measure = Callable[[Options], Measured | Iterable[Measured]]
_measures: list[Measure] = []


def measure(function: Measure) -> Measure:
    """Register a function; it runs when its module is asked for, in the order of the file."""
    _measures.append(function)
    return function


def run_module(module: str, options: Options) -> list[Measured]:
    """Run the measures of a module that is imported already, one after the other."""
    found: list[Measured] = []
    for one in [one for one in _measures if one.__module__ == module]:
        made = one(options)
        found += [made] if isinstance(made, Measured) else made
    return found


def seconds(work: Callable[[], Any]) -> float:
    """How long it took, by the clock on the wall."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(runs: Sequence[float]) -> float:
    """The middle run; of two runs the mean."""
    return statistics.median(runs)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest observed value that ``share`` (0…1) of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def write(path: Path, results: Iterable[Measured]) -> None:
    """The results of this run as a JSON list of objects with ``KEYS``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [{key: asdict(one)[key] for key in KEYS} for one in results]
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(results: Sequence[Measured]) -> str:
    """The results for a terminal: one line each, what stood beside below it, then the notes."""
    lines = [("measure", "ours", "ratio", "target", "met", "runs")]
    for one in results:
        lines.append(
            (
                one.measure,
                f"{figure(one.ours)} {one.unit}",
                "" if one.ratio is None else f"{one.ratio:.2f}",
                one.target,
                {None: "", True: "yes", False: "NO"}[one.met],
                str(one.runs),
            )
        )
        lines += [
            (f"  beside: {name}", f"{figure(value)} {one.unit}", "", "", "", "")
            for name, value in one.beside.items()
        ]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(lines[0]))]
    lines.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
    text = [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        )
        for line in lines
    ]
    notes = [f"{one.measure}: {note}" for one in results for note in one.notes]
    return "\n".join([line.rstrip() for line in text] + ([""] if notes else []) + notes) + "\n"


def figure(value: float) -> str:
    """Three figures that mean something: ``1,234,567``, ``12.3``, ``0.0123``."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
