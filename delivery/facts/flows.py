"""Who came and who went, by day and by month, from spans and the calendar."""

import calendar
from datetime import date, time, timedelta
from typing import Any

from django.db import connection, transaction

import delivery
from delivery.facts.audience import end_of
from delivery.facts.stretches import ONE_DAY, as_arrays, stretches
from delivery.models import FlowFact, MonthFlow
from kizuna.lib import clock, sqlfile
from messages.domain.graduation import latest_birth_graduated_by
from messages.domain.schedule import anchors_for
from messages.domain.stage import Stage, Unit
from municipalities.models import Municipality

KEPT = timedelta(days=400)
"""So long the days are kept. The alarm of falling registrations compares four weeks with the same
ones 52 weeks before, 393 days back; a week is left for nights that fell out. Months last."""

_BY_DAY = """
INSERT INTO delivery_flowfact (municipality_id, "on", flow, channel, count)
SELECT %(municipality)s, event.on, event.flow, event.channel, count(*)
FROM ({}) AS event GROUP BY 2, 3, 4
"""
_BY_MONTH = """
INSERT INTO delivery_monthflow (municipality_id, month, flow, dimension, value, count)
SELECT %(municipality)s, %(month)s, event.flow, cut.dimension, cut.value, count(*)
FROM ({}) AS event
CROSS JOIN LATERAL (
    VALUES ('all', ''), ('channel', channel), ('stage', stage), ('relation', relation)
) AS cut (dimension, value)
GROUP BY 3, 4, 5
"""


def rebuild_days(municipality: Municipality, first: date, last: date) -> None:
    """FlowFact of these days, by delete and insert. Inside ``in_municipality``."""
    with transaction.atomic():
        FlowFact.objects.filter(on__range=(first, last)).delete()
        _insert(_BY_DAY, municipality, first, last)


def rebuild_month(municipality: Municipality, month: date, upto: date) -> None:
    """MonthFlow of the month that begins on ``month``, with what is known of it up to ``upto``."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    with transaction.atomic():
        MonthFlow.objects.filter(month=month).delete()
        _insert(_BY_MONTH, municipality, month, min(last, upto), month=month)


def forget_before(on: date) -> None:
    """Inside ``in_municipality``: days older than ``KEPT`` go."""
    FlowFact.objects.filter(on__lt=on - KEPT).delete()


def _insert(wrapper: str, municipality: Municipality, first: date, last: date, **more: Any) -> None:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    upto = municipality.last_birthday
    birthday = Stage(Unit.BIRTHDAY, upto)
    graduates = [(day, birth) for day in days for birth in anchors_for(birthday, day)]
    with connection.cursor() as cursor:
        cursor.execute(
            wrapper.format(sqlfile.load(delivery.__file__, "facts_flows")),
            {
                "municipality": municipality.pk,
                "begin": clock.at(first, time.min),
                "end": end_of(last),
                **as_arrays(one for day in days for one in stretches(day, upto)),
                "over_days": days,
                "over_births": [latest_birth_graduated_by(day - ONE_DAY, upto) for day in days],
                "last_days": [day for day, _ in graduates],
                "last_births": [birth for _, birth in graduates],
                **more,
            },
        )
