"""The figure that is reported: AU at the end of a month. Taken once, never written again."""

from datetime import date, timedelta

import structlog
from django.db import connection, transaction

from delivery.facts import audience
from delivery.facts.audience import Counted
from delivery.facts.places import in_each_place, last_counted
from delivery.facts.stretches import ONE_DAY
from delivery.models import MonthEnd
from kizuna.lib import clock
from municipalities.models import Municipality

log = structlog.get_logger("delivery.facts")

_KEEP = """
INSERT INTO delivery_monthend (municipality_id, month_end, last_birthday, taken_at, dimension, value,
    readers, subscriptions, courses, children)
SELECT %(municipality)s, %(on)s, %(last_birthday)s, now(), counted.* FROM ({}) AS counted
ON CONFLICT DO NOTHING
"""


def take_month_ends(today: date) -> int:
    """In every municipality that sends: the ends of months that are over and not taken yet.

    Asked any day, so that a first of a month on which nothing ran is made good later; where none was
    ever taken it begins with the last one. Returns how many were taken.
    """
    taken = in_each_place(
        "month end", today, lambda one: sum(take(one, end) for end in _owed(one, today))
    )
    if taken:
        log.info("month ends taken", count=taken)
    return taken


def take(municipality: Municipality, month_end: date) -> bool:
    """Inside ``in_municipality``. Whether it was taken now; a second time changes nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('month_end'), %s)", [municipality.pk]
            )
        if MonthEnd.objects.filter(month_end=month_end).exists():
            return False
        upto = municipality.last_birthday
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP.format(audience.statement()),
                {"last_birthday": upto, **audience.parameters(municipality, month_end, upto)},
            )
    log.debug("month end taken", municipality_id=municipality.pk, month_end=str(month_end))
    return True


def recount_month_end(municipality: Municipality, month_end: date) -> list[Counted]:
    """The same figures counted again from the history, to be held against what was taken.

    Inside ``in_municipality``; writes nothing.
    """
    known = MonthEnd.objects.filter(month_end=month_end, dimension="all").first()
    return audience.count(municipality, month_end, known.last_birthday if known else None)


def taken_month_end(month_end: date) -> list[Counted]:
    """What was reported for that month. Inside ``in_municipality``."""
    rows = MonthEnd.objects.filter(month_end=month_end)
    return sorted(Counted(*row) for row in rows.values_list(*Counted._fields))


def month_end_before(today: date) -> date:
    """The last day of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def _owed(municipality: Municipality, today: date) -> list[date]:
    latest = MonthEnd.objects.order_by("-month_end").values_list("month_end", flat=True).first()
    began = municipality.created_at.astimezone(clock.TOKYO).date()
    owed: list[date] = []
    end = month_end_before(last_counted(municipality, today - ONE_DAY) + ONE_DAY)
    while end >= began and (latest is None or end > latest):
        owed.append(end)
        if latest is None:
            break
        end = month_end_before(end)
    return owed[::-1]
