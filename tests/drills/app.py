"""The product's Celery app with its long waits divided by ``FACTOR``: a drill has no hours.

Nothing else is changed. The leases and the tick come through the environment, as in production;
every wait stays shorter than the lease that it has to be shorter than.
"""

import os

from delivery import ledger, sending
from delivery.channels import line, line_tokens, smtp_wire
from delivery.domain import retry
from delivery.domain.outcome import Outcome
from kizuna.celery import app

__all__ = ["app"]

FACTOR = 25.0


def _hurried(attempt: int, asked: int = 0) -> float:
    return retry.wait_seconds(attempt, asked) / FACTOR


_row = ledger._row


def _hurried_row(delivery_id: int, outcome: Outcome) -> tuple[int, str, str, str, float]:
    *row, wait = _row(delivery_id, outcome)
    return (*row, wait if wait == 1 else wait / FACTOR)  # type: ignore[return-value]


setattr(sending, "wait_seconds", _hurried)  # noqa: B010  typed int there
setattr(ledger, "_row", _hurried_row)  # noqa: B010
setattr(ledger, "LADDER", tuple(rung / FACTOR for rung in retry.LADDER))  # noqa: B010
for name in ("COMMAND_SECONDS", "FINAL_SECONDS", "BATCH_SECONDS"):
    setattr(smtp_wire, name, getattr(smtp_wire, name) / FACTOR)
setattr(sending, "BATCH_SECONDS", 45 / FACTOR)  # noqa: B010
# Shorter than the lease of 12 s, as 90 s are shorter than 300.
setattr(sending, "RECORD_FOR", 8)  # noqa: B010
setattr(line_tokens, "FAILURE_SECONDS", 1)  # noqa: B010
_defaults = line.LineChannel.__init__.__kwdefaults__
assert _defaults is not None
_defaults["read_seconds"] = 3.0
app.conf.beat_schedule["tick"]["schedule"] = float(os.environ.get("BEAT_SECONDS", "2"))
