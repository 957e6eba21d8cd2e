"""An emulator's memory on disk: one JSON object a line, only ever appended."""

import fcntl
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 2.0
"""Seconds to wait for a predecessor that is just ending."""


class DirectoryInUseError(RuntimeError):
    """Another emulator writes into the same directory; two writers would spoil its counts."""


class Journal:
    """Reads what is there, then appends. What is not flushed yet dies with a ``kill -9``."""

    def __init__(self, path: Path) -> None:
        """Raises ``DirectoryInUseError`` and ``OSError``."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab", buffering=1 << 20)
        self._lock_or_raise()

    def _lock_or_raise(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > end:
                    self._file.close()
                    raise DirectoryInUseError(f"another emulator uses {self.path.parent}") from None
                time.sleep(0.1)

    def read(self) -> Iterator[dict[str, Any]]:
        """Every complete line. A torn last line (killed while writing) is cut off for good."""
        whole = 0
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                yield json.loads(line)
        if whole < self.path.stat().st_size:
            self._file.truncate(whole)

    def append(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode())
        self._file.write(b"\n")

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()
