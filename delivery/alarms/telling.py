"""Tells people: a mail as soon as something is found, the webhook, and the digest of the morning.

What goes on is told once. What comes back is told again where it was over for more than an hour, so
there is at most one notice an hour of a cause and municipality. What somebody has done, or wants
quiet, is not told; statistical ones wait for the morning. A mail server or webhook that is away is
asked again with the next look: nothing is marked as told that was not.
"""

from collections.abc import Collection
from datetime import datetime, time, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Q

from delivery.alarms import mails, webhook
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Cause
from delivery.alarms.mails import Item
from delivery.alarms.recipients import Recipients
from delivery.models import Alarm, AlarmCheck
from kizuna.lib import clock
from municipalities.domain.npo_roles import NpoAct
from municipalities.tenancy.scope import across_for_npo

log = structlog.get_logger("delivery.alarms")

NIGHT = (time(21, 0), time(7, 0))
MORNING = (time(8, 0), time(12, 0))
AGAIN = timedelta(hours=1)
"""What is found anew so long after it closed, is told anew."""
DIGEST = "digest"
"""The row of ``AlarmCheck`` that keeps when the last digest went out."""
_LOCK = 0x4B697A41
"""Of the database: one process at a time tells."""


def tell(now: datetime) -> None:
    """Everything that is due to be told. What fails stays due, and takes nothing else with it."""
    for step in (_mail, _hook, _digest):
        try:
            with across_for_npo():
                if _is_alone():
                    step(now)
        except Exception:
            log.exception("telling failed", task=step.__name__)


def _is_alone() -> bool:
    """Whether no other process is telling; this one keeps the lock until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def untold(now: datetime, column: str) -> list[tuple[Alarm, Cause]]:
    """Open alarms that ``column`` (told_at, hooked_at) says nobody was told, and may be told now.

    Two of one cause and municipality (two channels) are one notice, as long as the first is open and
    for an hour after: the later one is on the page and in the digest. Inside ``across_for_npo``.
    """
    rows = (
        Alarm.objects.filter(closed_at=None, done_at=None, **{column: None})
        .filter(Q(quiet_until=None) | Q(quiet_until__lte=now))
        .select_related("municipality")
        .order_by("opened_at", "pk")
    )
    told = set(
        Alarm.objects.filter(**{f"{column}__isnull": False}, opened_on=now.date())
        .filter(Q(closed_at=None) | Q(closed_at__gte=now - AGAIN))
        .values_list("cause", "municipality_id")
    )
    found = []
    for alarm in rows:
        cause = CATALOGUE.get(alarm.cause)
        if cause is None or (cause.statistical and is_night(now)):
            continue
        if (alarm.cause, alarm.municipality_id) not in told:
            found.append((alarm, cause))
    return found


def is_night(now: datetime) -> bool:
    """Whether statistical ones wait."""
    begins, ends = NIGHT
    return now.time() >= begins or now.time() < ends


def _mail(now: datetime) -> None:
    waiting = untold(now, "told_at")
    if not waiting:
        return
    whom = Recipients()
    letters: dict[str, list[Item]] = {}
    for alarm, cause in _first_of_each(waiting):
        for address, is_inside in whom.of(alarm, cause).items():
            letters.setdefault(address, []).append(Item(alarm, cause, is_inside))
    reached = mails.send_notices(letters)
    done = {item.alarm.pk for address in reached for item in letters[address]}
    _mark("told_at", done, now)


def _hook(now: datetime) -> None:
    if not settings.ALARM_WEBHOOK_URL:
        return
    waiting = _first_of_each(untold(now, "hooked_at"))
    if waiting and webhook.call([alarm for alarm, _ in waiting]):
        _mark("hooked_at", {alarm.pk for alarm, _ in waiting}, now)


def _first_of_each(found: Collection[tuple[Alarm, Cause]]) -> list[tuple[Alarm, Cause]]:
    first: dict[tuple[str, int | None], tuple[Alarm, Cause]] = {}
    for alarm, cause in found:
        first.setdefault((alarm.cause, alarm.municipality_id), (alarm, cause))
    return list(first.values())


def _mark(column: str, alarms: Collection[int], now: datetime) -> None:
    Alarm.objects.filter(pk__in=alarms).update(**{column: now})


def _digest(now: datetime) -> None:
    """Once a morning after eight: to operators always, so that a silent morning is noticed as well."""
    last = AlarmCheck.objects.filter(cause=DIGEST).first()
    begins, ends = (clock.at(now.date(), moment) for moment in MORNING)
    if not begins <= now < ends or (last is not None and last.asked_at >= begins):
        return
    whom = Recipients()
    letters: dict[str, list[Item]] = {one.email: [] for one in whom.who(NpoAct.HOLD_RUNS)}
    open_ones = (
        Alarm.objects.filter(closed_at=None, done_at=None)
        .filter(Q(quiet_until=None) | Q(quiet_until__lte=now))
        .select_related("municipality")
        .order_by("opened_at", "pk")
    )
    for alarm in open_ones:
        if cause := CATALOGUE.get(alarm.cause):
            for address, is_inside in whom.of(alarm, cause).items():
                letters.setdefault(address, []).append(Item(alarm, cause, is_inside))
    if letters and not mails.send_digests(letters, now):
        return  # the mail server is away: with the next look
    AlarmCheck.objects.update_or_create(cause=DIGEST, defaults={"asked_at": now})
