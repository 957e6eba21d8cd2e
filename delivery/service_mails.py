"""Confirmations and the like: handed over within seconds, beside the morning's texts.

A reader waits for one with the phone in the hand. So they have no plan and no lane, and may be
repeated: an answer that got lost is asked for again, because a second confirmation harms nobody.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection

from delivery.channels.carrier import Carrier, NoServerError, Written, carrier
from delivery.channels.mail_header import BadAddressError
from delivery.channels.protocol import MailSender
from delivery.channels.service_mail import service_mail
from delivery.domain.outcome import Accepted, Outcome, Refused
from delivery.domain.retry import SENDER_WIDE
from delivery.resending import once_more
from delivery.service_words import service_sender, words_of
from kizuna.lib import clock, sqlfile
from kizuna.lib.crypto import SealBroken
from municipalities.domain.words import MailKind
from municipalities.models import Municipality, ServiceMail
from municipalities.services import resting
from municipalities.tenancy.scope import across_for_dispatch, in_municipality

log = structlog.get_logger("delivery.service_mails")

BATCH = 50
LEASE = timedelta(seconds=60)
# What one batch may take; the rest is given back before the lease of its last mail could run out.
BATCH_SECONDS = 30
# A city's worth of sign-ups at once takes turns with the morning's texts.
TURN_SECONDS = 5
LADDER = (5, 30, 120, 600)
MOST_ATTEMPTS = len(LADDER) + 1
# While nobody listens, no mail's attempts are used up.
CLOSED_DOOR_SECONDS = 30
# A confirmation's link works for 48 hours; handed over later it would only disappoint.
USEFUL = timedelta(hours=48)


@dataclass(slots=True)
class Answer:
    """What became of one mail, as ``mark_service_mails.sql`` reads it."""

    id: int
    attempt: int
    state: str = "waiting"
    reason: str = ""
    wait: float = 0
    tried: bool = True


@dataclass(slots=True)
class Batch:
    """One municipality's mails in hand: those that are written, and what is known already."""

    written: list[tuple[Answer, Written]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def send_waiting() -> int:
    """Hand over what is due, in all municipalities; how many mails were tried or given up.

    Goes on while there is more, but not so long that the morning would notice.
    """
    count, until = 0, time.monotonic() + TURN_SECONDS
    with carrier() as door:
        while municipalities := _due():
            tried = sum(_serve_surely(municipality_id, door) for municipality_id in municipalities)
            count += tried
            if not tried or time.monotonic() > until:
                break
    return count


def _serve_surely(municipality_id: int, door: Carrier) -> int:
    """One municipality's fault is logged and does not stop the next."""
    try:
        return _serve(municipality_id, door)
    except Exception:
        log.exception("service mails failed", municipality_id=municipality_id)
        return 0


def _due() -> list[int]:
    with across_for_dispatch(), connection.cursor() as cursor:
        cursor.execute(sqlfile.load(__file__, "due_service_mails"))
        return [municipality_id for (municipality_id,) in cursor.fetchall()]


def _serve(municipality_id: int, door: Carrier) -> int:
    started = time.monotonic()
    with in_municipality(municipality_id):
        attempts, over = _claim(municipality_id)
    # The claim is committed before an address is opened: what breaks there is counted.
    with in_municipality(municipality_id):
        batch = _write(Municipality.objects.get(pk=municipality_id), attempts)
    _hand_over(batch.written, door, started + BATCH_SECONDS)
    answers = batch.answers + [answer for answer, _ in batch.written]
    with in_municipality(municipality_id):
        _mark(municipality_id, answers)
    tried = [answer for answer in answers if answer.tried]
    log.info(
        "service mails",
        municipality_id=municipality_id,
        sent=sum(answer.state == "sent" for answer in tried),
        again=len(answers) - sum(answer.state != "waiting" for answer in answers),
        failed=over + sum(answer.state == "failed" for answer in tried),
        seconds=round(time.monotonic() - started, 3),
    )
    return over + len(tried)


def _claim(municipality_id: int) -> tuple[dict[int, int], int]:
    """The number of the attempt by mail, and how many were given up instead."""
    parameters: dict[str, Any] = {
        "municipality": municipality_id,
        "size": BATCH,
        "lease": LEASE,
        "most": MOST_ATTEMPTS,
        "useful": USEFUL,
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfile.load(__file__, "claim_service_mails"), parameters)
        rows = cursor.fetchall()
    return {pk: attempt for pk, attempt, state in rows if state == "sending"}, sum(
        state == "failed" for _, _, state in rows
    )


def _write(municipality: Municipality, attempts: dict[int, int]) -> Batch:
    """Put the claimed mails into words. One that cannot be written does not hold up the others."""
    mails = list(
        ServiceMail.objects.filter(pk__in=attempts)
        .select_related("registration", "reader")
        .order_by("not_before", "pk")
    )
    asked = resting.still_to_ask([mail for mail in mails if mail.kind in resting.ASKS])
    sender, batch = service_sender(municipality), Batch()
    for mail in mails:
        answer = Answer(mail.pk, attempts[mail.pk])
        try:
            written = _written(municipality, sender, mail, asked)
            if written is None:
                answer.state, answer.reason = "failed", "no_longer_wanted"
                batch.answers.append(answer)
                continue
            batch.written.append((answer, written))
        except (SealBroken, ValueError) as error:
            answer.state, answer.reason = "failed", _why(error)
            batch.answers.append(answer)
    return batch


def _written(
    municipality: Municipality, sender: MailSender, mail: ServiceMail, asked: dict[int, str]
) -> Written | None:
    """One mail as bytes; None where nobody waits for it any more."""
    now = clock.now().timestamp()
    if mail.kind == MailKind.RESEND:
        return once_more(municipality, mail, now)
    address = asked.get(mail.pk) if mail.kind in resting.ASKS else mail.address
    if address is None or _is_settled(mail):
        return None
    words = words_of(municipality, mail)
    return Written(service_mail(mail.pk, sender, address, words, now), words)


def _is_settled(mail: ServiceMail) -> bool:
    """Confirmed meanwhile, or asked for too long ago: its link would lead nowhere."""
    asked = mail.registration
    return asked is not None and (asked.confirmed_at is not None or asked.expires_at <= clock.now())


def _why(error: Exception) -> str:
    """A code: the error's own words may hold what was typed."""
    if isinstance(error, SealBroken):
        return "unreadable"
    return "bad_address" if isinstance(error, BadAddressError) else "bad_content"


def _hand_over(written: Sequence[tuple[Answer, Written]], door: Carrier, until: float) -> None:
    """One after the other over one connection; no transaction is open."""
    refused_in_a_row = 0
    for number, (answer, mail) in enumerate(written):
        if time.monotonic() > until:
            return _give_back(written[number:], "", 0)
        try:
            outcome = door.hand_over(mail)
        except NoServerError as error:
            return _give_back(written[number:], error.reason, CLOSED_DOOR_SECONDS)
        _settle(answer, outcome)
        refused_in_a_row = refused_in_a_row + 1 if answer.reason in SENDER_WIDE else 0
        if refused_in_a_row == 2:
            return _give_back(written[number + 1 :], answer.reason, CLOSED_DOOR_SECONDS)
    return None


def _give_back(rest: Sequence[tuple[Answer, Written]], reason: str, wait: float) -> None:
    """Not tried, so not counted."""
    for answer, _ in rest:
        answer.tried, answer.reason, answer.wait = False, reason, wait


def _settle(answer: Answer, outcome: Outcome) -> None:
    if isinstance(outcome, Accepted):
        answer.state = "sent"
        return
    answer.reason = outcome.reason
    if isinstance(outcome, Refused) or answer.attempt >= MOST_ATTEMPTS:
        answer.state = "failed"
    else:
        answer.wait = LADDER[answer.attempt - 1]


def _mark(municipality_id: int, answers: Sequence[Answer]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfile.load(__file__, "mark_service_mails"),
            {
                "municipality": municipality_id,
                "answers": json.dumps([asdict(answer) for answer in answers]),
            },
        )
