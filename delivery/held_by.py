"""Who lets the current municipality's day wait: two persons are counted by these questions."""

from datetime import date

from django.db.models import QuerySet

from delivery.models import Hold
from delivery.queries import in_force
from municipalities.domain.words import EndpointKind
from municipalities.models import StaffUser

BOTH = frozenset(kind.value for kind in EndpointKind)


def another(on: date, by: StaffUser) -> bool:
    """Whether somebody else lets all of that day wait: the first of two persons who end it."""
    return _channels(_pauses(on).exclude(asked_by=by)) >= BOTH


def people(on: date) -> bool:
    """Whether people let all of that day wait; what the program holds by itself is left out."""
    return _channels(_pauses(on)) >= BOTH


def somebody(on: date) -> set[str]:
    """The channels that people hold or have stopped."""
    return _channels(
        Hold.objects.filter(in_force(), run_day=on).exclude(kind="pause", asked_by=None)
    )


def _pauses(on: date) -> QuerySet[Hold]:
    return Hold.objects.filter(in_force(), kind="pause", run_day=on, asked_by__isnull=False)


def _channels(holds: QuerySet[Hold]) -> set[str]:
    found = set(holds.values_list("channel", flat=True))
    return set(BOTH) if "" in found else found
