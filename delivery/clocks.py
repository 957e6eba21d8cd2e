"""A clock that is a day off would end a whole day's messages as too late. Then nobody works."""

from datetime import timedelta

import structlog
from django.db import connection

from kizuna.lib import clock

log = structlog.get_logger("delivery.clocks")

APART = timedelta(hours=6)
"""An hour off harms nothing: the database's clock decides every moment. But the day is asked of the
worker's, and whether it is over of the database's; half a day apart, they would end it unsent."""


def difference() -> timedelta:
    """How far the database's clock is ahead of this process's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return timedelta(seconds=(cursor.fetchone()[0] - clock.now()).total_seconds())


def agree() -> bool:
    """Whether both clocks may be on the same day; if not, the log says so every time."""
    apart = difference()
    if abs(apart) <= APART:
        return True
    log.error(
        "clocks disagree: nothing is planned, sent or ended",
        hours=round(apart / timedelta(hours=1), 1),
    )
    return False
