"""Planning ten, a hundred and a thousand times as much: seconds a row and memory must stay flat."""

from collections.abc import Iterator
from pathlib import Path

import psycopg

from kizuna.lib import clock
from tests.bench import country, planning, world
from tests.bench.harness import Measured, Options, measure

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (2_000, 10_000)
READERS_A_PLACE = 2_000
FLAT = 1.2
"""Times the smallest: more is growth."""
MOST_MEMORY = 250.0
"""MiB of one worker."""


@measure
def rows(options: Options) -> Iterator[Measured]:
    """One first plan of each size, on fresh tables, as many municipalities as the size needs."""
    sizes, today = QUICK_SIZES if options.quick else SIZES, clock.today()
    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}
    memory: dict[str, float] = {}
    for size in sizes:
        clear()
        made = world.make(size, max(1, size // READERS_A_PLACE), today)
        planning.empty()
        forget_peak()
        cost = planning.plan(made, today)
        name = f"{size:,} rows"
        wall[name] = cost.wall / size * 1e6
        cpu[name] = (cost.client + cost.server) / size * 1e6
        memory[name] = peak_mib()
    yield _flat("planning, growth: time", "µs a row", wall, f"≤ {FLAT} × the smallest")
    yield _flat("planning, growth: CPU", "µs a row", cpu, f"≤ {FLAT} × the smallest")
    most = _flat("planning, growth: memory of the planner", "MiB", memory, "< 250 MiB")
    yield Measured(
        most.measure, most.unit, most.ours, most.beside, most.ratio, most.target,
        max(memory.values()) < MOST_MEMORY,
    )  # fmt: skip


def _flat(name: str, unit: str, values: dict[str, float], target: str) -> Measured:
    """The largest size beside the smaller ones; the ratio is to the smallest."""
    *smaller, largest = values
    ratio = values[largest] / values[smaller[0]]
    beside = {one: values[one] for one in smaller}
    return Measured(
        f"{name} at {largest}", unit, values[largest], beside, ratio, target, ratio <= FLAT
    )


def clear() -> None:
    """An empty installation again."""
    with psycopg.connect(country.administrator(), autocommit=True) as administrator:
        administrator.execute(
            "TRUNCATE municipalities_municipality, municipalities_staffuser,"
            " stage_messages_basetext, delivery_delivery CASCADE"
        )


def forget_peak() -> None:
    """From now on the kernel notes this process's highest memory anew (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mib() -> float:
    """The highest resident memory since then."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
