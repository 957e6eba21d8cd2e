"""Clones of the checkout in places of their own, and the supervisor run in them as a process."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kizuna.embedded import process
from kizuna.embedded.services import SWITCHES

CHECKOUT = Path(__file__).resolve().parents[2]
SUPERVISOR = ("kizuna/__init__.py", "kizuna/embedded")
PATIENCE = 30
"""Seconds after which a step of the supervisor counts as hanging."""


MADE: list[Path] = []
"""Where clones were, so that what they left elsewhere can be found."""


def hear_ctrl_c() -> None:
    """As in a terminal."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Clone:
    """A checkout that holds nothing but the supervisor."""

    path: Path
    python: str = sys.executable
    uid: int | None = None
    extra: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        unset = {*SWITCHES, "KIZUNA_DATA", "PUBLIC_BASE_URL", "DEBUG"}
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        return kept | self.extra

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """``python -m kizuna.embedded …`` here, in a session of its own."""
        started = subprocess.Popen(
            [self.python, "-m", "kizuna.embedded", *arguments],
            cwd=self.path,
            env=self.environment(),
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # A suite that a shell put into the background ignores Ctrl-C, and so would this.
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509  no threads here
        )
        self.started.append(started)
        return started

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        started = self.start(*arguments)
        out, err = started.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(arguments, started.returncode, out, err)

    def python_line(self, code: str, *, fresh: bool = False) -> subprocess.CompletedProcess[str]:
        """Python code with the services around it."""
        options = ["--throwaway"] if fresh else []
        return self.run("run", *options, "--", self.python, "-c", code)

    def up(self) -> tuple[subprocess.Popen[str], Path]:
        """A supervisor whose services are up, and the directory of their sockets."""
        code = (
            "import os, sys, time\n"
            "print('up', os.environ['REDIS_URL'], flush=True)\n"
            "time.sleep(300)"
        )
        started = self.start("run", "--", self.python, "-c", code)
        assert started.stdout is not None
        for line in started.stdout:
            if line.startswith("up "):
                return started, Path(line.split("unix://")[1].split("?")[0]).parent
        started.wait(PATIENCE)
        raise AssertionError(started.stderr.read() if started.stderr else "")


def at_work(path: Path) -> list[int]:
    """Processes that name the directory or work in it."""
    found = process.running(str(path))
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink().is_relative_to(path):
                found.append(int(entry.name))
    return found


def gone(path: Path, seconds: float = 15) -> bool:
    """Whether every process of the directory ends within the time."""
    deadline = time.monotonic() + seconds
    while at_work(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def wait_for_the_end_of(pid: int) -> None:
    """Until its parent can learn of it: a killed process loses its command line well before."""
    state = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while (
            state.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] != "Z"
        ):
            time.sleep(0.01)


def make_clone(path: Path, files: Sequence[str] = SUPERVISOR) -> Clone:
    for name in files:
        source, target = CHECKOUT / name, path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    MADE.append(path)
    return Clone(path)


def discard(clone: Clone) -> None:
    """End what still runs. Its files go with the room."""
    for started in clone.started:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
            try:
                started.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                started.kill()
        for stream in (started.stdout, started.stderr):
            if stream:
                stream.close()
