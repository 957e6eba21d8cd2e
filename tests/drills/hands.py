"""Forked processes of a drill: workers, beat, desk commands; and our end of ``nursery.py``."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kizuna.embedded.places import CHECKOUT
from kizuna.embedded.process import die_with_parent


class Hand:
    """One forked process: a worker, beat, or a desk command."""

    def __init__(
        self,
        nursery: "Nursery",
        kind: str,
        pid: int,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.kind, self.pid, self._nursery = kind, pid, nursery
        self.environment = dict(environment or {})

    @property
    def status(self) -> int | None:
        """None while it lives; negative is the signal that ended it."""
        return self._nursery.status(self.pid)

    @property
    def alive(self) -> bool:
        return self.status is None

    def ended_within(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        deadline = time.monotonic() + seconds
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.alive

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if self.alive:
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def end(self, patience: float = 15) -> None:
        """SIGTERM, a wait, SIGKILL."""
        self.signal(signal.SIGTERM)
        if not self.ended_within(patience):
            self.kill()


class Nursery:
    """Our end of ``nursery.py``."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.drills.nursery"],
                env=dict(environment),
                cwd=CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509  no threads here
            )
        self._log = log
        self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the nursery is gone:\n{self._log.read_text()[-3000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def start(
        self, run: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> int:
        order = {"run": run, "args": list(arguments), "env": dict(environment), "log": str(log)}
        return int(self._ask(order)["pid"])

    def status(self, pid: int) -> int | None:
        found: int | None = self._ask({"poll": pid})["status"]
        return found

    def end(self) -> None:
        """With everything it started."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
