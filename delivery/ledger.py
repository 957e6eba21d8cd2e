"""The ledger's statements as functions: claim, ask again, hold, mark, release, sweep.

Each runs inside ``in_municipality`` and returns what it changed. The SQL files hold the rules.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from delivery import sendlog
from delivery.channels.protocol import Request
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear
from delivery.domain.retry import DAYS_UNTIL_BLOCKED, LADDER
from delivery.domain.states import State
from delivery.senders import Claimed
from kizuna.lib import sqlfile
from municipalities.tenancy.scope import the_municipality_id


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A frozen request taken for another try. ``is_over``: its time for repeating has passed."""

    id: int
    key: UUID
    delivery_ids: tuple[int, ...]
    body_sealed: bytes
    uncertain: bool
    attempts: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """Whose hands: one municipality's day, one channel, one worker thread."""

    run_day: date
    channel: str
    owner: str


def _numbers(ids: Iterable[int]) -> str:
    """An array as PostgreSQL reads it: adapting a list number by number took 7 % of a worker."""
    return "{" + ",".join(map(str, ids)) + "}"


def run(name: str, **parameters: Any) -> list[Any]:
    """Execute ``sql/<name>.sql`` for the current municipality; all rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfile.load(__file__, name),
            {"municipality": the_municipality_id(), **parameters},
        )
        return cursor.fetchall() if cursor.description else []


def claim(shift: Shift, size: int) -> list[Claimed]:
    """Take up to ``size`` due deliveries; what was put aside as poison is not among them."""
    rows = run(
        "claim_batch",
        run_day=shift.run_day,
        channel=shift.channel,
        owner=shift.owner,
        size=size,
        lease=timedelta(seconds=settings.CLAIM_LEASE_SECONDS),
    )
    return sorted(row[:5] for row in rows if row[5] == State.CLAIMED)


def pre_mark(shift: Shift, ids: Sequence[int]) -> set[int]:
    """Ask again and mark as being sent; the ids that may be handed over now."""
    rows = run(
        "pre_mark",
        run_day=shift.run_day,
        ids=_numbers(ids),
        owner=shift.owner,
        lease=timedelta(seconds=settings.SEND_LEASE_SECONDS),
    )
    handed = [(row[0], *row[2:]) for row in rows if row[1] == State.SENDING]
    sendlog.handing_over(shift.run_day, the_municipality_id(), handed)
    return {row[0] for row in handed}


def release(shift: Shift, ids: Sequence[int]) -> None:
    """Give back claimed deliveries that were not tried."""
    if ids:
        run("release", run_day=shift.run_day, ids=_numbers(ids), owner=shift.owner)


def give_up(shift: Shift, unusable: Mapping[int, str]) -> None:
    """End claimed deliveries that cannot be made into a message, each with its reason."""
    if unusable:
        run(
            "give_up",
            run_day=shift.run_day,
            owner=shift.owner,
            ids=_numbers(unusable),
            reasons=list(unusable.values()),
        )


def mark(shift: Shift, outcomes: Mapping[int, Outcome]) -> None:
    """Write down what the provider said of each delivery."""
    if not outcomes:
        return
    rows = [_row(delivery_id, outcome) for delivery_id, outcome in outcomes.items()]
    sendlog.answered(shift.run_day, the_municipality_id(), (row[:2] for row in rows))
    names = ("id", "state", "reason", "provider_id", "wait")
    run(
        "mark",
        run_day=shift.run_day,
        owner=shift.owner,
        ladder=list(LADDER),
        outcomes=json.dumps([dict(zip(names, row, strict=True)) for row in rows]),
    )
    dead = [
        delivery_id
        for delivery_id, outcome in outcomes.items()
        if isinstance(outcome, Refused) and outcome.endpoint_dead
    ]
    if dead:
        run(
            "block_dead",
            run_day=shift.run_day,
            ids=_numbers(dead),
            days=DAYS_UNTIL_BLOCKED[shift.channel],
        )


def _row(delivery_id: int, outcome: Outcome) -> tuple[int, str, str, str, float]:
    match outcome:
        case Accepted(provider_id):
            return delivery_id, State.SENT.value, "", provider_id[:100], 0
        case Refused(reason):
            return delivery_id, State.FAILED.value, reason, "", 0
        case Unclear(reason):
            return delivery_id, State.UNCLEAR.value, reason, "", 0
        case TryLater(reason, after):
            return delivery_id, State.PLANNED.value, reason, "", after


def claim_requests(shift: Shift, size: int) -> list[OpenRequest]:
    """Take frozen requests whose answer is still open."""
    rows = run(
        "claim_requests",
        run_day=shift.run_day,
        channel=shift.channel,
        owner=shift.owner,
        size=size,
        lease=timedelta(seconds=settings.SEND_LEASE_SECONDS),
    )
    return [
        OpenRequest(pk, key, tuple(ids), bytes(body), uncertain, attempts, is_over)
        for pk, key, ids, body, uncertain, attempts, is_over in rows
    ]


def freeze(
    shift: Shift, sealed: Sequence[tuple[Request, bytes]], repeat_for: timedelta
) -> list[OpenRequest]:
    """Store requests before their first try: each with its sealed body."""
    rows = run(
        "freeze",
        run_day=shift.run_day,
        channel=shift.channel,
        keys=[UUID(request.key) for request, _ in sealed],
        people=[_numbers(request.delivery_ids) for request, _ in sealed],
        bodies=[body for _, body in sealed],
        repeat_for=repeat_for,
        owner=shift.owner,
        lease=timedelta(seconds=settings.SEND_LEASE_SECONDS),
    )
    people = {UUID(request.key): request.delivery_ids for request, _ in sealed}
    return [OpenRequest(pk, key, people[key], b"", False, 1, False) for pk, key in rows]


def hold(shift: Shift, held: Iterable[tuple[Iterable[int], int]]) -> None:
    """Bind deliveries to the frozen requests that carry them: (delivery ids, request id)."""
    pairs = [(one, request_id) for ids, request_id in held for one in ids]
    if pairs:
        ids, requests = (list(column) for column in zip(*pairs, strict=True))
        run("hold", run_day=shift.run_day, ids=_numbers(ids), requests=_numbers(requests))


def sweep(run_day: date, repeatable: list[str]) -> int:
    """Free what dead workers held and end what is too late; how many rows that were."""
    return len(run("sweep", run_day=run_day, repeatable=repeatable))


def next_due(run_day: date, channel: str) -> datetime | None:
    """When this lane has work again; None when it is done."""
    at: datetime | None = run("lane_state", run_day=run_day, channel=channel)[0][0]
    return at
