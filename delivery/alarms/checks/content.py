"""Are the words there, read by somebody lately, and does a municipality still speak?"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery

from delivery.alarms.cause import Finding
from delivery.alarms.look import Look
from kizuna.lib import clock
from messages.domain.review import BroadcastState, ReviewState
from messages.models import Broadcast, Contact, LocalBlock, TextVersion
from municipalities.models import Municipality

CONTACT_DAYS = 180
SILENT_DAYS = 60
LONG_SILENT_DAYS = 90


def review_overdue(look: Look) -> Iterator[Finding]:
    """Texts that are being sent are past the day by which they should have been read again."""
    newest = (
        TextVersion.objects.filter(
            base_text=OuterRef("base_text"),
            variant=OuterRef("variant"),
            effective_from__lte=look.today,
            withdrawn_at=None,
        )
        .order_by("-number")
        .values("pk")[:1]
    )
    late = TextVersion.objects.filter(review_by__lt=look.today, pk=Subquery(newest)).aggregate(
        count=Count("pk"), oldest=Min("review_by")
    )
    if late["count"]:
        yield Finding(facts={"count": late["count"], "day": late["oldest"].isoformat()})


def contact_stale(look: Look) -> Iterator[Finding]:
    """Nobody has made sure of a telephone number for half a year."""
    rows = (
        Contact.objects.filter(verified_on__lt=look.today - timedelta(days=CONTACT_DAYS))
        .values_list("municipality_id")
        .annotate(count=Count("pk"))
    )
    for pk, count in rows.order_by("municipality_id"):
        if pk in look.live:
            yield Finding(pk, facts={"count": count})


def no_announcement(look: Look) -> Iterator[Finding]:
    """Nothing of the municipality's own has reached readers for two months."""
    for pk, days in _silent_days(look).items():
        if SILENT_DAYS <= days < LONG_SILENT_DAYS:
            yield Finding(pk, facts={"days": days})


def no_announcement_long(look: Look) -> Iterator[Finding]:
    """The same for three months: time for a call."""
    for pk, days in _silent_days(look).items():
        if days >= LONG_SILENT_DAYS:
            yield Finding(pk, facts={"days": days})


def _silent_days(look: Look) -> dict[int, int]:
    """Days since the last announcement in force or broadcast; since the beginning where there was none."""
    heard = {pk: _began(one) for pk, one in look.live.items()}
    blocks = (
        LocalBlock.objects.filter(state=ReviewState.APPROVED)
        .exclude(shown_from__gt=look.today)
        .values_list("municipality_id")
        .annotate(
            ends=Max("shown_until"),
            endless=Count("pk", filter=Q(shown_until=None)),
        )
    )
    for pk, ends, endless in blocks:
        _hear(heard, pk, look.today if endless or ends >= look.today else ends)
    sent = Broadcast.objects.filter(
        state__in=[BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.STOPPED],
        run_day__isnull=False,
    )
    for pk, day in sent.values_list("municipality_id").annotate(last=Max("run_day")):
        _hear(heard, pk, day)
    return {pk: (look.today - day).days for pk, day in heard.items()}


def _began(one: Municipality) -> date:
    made = one.created_at.astimezone(clock.TOKYO).date()
    return max(made, one.contract_from) if one.contract_from else made


def _hear(heard: dict[int, date], pk: int, day: date) -> None:
    if pk in heard:
        heard[pk] = max(heard[pk], day)
