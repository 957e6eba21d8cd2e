"""The demo's past: since when its families have been reading, so that figures have a year behind them.

Each family gets a day of registration that fits its child's age, drawn from its number; one in twelve
of as many again came and stopped. Facts and ends of months are then counted from that, as every
night counts them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection

from delivery.facts import flows, month_end, rebuild
from delivery.figures import last_day
from delivery.models import MonthEnd
from kizuna.lib import clock
from messages.models import LocalBlock
from municipalities.models import Births, Municipality

DAYS = 400
"""So long the demo's families have been reading. Flows are counted from that day's month on, ends of
months from the first whole month: nobody may be active who is in no count of registrations."""
DETAILED = 35
"""So many days are counted one by one; before that the months are enough."""

_SINCE = """
    SELECT span.*, least(now() - interval '1 hour', (earliest + (%(today)s - earliest) *
        (abs(hashint8(subscription_id)) %% 997) / 997)::timestamptz + interval '3 hours') AS since
    FROM (
        SELECT *, greatest(%(today)s - %(days)s,
            anchor - CASE WHEN kind = 'child' THEN 190 ELSE 240 END) AS earliest
        FROM municipalities_readerspan
        WHERE municipality_id = %(municipality)s AND until_at IS NULL
    ) AS span
"""
_COLUMNS = """id, municipality_id, subscription_id, reader_id, course_id, kind, anchor, children, channel,
    relation, starts_on, from_at, until_at, ended_by"""
# A subscription's spans are in the order of their numbers: what came before today's is below 0.
_STATEMENTS = (
    # The time in pregnancy of a child that is born by now.
    f"""
    INSERT INTO municipalities_readerspan ({_COLUMNS})
    SELECT -2 * id - 1, municipality_id, subscription_id, reader_id, course_id, 'pregnancy', anchor, children,
        channel, relation, since::date, since, anchor::timestamptz, 'changed'
    FROM ({_SINCE}) AS span WHERE kind = 'child' AND since < anchor
    """,
    # From then, or from the registration, until the span of today begins.
    f"""
    INSERT INTO municipalities_readerspan ({_COLUMNS})
    SELECT -2 * id, municipality_id, subscription_id, reader_id, course_id, kind, anchor, children,
        channel, relation, since::date,
        CASE WHEN kind = 'child' THEN greatest(since, anchor) ELSE since END, from_at, 'changed'
    FROM ({_SINCE}) AS span
    WHERE from_at > CASE WHEN kind = 'child' THEN greatest(since, anchor) ELSE since END
    """,
    # Who came and stopped; their numbers are nobody's.
    f"""
    INSERT INTO municipalities_readerspan ({_COLUMNS})
    SELECT -2 * id - 1000000000, municipality_id, -subscription_id, -reader_id, -course_id, kind, anchor, children,
        channel, relation, since::date, since, since + (now() - since) / 2, 'stopped'
    FROM ({_SINCE}) AS span
    WHERE subscription_id %% 12 = 0 AND (kind <> 'child' OR since >= anchor)
    """,
    f"""
    UPDATE municipalities_subscription s SET created_at = span.since
    FROM ({_SINCE}) AS span
    WHERE s.municipality_id = %(municipality)s AND s.id = span.subscription_id
    """,
)


def remember(municipality: Municipality, today: date, births: int) -> None:
    """Once. Inside ``in_municipality``."""
    if MonthEnd.objects.exists():
        return
    named: dict[str, Any] = {"municipality": municipality.pk, "today": today, "days": DAYS}
    with connection.cursor() as cursor:
        for statement in reversed(_STATEMENTS[3:]):
            cursor.execute(statement, named)
        for statement in _STATEMENTS[:3]:
            cursor.execute(statement, named)
    Municipality.objects.filter(pk=municipality.pk).update(
        created_at=clock.now() - timedelta(days=DAYS)
    )
    LocalBlock.objects.filter(approved_at__isnull=False).update(
        approved_at=clock.now() - timedelta(days=70)
    )
    yesterday = today - timedelta(days=1)
    first = (today - timedelta(days=DAYS)).replace(day=1)
    flows.rebuild_month(municipality, first, yesterday)
    for month in _months_after(first, today):
        month_end.take(municipality, last_day(month))
        flows.rebuild_month(municipality, month, yesterday)
    rebuild(municipality, today - timedelta(days=DETAILED), yesterday, yesterday)
    for back in range(4):
        Births.objects.get_or_create(
            municipality=municipality,
            year=today.year - 1 - back,
            defaults={"count": births + 11 * back, "noted_at": clock.now(), "source": "見本"},
        )


def _months_after(first: date, today: date) -> Iterator[date]:
    """The first days of the months after that one that are over today."""
    month = last_day(first) + timedelta(days=1)
    while last_day(month) < today:
        yield month
        month = last_day(month) + timedelta(days=1)
