"""The end of the last course: thanks without a name, and, a year later, nothing is left."""

from datetime import date, time, timedelta

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet

from kizuna.lib import clock
from messages.domain.graduation import (
    graduates_on,
    latest_birth_graduated_by,
    latest_due_date_over_by,
)
from municipalities.models import Municipality, Reader, Subscription, Thanks
from municipalities.services.erasing import erase_readers
from municipalities.tenancy.scope import in_municipality

KEPT_DAYS = 365
"""So long after the last course ended a reader can still read what was sent."""

AT_ONCE = 500

log = structlog.get_logger("messages.graduation")


def has_graduated(municipality: Municipality, reader: Reader, on: date) -> bool:
    """Whether all that this reader still follows has had its last birthday, and there is something.

    Inside ``in_municipality``.
    """
    births = list(
        Subscription.objects.filter(
            reader=reader, stopped_at=None, course__closed_at=None
        ).values_list("course__birth_date", flat=True)
    )
    return bool(births) and all(
        birth and graduates_on(birth, municipality.last_birthday) <= on for birth in births
    )


def leave_thanks(municipality: Municipality, text: str, *, may_publish: bool) -> None:
    """Keep what was written, and of its writer nothing: no reader, no child, no day."""
    Thanks.objects.create(
        municipality=municipality,
        text=text,
        may_publish=may_publish,
        month=clock.today().replace(day=1),
    )


def forget_graduates(on: date) -> int:
    """In all municipalities: erase whose last course ended more than ``KEPT_DAYS`` before ``on``.

    Ended is: stopped, closed, past the last birthday, or past 41w6d without a birth. Figures stay.
    Returns how many readers went. One municipality's trouble does not keep the others.
    """
    gone = 0
    for municipality in Municipality.objects.order_by("pk"):
        try:
            gone += _forget_in(municipality, on - timedelta(days=KEPT_DAYS))
        except Exception:
            log.exception("graduates not forgotten", municipality=municipality.slug)
    return gone


def _forget_in(municipality: Municipality, limit: date) -> int:
    gone = 0
    while True:
        with in_municipality(municipality.pk):
            readers = list(_long_over(municipality, limit).values_list("pk", flat=True)[:AT_ONCE])
            erase_readers(readers, never_again=False)
        gone += len(readers)
        if len(readers) < AT_ONCE:
            return gone


def _long_over(municipality: Municipality, limit: date) -> QuerySet[Reader]:
    """Readers without anything that was still going on after ``limit``."""
    moment = clock.at(limit, time.min)
    yesterday = limit - timedelta(days=1)
    born = latest_birth_graduated_by(yesterday, municipality.last_birthday)
    due = latest_due_date_over_by(yesterday)
    going_on = Subscription.objects.filter(
        Q(stopped_at=None) | Q(stopped_at__gte=moment),
        Q(course__closed_at=None) | Q(course__closed_at__gte=moment),
        Q(course__birth_date__gt=born) | Q(course__birth_date=None, course__due_date__gt=due),
        reader=OuterRef("pk"),
    )
    return Reader.objects.filter(~Exists(going_on), created_at__lt=moment).order_by("pk")
