"""Figures for the monitoring: is something due that nobody takes?"""

from django.db import connection

from kizuna.lib import sqlfile
from municipalities.tenancy.scope import across_for_dispatch


def oldest_due_seconds() -> dict[str, float]:
    """Seconds per channel that the oldest due work has waited; a channel without work is left out."""
    with across_for_dispatch(), connection.cursor() as cursor:
        cursor.execute(sqlfile.load(__file__, "oldest_due"))
        return {channel: float(seconds) for channel, seconds in cursor.fetchall()}


def oldest_service_mail_seconds() -> float:
    """Seconds that the oldest confirmation or the like has been due; 0 where none waits."""
    with across_for_dispatch(), connection.cursor() as cursor:
        cursor.execute(sqlfile.load(__file__, "oldest_service_mail"))
        return float(cursor.fetchone()[0])
