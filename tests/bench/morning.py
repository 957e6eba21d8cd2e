"""A whole morning through real worker processes: planned, sent to two sinks, recorded, reconciled.

Planning is two processes that do what every worker's tick does; sending is the two workers and
beat exactly as the supervisor starts them. The same course of events serves ``nation``.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from kizuna.lib import clock
from tests.bench import country, day, email, line, sink
from tests.bench.harness import Measured, Options, measure, seconds
from tests.bench.sink import Got

LARGEST_WORKER_MIB = 250
LONGEST_SENDING = 40 * 60
DENSITY = 1_741 / 1_200_000
"""Municipalities for each delivery: as in the whole country."""
WORKERS = ("mail", "line")
STAGES = ("plan", "send", "reconcile")


@dataclass(frozen=True)
class Morning:
    """What one morning took. ``mail`` and ``line`` are what the two sinks counted themselves."""

    deliveries: int
    places: int
    editions: int
    stages: day.Stages
    mail: Got
    line: Got

    @property
    def whole(self) -> float:
        return sum(self.stages.seconds.values())

    def notes(self) -> tuple[str, ...]:
        took = self.stages.seconds
        used = self.stages.used
        cpu = sum(one.cpu for one in used.values())
        return (
            f"{self.deliveries:,} deliveries, {self.places:,} municipalities, "
            f"{self.editions:,} editions, {self.mail.messages:,} mails, "
            f"{self.line.messages:,} LINE recipients in {self.line.calls:,} calls",
            "seconds: " + ", ".join(f"{name} {took[name]:.1f}" for name in STAGES),
            f"CPU, ms a delivery ({1e3 * cpu / self.deliveries:.2f} in all): "
            + ", ".join(f"{k} {1e3 * v.cpu / self.deliveries:.2f}" for k, v in used.items()),
            "peak memory, MiB: " + ", ".join(f"{k} {v.peak_mib:.0f}" for k, v in used.items()),
        )

    def largest_worker(self) -> float:
        return max(self.stages.used[name].peak_mib for name in WORKERS)


@measure
def whole_morning(options: Options) -> list[Measured]:
    """100,000 deliveries, 55 % of them LINE, in municipalities of every size."""
    deliveries = options.rows or (5_000 if options.quick else 100_000)
    morning = run(country.sizes_like_japan(deliveries, max(3, round(deliveries * DENSITY))))
    took = morning.stages.seconds
    results = [
        Measured(f"morning: {name}", "deliveries/s", deliveries / took[name]) for name in STAGES
    ]
    return [
        Measured(
            "morning, whole", "deliveries/s", deliveries / morning.whole, notes=morning.notes()
        ),
        *results,
        Measured(
            "morning: largest worker", "MiB", morning.largest_worker(),
            target=f"< {LARGEST_WORKER_MIB}", met=morning.largest_worker() < LARGEST_WORKER_MIB,
        ),
    ]  # fmt: skip


def run(sizes: Sequence[int]) -> Morning:
    """Load, plan, send, reconcile. Raises ``AssertionError`` when a count does not agree."""
    today, deliveries = clock.today(), sum(sizes)
    country.load(sizes, today)
    stages = day.Stages()
    with sink.running("smtp") as mail, sink.running("line") as phones:
        env = day.environment(mail.url, phones.url)
        server = {"postgres": day.postgres_pid()}
        with stages.stage("plan", server):
            stages.add(day.plan(env))
        with (
            day.processes(day.worker_commands(), env) as pids,
            stages.stage(
                "send", {**pids, **server, "smtp sink": mail.pid, "line sink": phones.pid}
            ),
        ):
            day.wait_until_sent(today, LONGEST_SENDING)
        with stages.stage("reconcile", server):
            total = day.reconciled(env, today)
    assert total["sent"] == total["planned"] == deliveries, total
    assert total["unexplained"] == total["pending"] == total["unclear"] == 0, total
    assert mail.got.messages + phones.got.messages == deliveries, (mail.got, phones.got)
    with psycopg.connect(country.administrator()) as connection:
        row = connection.execute("SELECT count(*) FROM stage_messages_edition").fetchone()
    assert row is not None
    return Morning(deliveries, len(sizes), row[0], stages, mail.got, phones.got)


def alone(morning: Morning) -> dict[str, float]:
    """What the limits take for the same numbers: COPY of the finished rows, mails of the same
    size from one kept connection, prepared LINE bodies with the same people a call."""
    mails, calls = min(20_000, morning.mail.messages), min(5_000, morning.line.calls)
    people = max(1, round(morning.line.messages / morning.line.calls))
    size = morning.mail.bytes // morning.mail.messages
    with sink.running("smtp") as server:
        program = email._postfix("smtp-source")
        took = (
            seconds(lambda: email._source(program, email.Server(server.port, ""), mails, size))
            if program
            else seconds(lambda: email._ours(email.Server(server.port, ""), mails))
        )
    with sink.running("line") as server:
        requests = line._requests(calls, people)
        called = seconds(lambda: line._bare(server.url, requests))
    return {
        "COPY": _copied(),
        "mails alone": took * morning.mail.messages / mails,
        "LINE calls alone": called * morning.line.calls / calls,
    }


def _copied() -> float:
    """Seconds of COPY for the ledger's rows into a table with the same keys and indexes."""
    with (
        tempfile.TemporaryDirectory() as room,
        psycopg.connect(country.administrator(), autocommit=True) as connection,
    ):
        file = Path(room) / "rows"
        with (
            file.open("wb") as rows,
            connection.cursor().copy("COPY (SELECT * FROM delivery_delivery) TO STDOUT") as copy,
        ):
            for block in copy:
                rows.write(block)
        connection.execute("CREATE TABLE alone (LIKE delivery_delivery INCLUDING ALL)")
        began = time.perf_counter()
        with (
            file.open("rb") as rows,
            connection.cursor().copy(sql.SQL("COPY alone FROM STDIN")) as copy,
        ):
            while block := rows.read(1 << 20):
                copy.write(block)
        took = time.perf_counter() - began
        connection.execute("DROP TABLE alone")
    return took
