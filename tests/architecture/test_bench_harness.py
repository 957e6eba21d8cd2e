"""The benchmark's frame: its figures, its table, its file. The measures themselves take minutes."""

import importlib.util
import json
from pathlib import Path

import pytest

from tests.bench import harness
from tests.bench.harness import Measured, Options, figure, percentile, table, write
from tests.bench.world import sizes_log_uniform

FAST = Measured(
    "one thing", "s", 10.0, {"COPY": 8.0, "a loop": 400.0}, 1.25, "≤ 1.5 × COPY", True, 3
)
SLOW = Measured("別の測定", "ms", 0.0123, target="< 300 ms", met=False, notes=("why it is slow",))


def test_the_file_is_a_list_of_objects_with_the_agreed_keys(tmp_path: Path) -> None:
    write(tmp_path / "build" / "bench.json", [FAST, SLOW])
    kept = json.loads((tmp_path / "build" / "bench.json").read_text(encoding="utf-8"))
    assert [list(one) for one in kept] == [list(harness.KEYS)] * 2
    assert kept[0]["beside"] == {"COPY": 8.0, "a loop": 400.0}
    assert (kept[1]["met"], kept[1]["ratio"]) == (False, None)


def test_the_table_says_what_was_missed_and_what_stood_beside() -> None:
    lines = table([FAST, SLOW]).splitlines()
    assert lines[2].split() == [
        "one",
        "thing",
        "10.0",
        "s",
        "1.25",
        "≤",
        "1.5",
        "×",
        "COPY",
        "yes",
        "3",
    ]
    assert lines[3].split() == ["beside:", "COPY", "8.00", "s"]
    assert lines[5].split() == ["別の測定", "0.0123", "ms", "<", "300", "ms", "NO", "1"]
    assert lines[-1] == "別の測定: why it is slow"


def test_wide_characters_keep_the_columns_straight() -> None:
    lines = table([FAST, SLOW]).splitlines()
    assert lines[2].index("10.0") == lines[5].index("0.0123") + len("別の測定")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234567.8, "1,234,568"), (12.345, "12.3"), (0.001234, "0.00123"), (0, "0")],
)
def test_a_figure_shows_what_it_knows(value: float, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(("share", "found"), [(0.5, 5), (0.95, 10), (0.9, 9), (0.0, 1), (1.0, 10)])
def test_a_percentile_is_a_value_that_was_observed(share: float, found: float) -> None:
    assert percentile([3, 1, 2, 5, 4, 10, 9, 8, 7, 6], share) == found


def test_a_measure_may_return_one_result_or_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "_measures", [])
    harness.measure(lambda _: FAST)
    harness.measure(lambda _: iter([FAST, SLOW]))
    assert harness.run_module(__name__, Options()) == [FAST, FAST, SLOW]
    assert harness.run_module("another.module", Options()) == []


def test_every_named_module_is_there() -> None:
    assert all(importlib.util.find_spec(f"tests.bench.{name}") for name in harness.MODULES)


def test_the_sizes_add_up_and_spread_over_three_orders_of_magnitude() -> None:
    sizes = sizes_log_uniform(1_000_000, 500)
    assert (sum(sizes), len(sizes), min(sizes) > 0) == (1_000_000, 500, True)
    assert max(sizes) > 300 * min(sizes)
