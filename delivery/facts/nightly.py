"""Counting what is not counted yet, and counting again what was asked for."""

from datetime import date, timedelta

from django.db.models import Min

from delivery.facts import audience, flows, retention
from delivery.facts.places import counted_places, in_each_place, last_counted
from delivery.facts.stretches import ONE_DAY
from delivery.models import AudienceFact
from kizuna.lib import clock
from municipalities.models import Municipality, ReaderSpan

__all__ = ("count_yesterday", "counted_places", "rebuild")


def count_yesterday(today: date) -> int:
    """In every municipality that sends: all days up to yesterday that nobody has counted yet.

    A night that fell out is made good by the next one, as far back as daily figures are kept; where
    nothing was ever counted, the months since the first reader are. Repeating it counts yesterday
    again and changes nothing. Returns how many days were counted.
    """
    yesterday = today - ONE_DAY

    def work(municipality: Municipality) -> int:
        audience.forget_before(today)
        flows.forget_before(today)
        last = last_counted(municipality, yesterday)
        latest = AudienceFact.objects.order_by("-on").values_list("on", flat=True).first()
        if latest is None:
            _months_before(municipality, last)
            latest = last
        first = min(last, max(latest + ONE_DAY, today - audience.KEPT))
        return rebuild(municipality, first, last, last)

    return in_each_place("yesterday", today, work)


def rebuild(municipality: Municipality, first: date, last: date, yesterday: date) -> int:
    """All figures of these days, by delete and insert; the months they touch and the life table too.

    Inside ``in_municipality``. What is counted up to now is counted up to ``yesterday``; the audience
    and the flows of days that are not kept any more are not counted. Ends of months that were taken
    stay. Returns the number of days.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for day in days:
        if day >= yesterday + ONE_DAY - audience.KEPT:
            audience.rebuild(municipality, day)
    kept = max(first, yesterday + ONE_DAY - flows.KEPT)
    if kept <= last:
        flows.rebuild_days(municipality, kept, last)
    for month in sorted({day.replace(day=1) for day in days}):
        flows.rebuild_month(municipality, month, yesterday)
    retention.rebuild(municipality, yesterday)
    return len(days)


def _months_before(municipality: Municipality, yesterday: date) -> None:
    """Flows of all months from the first reader's to the one before yesterday's."""
    began = ReaderSpan.objects.aggregate(first=Min("from_at"))["first"]
    month = began.astimezone(clock.TOKYO).date().replace(day=1) if began else yesterday
    while month < yesterday.replace(day=1):
        flows.rebuild_month(municipality, month, yesterday)
        month = (month + timedelta(days=31)).replace(day=1)
