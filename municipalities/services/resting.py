"""The two questions that are asked of readers unasked, each rarely, and never twice.

After 41w6d the texts rest until the reader says how to go on; a date that was only guessed is asked
for once. Neither mail assumes anything: whoever opens it may have lost the child.
"""

import contextlib
from collections.abc import Iterable
from datetime import date, timedelta

import structlog
from django.db import connection
from django.db.models import Q

from kizuna.lib import clock, sqlfile
from kizuna.lib.crypto import SealBroken
from municipalities.domain.words import EndpointKind, MailKind, Service
from municipalities.models import Municipality, ServiceMail, Subscription
from municipalities.tenancy.scope import in_municipality

log = structlog.get_logger("municipalities.resting")

RESTS_AFTER = timedelta(days=14)
"""42w0d is the due date and two weeks: the first day without a text (``ask_resting.sql``)."""

ASKS = frozenset({MailKind.RESTING, MailKind.NEAR_DATE})
_STATEMENTS = {MailKind.RESTING: "ask_resting", MailKind.NEAR_DATE: "ask_near_date"}


def ask_everywhere(today: date) -> int:
    """Queue the questions that are due, in every municipality that sends; how many they are.

    One municipality's fault is logged and does not stop the next.
    """
    count = 0
    for municipality in Municipality.objects.filter(service=Service.LIVE).order_by("pk"):
        try:
            with in_municipality(municipality.pk):
                count += ask(municipality, today)
        except Exception:
            log.exception("asking failed", municipality_id=municipality.pk)
    if count:
        log.info("questions are waiting", count=count)
    return count


def ask(municipality: Municipality, today: date) -> int:
    """Queue one municipality's questions, for its usual hour: nobody is written to at night.

    Inside ``in_municipality``. Asking again adds nothing, two at once neither.
    """
    count = 0
    with connection.cursor() as cursor:
        # A statement sees what was there when it began: only after the lock it sees the other's.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('resting.ask'), %s)", [municipality.pk]
        )
        for kind, statement in _STATEMENTS.items():
            cursor.execute(
                sqlfile.load(__file__, statement),
                {
                    "municipality": municipality.pk,
                    "today": today,
                    "kind": kind.value,
                    "not_before": clock.at(today, municipality.send_time),
                },
            )
            count += cursor.rowcount
    return count


def still_to_ask(mails: Iterable[ServiceMail]) -> dict[int, str]:
    """The address of each question that still holds: hours lie between queuing and sending.

    By the mail's number. Whoever stopped, paused, reported a birth or gave a date is left out.
    So is an address that no key opens. Inside ``in_municipality``.
    """
    wanted = {mail.pk: (mail.reader_id, mail.kind) for mail in mails}
    if not wanted:
        return {}
    today = clock.today()
    addresses: dict[tuple[int | None, str], str] = {}
    for one in _running({reader_id for reader_id, _ in wanted.values()}, today):
        rests = one.course.anchor <= today - RESTS_AFTER
        for kind, holds in (
            (MailKind.RESTING, rests),
            (MailKind.NEAR_DATE, one.course.is_provisional and not rests),
        ):
            if holds:
                with contextlib.suppress(SealBroken):
                    addresses[one.reader_id, kind] = one.endpoint.address
    return {pk: addresses[key] for pk, key in wanted.items() if key in addresses}


def _running(readers: Iterable[int | None], today: date) -> Iterable[Subscription]:
    return (
        Subscription.objects.filter(
            Q(paused_at=None) | Q(paused_until__lte=today),
            reader_id__in=list(readers),
            stopped_at=None,
            course__kind="pregnancy",
            course__closed_at=None,
            endpoint__kind=EndpointKind.EMAIL,
            endpoint__blocked_at=None,
            endpoint__verified_at__isnull=False,
        )
        .select_related("course", "endpoint")
        .order_by("pk")
    )
