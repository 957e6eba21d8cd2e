"""One municipality after the other; the fault of one does not keep the next."""

from collections.abc import Callable
from datetime import date, timedelta

import structlog
from django.db.models import Q

from municipalities.domain.words import Service
from municipalities.models import ContractEnd, Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality

log = structlog.get_logger("delivery.facts")

COUNTED = (Service.LIVE, Service.PAUSED)
"""Readers of a municipality whose sending rests for a while are readers still."""


COUNTED_ON = timedelta(days=35)
"""So long after its contract's end a municipality is still counted, up to its last day: the end of that
month is most often the end of the contract as well."""


def counted_places(today: date) -> list[Municipality]:
    """Those whose readers are counted here; figures from other systems come as they are reported."""
    ended = Q(service=Service.ENDED, contract_until__gte=today - COUNTED_ON)
    places = Municipality.objects.filter(Q(service__in=COUNTED) | ended)
    with across_for_npo():
        erased = ContractEnd.objects.filter(erased_at__isnull=False).values_list("municipality")
        gone = {number for (number,) in erased}
    return [one for one in places.order_by("pk") if one.pk not in gone]


def last_counted(municipality: Municipality, day: date) -> date:
    """That day, or the last one of a contract that was over by then."""
    if municipality.service != Service.ENDED or municipality.contract_until is None:
        return day
    return min(day, municipality.contract_until)


def in_each_place(what: str, today: date, work: Callable[[Municipality], int]) -> int:
    """Do it in each, in a transaction of its own, and add up; a fault is logged with ``what``."""
    total = 0
    for municipality in counted_places(today):
        try:
            with in_municipality(municipality.pk):
                total += work(municipality)
        except Exception:
            log.exception("not counted", task=what, municipality_id=municipality.pk)
    return total
