"""What was handed over, written outside of the database: after a restore nothing else knows.

A restored ledger has forgotten what was sent since the backup, and would send it again. With
``SEND_LOG_DIR`` set, every pre-mark and every answer appends a line to a file there, on disk before
the provider is called. Ids and states, no person. ``manage.py restore_guard`` reads it back.

One file for each day and process, so that no two write into one. A line that cannot be written is
an error in the log and no reason to stop a morning: it matters only if the database is lost too.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger("delivery.sendlog")

HANDED = "sending"


@dataclass(frozen=True, slots=True)
class Handed:
    """One delivery that was about to be handed over, and the last that was heard of it."""

    municipality_id: int
    delivery_id: int
    subscription_id: int
    endpoint_id: int
    text_id: int
    at: datetime
    state: str = HANDED


def handing_over(
    run_day: date, municipality_id: int, rows: Iterable[tuple[int, int, int, int]]
) -> None:
    """Before the call: delivery, subscription, endpoint, text of each."""
    _append(run_day, municipality_id, ((row[0], HANDED, *row[1:]) for row in rows))


def answered(run_day: date, municipality_id: int, states: Iterable[tuple[int, str]]) -> None:
    """After it: delivery and new state; ``planned`` means certainly not accepted."""
    _append(run_day, municipality_id, states)


def read(directory: Path, run_day: date) -> Iterator[Handed]:
    """Every delivery of that day that may have left us. A torn last line is left out.

    Raises:
        OSError: the directory cannot be read.
    """
    handed: dict[tuple[int, int], Handed] = {}
    lines = [
        line.split()
        for path in sorted(directory.iterdir())
        if path.name.startswith(f"{run_day}.")
        for line in path.read_text(encoding="ascii").splitlines(keepends=True)
        if line.endswith("\n")
    ]
    for at, municipality, delivery, state, *ids in sorted(lines, key=lambda line: line[0]):
        key = int(municipality), int(delivery)
        if ids:
            subscription, endpoint, content = map(int, ids)
            handed[key] = Handed(*key, subscription, endpoint, content, datetime.fromisoformat(at))
        elif state == "planned":
            handed.pop(key, None)
        elif key in handed:
            handed[key] = replace(handed[key], state=state)
    yield from handed.values()


def _append(run_day: date, municipality_id: int, rows: Iterable[tuple[object, ...]]) -> None:
    if not settings.SEND_LOG_DIR:
        return
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    text = "".join(f"{now} {municipality_id} {' '.join(map(str, row))}\n" for row in rows)
    if not text:
        return
    name = f"{run_day}.{socket.gethostname()}.{os.getpid()}.log"
    try:
        file = os.open(
            Path(settings.SEND_LOG_DIR) / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
        )
        try:
            os.write(file, text.encode("ascii"))
            os.fdatasync(file)
        finally:
            os.close(file)
    except OSError as error:
        log.error("send log not written", error=type(error).__name__, run_day=str(run_day))
