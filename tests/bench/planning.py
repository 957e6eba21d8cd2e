"""Planning a million rows of one day over 500 municipalities, beside COPY and a loop."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest import mock

import psycopg
from django.db import connection
from psycopg import sql

from delivery import planning, running
from delivery.models import Delivery
from delivery.planning import plan_day, whole_day
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.bench import country, world
from tests.bench.harness import Measured, Options, measure, median

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
    costs = Costs(rows, runs)
    for _ in range(runs):
        empty()
        costs.first.append(plan(made, today))
        costs.again.append(plan_again(today))
        costs.texts.append(copy_the_same("stage_messages_edition"))
        costs.copied.append(copy_the_same("delivery_delivery"))
        costs.looped.append(one_by_one() * rows)
    yield costs.whole()
    yield costs.statement()
    yield costs.repeated()


@dataclass
class Costs:
    """All runs, and the lines of the table that they make."""

    rows: int
    runs: int
    first: list[Cost] = field(default_factory=list)
    again: list[Cost] = field(default_factory=list)
    copied: list[Cost] = field(default_factory=list)
    texts: list[Cost] = field(default_factory=list)
    looped: list[float] = field(default_factory=list)

    @property
    def copy(self) -> float:
        return median([cost.wall for cost in self.copied])

    def whole(self) -> Measured:
        """Everything that planning does, beside COPY of everything that it writes."""
        ours = median([cost.wall for cost in self.first])
        both = self.copy + median([cost.wall for cost in self.texts])
        one = sorted(self.first, key=lambda cost: cost.wall)[self.runs // 2]
        return Measured(
            f"planning {self.rows:,} rows, with {one.editions:,} texts composed and stored",
            "s",
            ours,
            {
                "COPY of rows and texts (limit)": both,
                "COPY of the rows alone": self.copy,
                f"ORM row by row ({SAMPLE:,} scaled)": median(self.looped),
            },
            ours / both,
            "≤ 1.5 × COPY",
            ours <= 1.5 * both,
            self.runs,
            (
                f"of it choosing groups {one.steps['wanted_today']:.1f} s, texts"
                f" {one.steps['freeze']:.1f} s"
                f" ({one.steps['freeze'] / max(1, one.editions) * 1e6:.0f} µs each),"
                f" the ledger's statement {one.statement:.1f} s",
                f"CPU: {one.client:.1f} s here, {one.server:.1f} s in the server; of both choosing"
                f" groups {one.cpu['wanted_today']:.1f} s, texts {one.cpu['freeze']:.1f} s, the"
                f" ledger's statement {_statement(one.cpu):.1f} s;"
                f" COPY of the rows {_cpu(self.copied):.1f} s, of the texts {_cpu(self.texts):.1f} s",
            ),
        )

    def statement(self) -> Measured:
        """The ledger alone."""
        ours = median([cost.statement for cost in self.first])
        return Measured(
            f"planning {self.rows:,} rows, the ledger's statement alone", "s", ours,
            {"COPY of the rows (limit)": self.copy}, ours / self.copy,
            "≤ 1.5 × COPY", ours <= 1.5 * self.copy, self.runs,
        )  # fmt: skip

    def repeated(self) -> Measured:
        """The look every ten minutes that finds nobody new."""
        ours = median([cost.wall for cost in self.again])
        return Measured(
            f"planning a finished day of {self.rows:,} rows again", "s", ours,
            {"COPY of the rows (limit)": self.copy}, ours / self.copy,
            "≤ 0.3 × COPY", ours <= 0.3 * self.copy, self.runs,
            (f"CPU: {self.again[0].client:.1f} s here, {self.again[0].server:.1f} s in the server",),
        )  # fmt: skip


def _cpu(costs: list[Cost]) -> float:
    return median([cost.client + cost.server for cost in costs])


def empty() -> None:
    """No run, no text, no row: as before the first plan of an installation's first day."""
    with psycopg.connect(country.administrator(), autocommit=True) as administrator:
        administrator.execute(
            "TRUNCATE delivery_delivery, delivery_run, delivery_lane, stage_messages_edition CASCADE"
        )
        administrator.execute("CHECKPOINT")


def plan(made: world.World, today: date) -> Cost:
    """All municipalities, one after the other, as one planner does it."""
    cost, window = Cost(), whole_day(today)
    with _steps(cost), _busy(cost):
        added = sum(plan_day(one, today, window).total for one in made.ids)
    assert added == made.due, f"{added} rows added, {made.due} expected"
    with psycopg.connect(country.administrator()) as administrator:
        row = administrator.execute("SELECT count(*) FROM stage_messages_edition").fetchone()
        cost.editions = row[0] if row else 0
    return cost


def plan_again(today: date) -> Cost:
    """What a worker asks when ten minutes have gone by and nobody has joined."""
    with psycopg.connect(country.administrator()) as administrator:
        administrator.execute(
            "UPDATE delivery_run SET topped_up_at = topped_up_at - interval '11 minutes'"
        )
    cost = Cost()
    with _busy(cost):
        added = running.plan_due(today)
    assert added == 0, f"{added} rows added to a finished day"
    assert running.due_runs(today) == ([], []), "not every municipality was looked at"
    return cost


@contextmanager
def _busy(cost: Cost, backend: int = 0) -> Iterator[None]:
    """Note seconds by the wall, of CPU here, and of CPU in a process of the server."""
    began, client, server = time.perf_counter(), time.process_time(), _server_cpu(backend)
    yield
    cost.wall = time.perf_counter() - began
    cost.client, cost.server = time.process_time() - client, _server_cpu(backend) - server


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


def copy_the_same(table: str) -> Cost:
    """The rows of a table once more, by COPY into the same emptied table: no statement beats it.

    The administrator does it: COPY refuses a role that policies bind. The rows lie ready as text.
    """
    name, cost = sql.Identifier(table), Cost()
    with psycopg.connect(country.administrator()) as administrator:
        ready = bytearray()
        out_of = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(name)
        with administrator.cursor().copy(out_of) as out:
            for block in out:
                ready += block
        administrator.execute(sql.SQL("TRUNCATE {}").format(name))
        administrator.commit()
        with _busy(cost, administrator.info.backend_pid):
            with administrator.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(name)) as into:
                for at in range(0, len(ready), 1 << 20):
                    into.write(ready[at : at + (1 << 20)])
            administrator.commit()
    return cost


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
