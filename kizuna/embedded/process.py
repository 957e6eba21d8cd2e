"""One child process: started so that it cannot outlive us, watched, and ended in good order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from kizuna.embedded.account import Account
from kizuna.embedded.speech import CannotStart, ChildDied

PR_SET_PDEATHSIG = 1
LOG_ROTATES_AT = 5_000_000
"""Bytes. The older half stays as ``.1``."""
LINES_SHOWN = 15


class Child:
    """A service of ours in its own session, so that Ctrl-C reaches it only through us."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        account: Account | None = None,
        cwd: Path | None = None,
        ends_with: signal.Signals = signal.SIGTERM,
        orphaned: signal.Signals | None = None,
        patience: float = 10,
    ) -> None:
        """Start it.

        Args:
            ends_with: the polite signal.
            orphaned: what it gets when we are killed; the polite signal unless given.
            patience: seconds between the polite signal and SIGKILL.

        Raises:
            CannotStart: the program is not there or may not be run.
        """
        self.name, self.log = name, log
        self._ends_with, self._patience = ends_with, patience
        with _open_log(log) as output:
            self._log_starts = output.tell()
            try:
                self.process = subprocess.Popen(
                    command,
                    env=environment,
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=die_with_parent(orphaned or ends_with),  # noqa: PLW1509  no threads here
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise CannotStart(
                    f"{name} を起動できません: {command[0]}: {error} / Cannot start {name}."
                ) from error

    def said(self) -> str:
        """What it wrote since this start."""
        with self.log.open("rb") as stream:
            stream.seek(self._log_starts)
            return stream.read().decode("utf-8", "replace")

    def require_alive(self) -> None:
        """
        Raises:
            ChildDied: it has ended; with the last lines of its log.
        """
        status = self.process.poll()
        if status is None:
            return
        lines = "\n".join(f"  | {line}" for line in self.said().splitlines()[-LINES_SHOWN:])
        raise ChildDied(
            f"{self.name} が終了しました(状態 {status})。記録: {self.log} / "
            f"{self.name} ended by itself with status {status}. Its log ends:\n{lines}"
        )

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Ask every 50 ms until the child is ready.

        Raises:
            ChildDied: it ended before, or was not ready in time.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            self.require_alive()
            if time.monotonic() > deadline:
                raise ChildDied(
                    f"{self.name} が {seconds:.0f} 秒たっても応答しません。記録: {self.log} / "
                    f"{self.name} did not answer within {seconds:.0f} s, see its log."
                )
            time.sleep(0.05)

    def ask_to_end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self._ends_with)

    def end(self) -> None:
        """Ask politely, wait, insist. A second call does nothing, a second Ctrl-C hurries nothing."""
        self.ask_to_end()
        deadline = time.monotonic() + self._patience
        while self.process.poll() is None:
            try:
                self.process.wait(max(0, deadline - time.monotonic()))
            except KeyboardInterrupt:
                continue
            except subprocess.TimeoutExpired:
                # The whole session: a killed gunicorn would leave its workers.
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What the child does before exec, so that a kill -9 of the supervisor ends it too (Linux).

    It runs after the change of user, which would clear the setting, and survives exec.
    """
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)  # The parent died between fork and here: the signal would never come.

    return arm


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > LOG_ROTATES_AT:
        path.replace(path.with_suffix(".log.1"))
    output = path.open("ab")
    os.fchmod(output.fileno(), 0o600)
    return output


def running(*marks: str) -> list[int]:
    """Ids of the processes whose command line contains every mark. Zombies have none."""
    found = []
    for pid, line in _command_lines():
        if pid != os.getpid() and all(mark in line for mark in marks):
            found.append(pid)
    return found


def _command_lines() -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    proc = Path("/proc")
    if (proc / "self" / "cmdline").exists():
        for entry in proc.iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes()
                except OSError:
                    continue  # It ended while we were looking.
                line = words.replace(b"\0", b" ").decode(errors="replace")
                lines.append((int(entry.name), line))
        return lines
    table = subprocess.run(
        ["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=False
    )
    for row in table.stdout.splitlines():
        number, _, text = row.strip().partition(" ")
        if number.isdigit():
            lines.append((int(number), text))
    return lines


def see_off(name: str, *marks: str, number: signal.Signals, seconds: float = 30) -> None:
    """Wait for the processes of a supervisor that was killed here, and ask them to go.

    Raises:
        CannotStart: one of them stays.
    """
    deadline = time.monotonic() + seconds
    asked: set[int] = set()
    while left := running(*marks):
        for pid in set(left) - asked:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
            except PermissionError as error:
                raise CannotStart(
                    f"別の利用者の {name}(プロセス {pid})がここで動いています。 / "
                    f"Another user's {name} (process {pid}) is running here."
                ) from error
            asked.add(pid)
        if time.monotonic() > deadline:
            raise CannotStart(
                f"前回の {name}(プロセス {left[0]})が終わりません。 / "
                f"An earlier {name} (process {left[0]}) does not end."
            )
        time.sleep(0.05)
