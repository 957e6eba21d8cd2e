"""Planning a million rows of one day over 500 municipalities, beside COPY and a loop."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from unittest import mock

import psycopg
from django.db import connection

from delivery import planning
from delivery.models import Delivery
from delivery.planning import plan_day, whole_day
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.bench import country, world
from tests.bench.harness import Measured, Options, measure, median, seconds

ROWS, PLACES, RUNS = 1_000_000, 500, 3
QUICK_ROWS, QUICK_PLACES = 20_000, 20
SAMPLE = 5_000
STEPS = ("wanted_today", "freeze", "_write")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """Of one planning of the whole day: seconds by the wall, and of CPU here and in the server.

    CPU is the steadier figure: on a busy machine the wall also measures the neighbours.
    """

    wall: float = 0.0
    client: float = 0.0
    server: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    editions: int = 0

    @property
    def statement(self) -> float:
        return _statement(self.steps)


def _statement(steps: dict[str, float]) -> float:
    """The ledger's one statement: without choosing groups and freezing texts."""
    return steps["_write"] - steps.get("freeze", 0.0) - steps["wanted_today"]


@measure
def a_day(options: Options) -> Iterator[Measured]:
    """Plan, plan again, write the same rows by COPY, and a sample row by row; several times."""
    rows = options.rows or (QUICK_ROWS if options.quick else ROWS)
    places = QUICK_PLACES if options.quick else PLACES
    runs = options.runs or (1 if options.quick else RUNS)
    today = clock.today()
    made = world.make(rows, places, today)
    first, again, copied, looped = [], [], [], []
    for _ in range(runs):
        empty()
        first.append(plan(made, today))
        again.append(plan(made, today, nothing_new=True))
        copied.append(copy_the_same())
        looped.append(one_by_one() * rows)
    return results(rows, runs, first, again, copied, looped)


