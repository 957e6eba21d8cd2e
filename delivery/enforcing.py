"""Lanes and ledger of a day become what its holds say. Inside ``in_municipality`` only."""

from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Now

from delivery import ledger
from delivery.models import Hold, Lane
from delivery.queries import held_channels
from kizuna.lib import clock
from municipalities.domain.words import EndpointKind


def enforce(on: date) -> None:
    """Make lanes and ledger of that day what the holds say. Repeating it changes nothing."""
    if not Hold.objects.filter(run_day=on).exists():
        return
    held, stopped = held_channels(on), stopped_channels(on)
    if stopped:
        ledger.run("hold_stop", run_day=on, channels=sorted(stopped))
    if held - stopped:
        ledger.run("hold_mark", run_day=on, channels=sorted(held - stopped))
    lanes = Lane.objects.filter(run_day=on)
    if on < clock.today():
        _end(on, lanes.filter(is_held=True))
        return
    lanes.filter(channel__in=held).update(is_held=True)
    freed = lanes.filter(is_held=True).exclude(channel__in=held)
    if channels := list(freed.values_list("channel", flat=True)):
        ledger.run("hold_release", run_day=on, channels=channels)
        freed.update(is_held=False, is_open=True, not_before=Now())


def _end(on: date, held: QuerySet[Lane]) -> None:
    """The day is over and was held to its end: late is late, and nothing is asked again."""
    if channels := list(held.values_list("channel", flat=True)):
        ledger.run("hold_over", run_day=on, channels=channels)
        held.update(is_held=False, is_open=True, not_before=Now())


def stopped_channels(on: date) -> set[str]:
    """What was stopped for good that day."""
    rows = Hold.objects.filter(run_day=on, kind="stop", agreed_at__isnull=False)
    stopped = set(rows.values_list("channel", flat=True))
    return {kind.value for kind in EndpointKind} if "" in stopped else stopped
