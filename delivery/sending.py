"""Claim → ask again → send → record. No transaction is open while a provider is called."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Value
from django.db.models.functions import Greatest, Now
from kombu.utils.functional import retry_over_time

from delivery import ledger
from delivery.channels.protocol import Channel, Outgoing, Request, Sender
from delivery.domain.outcome import Accepted, Outcome, TryLater, Unclear
from delivery.domain.retry import SENDER_WIDE, wait_seconds
from delivery.ledger import OpenRequest, Shift
from delivery.models import FrozenRequest, Lane
from delivery.senders import outgoing_of, sender_of
from kizuna.lib.crypto import open_sealed, seal
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality

log = structlog.get_logger("delivery.sending")

BATCH = 500
# A batch that drags on gives its rest back, so that no lane keeps a worker from the others.
BATCH_SECONDS = 45
# LINE forgets a retry key after 24 hours; a try later than that could arrive twice.
REPEAT_FOR = timedelta(hours=23)
# Seconds to try and write answers down: less than the lease, after which they count as unclear.
RECORD_FOR = 90
SEALED = "frozenrequest.body"


@dataclass(frozen=True, slots=True)
class Served:
    """What one visit to a lane did. ``closed_door``: the whole sender is refused for now."""

    handled: int
    closed_door: int = 0


def serve(municipality_id: int, run_day: date, channel: Channel, owner: str) -> Served:
    """Send one batch of one municipality on one channel, and note when to come back."""
    shift = Shift(run_day, channel.name, owner)
    started = time.monotonic()
    with in_municipality(municipality_id):
        municipality = Municipality.objects.get(pk=municipality_id)
        sender = sender_of(municipality, channel.name)
        repeats = ledger.claim_requests(shift, channel.in_flight) if channel.safe_to_repeat else []
    served = _repeat(municipality_id, shift, channel, sender, repeats)
    if not served.closed_door:
        with in_municipality(municipality_id):
            claimed = ledger.claim(shift, BATCH)
        # The claim is committed before an address is opened: what breaks there is counted.
        with in_municipality(municipality_id):
            outgoing, unusable = outgoing_of(municipality, run_day, claimed)
            ledger.give_up(shift, unusable)
        if outgoing:
            fresh = _send_batch(municipality_id, shift, channel, sender, outgoing)
            served = Served(served.handled + fresh.handled, fresh.closed_door)
    _note_lane(municipality_id, shift, served)
    if served.handled:
        log.info(
            "batch",
            municipality_id=municipality_id,
            run_day=str(run_day),
            channel=channel.name,
            count=served.handled,
            seconds=round(time.monotonic() - started, 3),
        )
    return served


def _send_batch(
    municipality_id: int,
    shift: Shift,
    channel: Channel,
    sender: Sender,
    outgoing: Sequence[Outgoing],
) -> Served:
    deadline = time.monotonic() + BATCH_SECONDS
    waiting = {one.delivery_id for one in outgoing}
    handled, closed = 0, 0
    for part in _parts(channel, sender, outgoing):
        if closed or time.monotonic() > deadline:
            break
        chunk = {one for request in part for one in request.delivery_ids}
        waiting -= chunk
        with in_municipality(municipality_id):
            requests, frozen = _freeze(shift, channel, sender, part)
        outcomes = channel.send(sender, requests) if requests else {}
        _record_surely(municipality_id, shift, outcomes, frozen)
        handled += len(chunk)
        closed = _closed_door(outcomes)
    if waiting:
        with in_municipality(municipality_id):
            ledger.release(shift, sorted(waiting))
    return Served(handled, closed)


def _parts(
    channel: Channel, sender: Sender, outgoing: Sequence[Outgoing]
) -> Iterator[Sequence[Request]]:
    """As many requests as the channel may have in flight: what a crash can leave unclear."""
    requests = channel.requests(sender, outgoing)
    for start in range(0, len(requests), channel.in_flight):
        yield requests[start : start + channel.in_flight]


def _freeze(
    shift: Shift, channel: Channel, sender: Sender, part: Sequence[Request]
) -> tuple[Sequence[Request], dict[UUID, OpenRequest]]:
    """Ask again; then, where repeats are possible, fix key, people and bytes: one transaction."""
    people = [one for request in part for one in request.outgoing]
    allowed = ledger.pre_mark(shift, [one.delivery_id for one in people])
    requests = part
    if len(allowed) < len(people):
        requests = channel.requests(sender, [one for one in people if one.delivery_id in allowed])
    if not channel.safe_to_repeat or not requests:
        return requests, {}
    frozen = {one.key: one for one in ledger.freeze(shift, _sealed(sender, requests), REPEAT_FOR)}
    ledger.hold(shift, [(one.delivery_ids, one.id) for one in frozen.values()])
    return requests, frozen


def _sealed(sender: Sender, requests: Sequence[Request]) -> list[tuple[Request, bytes]]:
    home = sender.municipality_id
    return [
        (request, seal(request.body.decode(), where=SEALED, municipality_id=home))
        for request in requests
    ]


def _repeat(
    municipality_id: int,
    shift: Shift,
    channel: Channel,
    sender: Sender,
    repeats: Sequence[OpenRequest],
) -> Served:
    """Ask again for answers that got lost, each under its own key, with its own bytes."""
    if not repeats:
        return Served(0)
    live = [one for one in repeats if not one.is_over]
    requests = [
        Request(
            key=str(one.key),
            delivery_ids=one.delivery_ids,
            body=open_sealed(
                one.body_sealed, where=SEALED, municipality_id=municipality_id
            ).encode(),
        )
        for one in live
    ]
    outcomes = channel.send(sender, requests) if requests else {}
    _record_surely(municipality_id, shift, outcomes, {one.key: one for one in live})
    with in_municipality(municipality_id):
        for one in repeats:
            if one.is_over:
                _close([one])
                ledger.mark(shift, dict.fromkeys(one.delivery_ids, Unclear("no_answer_in_time")))
    return Served(sum(len(one.delivery_ids) for one in repeats), _closed_door(outcomes))


def _record_surely(
    municipality_id: int,
    shift: Shift,
    outcomes: Mapping[int, Outcome],
    frozen: Mapping[UUID, OpenRequest],
) -> None:
    """The answers are known and nobody else has them: outwait a database that restarts.

    Writing them twice changes nothing, so a commit whose own answer got lost is repeated as well.
    """

    away = (OperationalError, InterfaceError)

    def write() -> None:
        try:
            with in_municipality(municipality_id):
                _record(shift, outcomes, frozen)
        except away:
            connection.close_if_unusable_or_obsolete()
            raise

    retry_over_time(
        write, away,
        interval_start=0.5, interval_step=0.5, interval_max=3, timeout=RECORD_FOR,
    )  # fmt: skip


def _record(
    shift: Shift, outcomes: Mapping[int, Outcome], frozen: Mapping[UUID, OpenRequest]
) -> None:
    """Mark each delivery. A frozen request without a clear answer stays open, its people held."""
    held: set[int] = set()
    over: list[OpenRequest] = []
    mine = set(
        FrozenRequest.objects.select_for_update()
        .filter(pk__in=[one.id for one in frozen.values()], lease_owner=shift.owner, is_open=True)
        .values_list("pk", flat=True)
    )
    for request in frozen.values():
        # An outcome that a channel forgot is no answer.
        answers = [outcomes.get(one, Unclear("no_answer")) for one in request.delivery_ids]
        unclear = any(isinstance(answer, Unclear) for answer in answers)
        accepted = all(isinstance(answer, Accepted) for answer in answers)
        if unclear or (request.uncertain and not accepted):
            held.update(request.delivery_ids)
            FrozenRequest.objects.filter(pk=request.id, lease_owner=shift.owner).update(
                uncertain=True,
                lease_owner="",
                lease_until=None,
                not_before=Now() + timedelta(seconds=wait_seconds(request.attempts)),
            )
        elif accepted or request.id in mine:
            over.append(request)
        else:
            held.update(request.delivery_ids)  # somebody else repeats it now, and may be in doubt
    _close(over)
    ledger.mark(shift, {one: said for one, said in outcomes.items() if one not in held})


def _close(requests: Sequence[OpenRequest]) -> None:
    # The bytes name recipients; once the answer is known nobody needs them.
    if requests:
        FrozenRequest.objects.filter(pk__in=[one.id for one in requests]).update(
            is_open=False, lease_owner="", lease_until=None, body_sealed=b""
        )


def _closed_door(outcomes: Mapping[int, Outcome]) -> int:
    """Seconds to leave this sender alone, when every answer was about the sender; else 0."""
    waits = []
    for outcome in outcomes.values():
        if not isinstance(outcome, TryLater | Unclear) or outcome.reason not in SENDER_WIDE:
            return 0
        waits.append(outcome.after if isinstance(outcome, TryLater) else 0)
    return max(*waits, 5) if waits else 0


def _note_lane(municipality_id: int, shift: Shift, served: Served) -> None:
    with in_municipality(municipality_id):
        lane = Lane.objects.select_for_update().get(run_day=shift.run_day, channel=shift.channel)
        due = ledger.next_due(shift.run_day, shift.channel)
        lane.failures = lane.failures + 1 if served.closed_door else 0
        lane.is_open = due is not None
        if due is not None and served.closed_door:
            # The database's clock decides; a worker's may be an hour off.
            pause = timedelta(seconds=wait_seconds(lane.failures, served.closed_door))
            lane.not_before = Greatest(Value(due), Now() + pause)
        elif due is not None:
            lane.not_before = due
        lane.save(update_fields=["failures", "is_open", "not_before"])
