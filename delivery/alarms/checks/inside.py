"""What only a municipality's own tables tell. Asked once a night, one municipality after the other.

These step into each municipality as the application; what leaves it are counts.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import structlog
from django.db.models import Q, QuerySet

from delivery.alarms.cause import Finding, State
from delivery.alarms.look import Look
from delivery.facts.drift import drifted_month_ends
from delivery.facts.places import COUNTED
from messages.domain import grid
from messages.domain.stage import Stage
from messages.services import calendar
from municipalities.domain.roles import Act, Role, may
from municipalities.models import Membership, Municipality
from municipalities.tenancy.scope import in_municipality

log = structlog.get_logger("delivery.alarms")

UNUSED = timedelta(days=180)
ENOUGH_APPROVERS = 2
MONTH_ENDS = 2
"""So many of the newest reported ones are counted again each night."""


def text_gap(look: Look) -> Iterator[Finding]:
    """A reader meets a stage without a text within three weeks. One finding a stage, for all."""
    met: dict[Stage, tuple[date, int, int]] = {}
    broken = []
    for one in look.live.values():
        try:
            found = _gaps(one, look.today)
        except Exception:
            log.exception("check failed", task="text_gap", municipality_id=one.pk)
            broken.append(one.pk)
            continue
        for stage, (day, readers) in found.items():
            first, people, places = met.get(stage, (day, 0, 0))
            met[stage] = (min(first, day), people + readers, places + 1)
    for stage, (day, readers, places) in sorted(met.items()):
        yield Finding(
            about=stage.key,
            facts={
                "stage": stage.key,
                "day": day.isoformat(),
                "readers": readers,
                "count": places,
            },
        )
    yield from (Finding(pk, state=State.ERROR) for pk in broken)


def _gaps(one: Municipality, today: date) -> dict[Stage, tuple[date, int]]:
    """Stage → the first day on which somebody meets it, and how many do on that day."""
    with in_municipality(one.pk):
        near = calendar.near_gaps(one, today)
        if not near:
            return {}
        readers = calendar.readers_by_anchor(today, calendar.Filters())
    return {stage: (day, grid.readers_at(stage, readers, day)) for stage, day in near.items()}


def unused_account(look: Look) -> Iterator[Finding]:
    """An account that nobody used for half a year is a door that nobody watches."""
    before = look.now - UNUSED
    quiet = Q(user__last_login__lt=before) | Q(user__last_login=None, user__date_joined__lt=before)
    yield from _each(look, "unused_account", lambda: _members().filter(quiet).count(), 1)


def one_approver(look: Look) -> Iterator[Finding]:
    """Fewer than two may agree to a text: with one on leave, nothing can be approved."""
    approving = [role for role in Role if may(role, Act.APPROVE_BLOCKS)]

    def missing() -> int:
        return max(0, ENOUGH_APPROVERS - _members().filter(role__in=approving).count())

    yield from _each(look, "one_approver", missing, 1)


def month_end_differs(look: Look) -> Iterator[Finding]:
    """A reported figure that the readers' history does not tell any more."""
    del look
    places = Municipality.objects.filter(service__in=COUNTED).order_by("pk")
    for one in places:
        try:
            with in_municipality(one.pk):
                found = drifted_month_ends(one, MONTH_ENDS)
        except Exception:
            log.exception("check failed", task="month_end_differs", municipality_id=one.pk)
            yield Finding(one.pk, state=State.ERROR)
            continue
        for end in found:
            yield Finding(one.pk, end.isoformat(), {"day": end.isoformat()})


def _members() -> QuerySet[Membership]:
    return Membership.objects.filter(user__is_active=True)


def _each(look: Look, name: str, count: Callable[[], int], least: int) -> Iterator[Finding]:
    """Ask each live municipality; one that breaks is a finding of its own."""
    for pk in look.live:
        try:
            with in_municipality(pk):
                found = count()
        except Exception:
            log.exception("check failed", task=name, municipality_id=pk)
            yield Finding(pk, state=State.ERROR)
            continue
        if found >= least:
            yield Finding(pk, facts={"count": found})
