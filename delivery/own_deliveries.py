"""What the ledger holds about one reader, for that reader's own file."""

from django.db import connection

from kizuna.lib import clock
from kizuna.lib.sqlfile import load
from municipalities.models import Reader


def deliveries_of(reader: Reader) -> list[dict[str, str]]:
    """Day, channel, state and reason of each, newest first. Inside ``in_municipality``."""
    with connection.cursor() as cursor:
        cursor.execute(
            load(__file__, "own_deliveries"),
            {
                "municipality": reader.municipality_id,
                "reader": reader.pk,
                "today": clock.today(),
            },
        )
        rows = cursor.fetchall()
    return [
        {"day": day.isoformat(), "channel": channel, "state": state, "reason": reason}
        for day, channel, state, reason in rows
    ]