def results(
    rows: int,
    runs: int,
    first: list[Cost],
    again: list[Cost],
    copied: list[tuple[float, float]],
    looped: list[float],
) -> Iterator[Measured]:
    """The lines of the table: the whole, the statement alone, and the finished day once more."""
    copy, loop = median([wall for wall, _ in copied]), median(looped)
    copy_cpu = median([cpu for _, cpu in copied])
    whole, statement = median([c.wall for c in first]), median([c.statement for c in first])
    freeze = median([c.steps["freeze"] for c in first])
    repeat = median([c.wall for c in again])
    one = sorted(first, key=lambda cost: cost.wall)[len(first) // 2]
    yield Measured(
        f"planning {rows:,} rows, with {one.editions:,} texts composed and stored",
        "s",
        whole,
        {"COPY (limit)": copy, f"ORM row by row ({SAMPLE:,} scaled)": loop},
        whole / copy,
        "≤ 1.5 × COPY",
        whole <= 1.5 * copy,
        runs,
        (
            f"of it choosing groups {one.steps['wanted_today']:.1f} s,"
            f" texts {freeze:.1f} s ({freeze / max(1, one.editions) * 1e6:.0f} µs each),"
            f" the ledger's statement {one.statement:.1f} s",
            f"CPU: {one.client:.1f} s here, {one.server:.1f} s in the server; of both choosing groups"
            f" {one.cpu['wanted_today']:.1f} s, texts {one.cpu['freeze']:.1f} s, the ledger's"
            f" statement {_statement(one.cpu):.1f} s; COPY {copy_cpu:.1f} s",
        ),
    )
    yield Measured(
        f"planning {rows:,} rows, the ledger's statement alone",
        "s",
        statement,
        {"COPY (limit)": copy},
        statement / copy,
        "≤ 1.5 × COPY",
        statement <= 1.5 * copy,
        runs,
    )
    yield Measured(
        f"planning a finished day of {rows:,} rows again",
        "s",
        repeat,
        {"COPY (limit)": copy},
        repeat / copy,
        "≤ 0.3 × COPY",
        repeat <= 0.3 * copy,
        runs,
        (f"CPU: {again[0].client:.1f} s here, {again[0].server:.1f} s in the server",),
    )


def empty() -> None:
    """No run, no text, no row: as before the first plan of an installation's first day."""
    with psycopg.connect(country.administrator(), autocommit=True) as administrator:
        administrator.execute(
            "TRUNCATE delivery_delivery, delivery_run, delivery_lane, stage_messages_edition CASCADE"
        )
        administrator.execute("CHECKPOINT")


def plan(made: world.World, today: date, *, nothing_new: bool = False) -> Cost:
    """All municipalities, one after the other, as one planner does it."""
    cost, window = Cost(), whole_day(today)
    client, server = time.process_time(), _server_cpu()
    with _steps(cost):
        cost.wall = seconds(lambda: _plan_all(made, today, window, 0 if nothing_new else made.due))
    cost.client, cost.server = time.process_time() - client, _server_cpu() - server
    with psycopg.connect(country.administrator()) as administrator:
        row = administrator.execute("SELECT count(*) FROM stage_messages_edition").fetchone()
        cost.editions = row[0] if row else 0
    return cost


def _plan_all(
    made: world.World, today: date, window: tuple[datetime, datetime], expected: int
) -> None:
    added = sum(plan_day(one, today, window).total for one in made.ids)
    assert added == expected, f"{added} rows added, {expected} expected"


@contextmanager
def _steps(cost: Cost) -> Iterator[None]:
    """Note the seconds of each step, from outside: the product carries no stop-watch."""

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(planning, name)

        def step(*arguments: Any) -> Any:
            began, busy = time.perf_counter(), time.process_time() + _server_cpu()
            try:
                return real(*arguments)
            finally:
                took, worked = time.perf_counter(), time.process_time() + _server_cpu()
                cost.steps[name] = cost.steps.get(name, 0.0) + took - began
                cost.cpu[name] = cost.cpu.get(name, 0.0) + worked - busy

        return step

    with ExitStack() as patched:
        for name in STEPS:
            patched.enter_context(mock.patch.object(planning, name, watched(name)))
        yield


def _server_cpu(backend: int = 0) -> float:
    """CPU seconds that a process of the server has used, ours unless another is named (Linux)."""
    connection.ensure_connection()
    pid = backend or connection.connection.info.backend_pid
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        words = stat.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICK


def copy_the_same() -> tuple[float, float]:
    """The planned rows once more, by COPY into the same emptied table: what no statement beats.

    The administrator does it: COPY refuses a role that policies bind. The rows lie ready as text.
    Returns seconds by the wall, and of CPU here and in the server.
    """
    with psycopg.connect(country.administrator()) as administrator:
        ready = bytearray()
        with administrator.cursor().copy("COPY (SELECT * FROM delivery_delivery) TO STDOUT") as out:
            for block in out:
                ready += block
        administrator.execute("TRUNCATE delivery_delivery")
        administrator.commit()

        def write() -> None:
            with administrator.cursor().copy("COPY delivery_delivery FROM STDIN") as into:
                for at in range(0, len(ready), 1 << 20):
                    into.write(ready[at : at + (1 << 20)])
            administrator.commit()

        backend = administrator.info.backend_pid
        busy = time.process_time() + _server_cpu(backend)
        wall = seconds(write)
        return wall, time.process_time() + _server_cpu(backend) - busy


def one_by_one() -> float:
    """Seconds for one row when each is an INSERT of the ORM, in one transaction as a loop has it."""
    sample = _sample()
    with in_municipality(sample[0].municipality_id):
        began = time.perf_counter()
        for one in sample:
            one.save(force_insert=True)
        return (time.perf_counter() - began) / len(sample)


def _sample() -> list[Delivery]:
    """Rows of the largest municipality under new numbers, the old ones removed."""
    columns = [one.column for one in Delivery._meta.concrete_fields if one.column]
    with psycopg.connect(country.administrator()) as administrator:
        rows = administrator.execute(
            f"""
            DELETE FROM delivery_delivery WHERE (run_day, id) IN (
                SELECT run_day, id FROM delivery_delivery WHERE municipality_id = (
                    SELECT municipality_id FROM delivery_delivery
                    GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
                ) LIMIT {SAMPLE}
            ) RETURNING {", ".join(columns)}
            """
        ).fetchall()
    return [Delivery(**dict(zip(columns, row, strict=True))) for row in rows]
