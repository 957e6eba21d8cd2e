"""Workers with a wrong clock and a wrong zone: ``SKEW_SECONDS`` and ``SKEW_ZONE`` of each process.

Only what the product asks its own clock is skewed (``kizuna.lib.clock``), which is every moment
that a worker could compare; the process's C library gets the zone as well.
"""

import os
import time
from datetime import datetime, timedelta
from typing import Any

from kizuna.lib import clock
from tests.drills.app import app

__all__ = ["app"]

_now = clock.now


def _skewed() -> datetime:
    zone = os.environ.get("SKEW_ZONE", "")
    if zone and os.environ.get("TZ") != zone:
        os.environ["TZ"] = zone
        time.tzset()
    return _now() + timedelta(seconds=float(os.environ.get("SKEW_SECONDS", "0")))


def _patch(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


_patch(clock, "now", _skewed)
