"""A day through real processes: planners, workers, beat, sinks; what each of them used.

The workers are started as the supervisor starts them (``worker_arguments``); nothing is mocked but
the two receivers, which only count.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg

from kizuna.embedded.demo import BEAT, WARM, worker_arguments
from kizuna.embedded.places import CHECKOUT
from tests.bench.country import administrator

SAMPLE_SECONDS = 0.25
PLANNERS = 2


@dataclass
class Used:
    """CPU seconds and the highest resident memory of one program, all of its processes together
    for the former, the largest of them for the latter."""

    cpu: float = 0.0
    peak_mib: float = 0.0


class Watch(threading.Thread):
    """Looks at processes four times a second. ``used`` is by program name."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        super().__init__(daemon=True, name="watch")
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._begun = {name: _cpu(one) for name, one in self._processes.items()}
        self._over = threading.Event()
        self.used = {name: Used() for name in self._processes}

    def run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self.look()

    def look(self) -> None:
        for name, one in self._processes.items():
            with contextlib.suppress(psutil.NoSuchProcess):
                used = self.used[name]
                used.cpu = max(used.cpu, _cpu(one) - self._begun[name])
                used.peak_mib = max(used.peak_mib, _largest(one) / 2**20)

    def end(self) -> dict[str, Used]:
        self._over.set()
        self.join()
        self.look()
        return self.used


def _cpu(process: psutil.Process) -> float:
    """Seconds of the process, of its children that live, and of those it has seen off."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
            total += times.children_user + times.children_system
    return total


def _largest(process: psutil.Process) -> float:
    """Bytes of its own that the largest of its processes holds. PostgreSQL's shared buffers would
    be counted once for every connection otherwise."""
    sizes = [0.0]
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            memory = one.memory_info()
            sizes.append(memory.rss - memory.shared)
    return max(sizes)


@dataclass
class Stages:
    """Seconds of each stage, and what every program used in all of them."""

    seconds: dict[str, float] = field(default_factory=dict)
    used: dict[str, Used] = field(default_factory=dict)

    @contextlib.contextmanager
    def stage(self, name: str, pids: Mapping[str, int]) -> Iterator[None]:
        watch = Watch(pids)
        watch.start()
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - began
            for program, used in watch.end().items():
                whole = self.used.setdefault(program, Used())
                whole.cpu += used.cpu
                whole.peak_mib = max(whole.peak_mib, used.peak_mib)

    def add(self, planners: Used) -> None:
        """What processes used that are gone already."""
        self.used["planners"] = planners


def environment(mail: str, line: str) -> dict[str, str]:
    """Ours with the two receivers in it, without the owner's role, as web and workers get it."""
    ours = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return {**ours, "EMAIL_URL": mail, "LINE_API_BASE_URL": line, "LOG_LEVEL": "WARNING"}


def postgres_pid() -> int:
    """The server's first process; its backends are its children."""
    with psycopg.connect(administrator()) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        parent = psutil.Process(int(row[0])).parent()
        assert parent is not None
        return int(parent.pid)


@contextlib.contextmanager
def processes(
    commands: Mapping[str, list[str]], env: Mapping[str, str]
) -> Iterator[dict[str, int]]:
    """Python modules as processes, ended politely afterwards. Yields their ids by name."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    with tempfile.TemporaryDirectory() as room:
        try:
            for name, words in commands.items():
                with (Path(room) / f"{name}.log").open("wb") as log:
                    running[name] = subprocess.Popen(
                        [sys.executable, "-m", *words], env=dict(env), cwd=CHECKOUT,
                        stdout=log, stderr=subprocess.STDOUT,
                    )  # fmt: skip
            yield {name: one.pid for name, one in running.items()}
        finally:
            for one in running.values():
                one.send_signal(signal.SIGTERM)
            for one in running.values():
                try:
                    one.wait(WARM)
                except subprocess.TimeoutExpired:
                    one.kill()
                    one.wait()


def worker_commands() -> dict[str, list[str]]:
    """The two kinds of workers and the timetable, as the supervisor starts them."""
    return {
        **{name: ["celery", "-A", "kizuna", *worker_arguments(name)] for name in ("mail", "line")},
        "beat": ["celery", "-A", "kizuna", *BEAT],
    }


def plan(env: Mapping[str, str], planners: int = PLANNERS) -> Used:
    """Let planners ask what is due, side by side, until nothing is; what they used."""
    with tempfile.TemporaryFile() as said:
        children = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.planner"],
                env=dict(env), cwd=CHECKOUT, stderr=said,
            )
            for _ in range(planners)
        ]  # fmt: skip
        # wait4 knows each child's own CPU time and peak memory (KiB).
        ended = [os.wait4(one.pid, 0) for one in children]
        if any(status for _, status, _ in ended):
            said.seek(0)
            raise RuntimeError(said.read().decode()[-2000:])
    return Used(
        sum(one.ru_utime + one.ru_stime for *_, one in ended),
        max(one.ru_maxrss for *_, one in ended) / 1024,
    )


def wait_until_sent(today: date, seconds: float) -> float:
    """Until no lane of the day is open any more; how long that took.

    Raises ``TimeoutError``.
    """
    began = time.monotonic()
    asked = "SELECT count(*) FROM delivery_lane WHERE run_day = %s AND is_open"
    with psycopg.connect(administrator(), autocommit=True) as connection:
        while connection.execute(asked, [today]).fetchone() != (0,):
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"lanes are open after {seconds:.0f} s")
            time.sleep(0.2)
    return time.monotonic() - began


def reconciled(env: Mapping[str, str], today: date) -> dict[str, int]:
    """The sum line of ``manage.py reconcile`` for all municipalities; reasons added up."""
    done = subprocess.run(
        [sys.executable, "manage.py", "reconcile", "--date", f"{today}", "--format", "json"],
        env=dict(env), cwd=CHECKOUT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    total = json.loads(done.stdout)["total"]
    return {k: sum(v.values()) if isinstance(v, dict) else v for k, v in total.items()}
