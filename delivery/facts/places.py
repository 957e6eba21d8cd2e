"""One municipality after the other; the fault of one does not keep the next."""

from collections.abc import Callable

import structlog

from municipalities.domain.words import Service
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality

log = structlog.get_logger("delivery.facts")

COUNTED = (Service.LIVE, Service.PAUSED)
"""Readers of a municipality whose sending rests for a while are readers still."""


def counted_places() -> list[Municipality]:
    """Those whose readers are counted here; figures from other systems come as they are reported."""
    return list(Municipality.objects.filter(service__in=COUNTED).order_by("pk"))


def in_each_place(what: str, work: Callable[[Municipality], int]) -> int:
    """Do it in each, in a transaction of its own, and add up; a fault is logged with ``what``."""
    total = 0
    for municipality in counted_places():
        try:
            with in_municipality(municipality.pk):
                total += work(municipality)
        except Exception:
            log.exception("not counted", what=what, municipality_id=municipality.pk)
    return total
