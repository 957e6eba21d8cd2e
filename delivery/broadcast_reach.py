"""Whom a broadcast would reach, and who is left out for which reason. Inside ``in_municipality``.

The count and the plan ask the same question in the same words. Before it leaves, one thing more is
counted: whoever gets another one that is approved and leaves first is not reached by this one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from kizuna.lib import clock, sqlfile
from messages.domain.review import BroadcastState
from messages.domain.sending_hours import leaves_at
from messages.models import Broadcast
from messages.services import broadcasts
from municipalities.domain.words import AUDIENCE_OF
from municipalities.tenancy.scope import the_municipality_id

SPACE = timedelta(hours=72)
"""Between two broadcasts to the same person."""


@dataclass(slots=True)
class Reach:
    """How many get it on each channel, and how many are left out for which reason."""

    by_channel: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Everybody who gets it."""
        return sum(self.by_channel.values())


def count(one: Broadcast, at: datetime) -> Reach:
    """Exactly whom it would reach if it left at that moment."""
    reach = Reach()
    first = [other for other in neighbours(one, at) if _order(other) < (at, one.pk)]
    parameters = people(one, at)
    for number, other in enumerate(first):
        parameters |= {
            f"{_prefix(number)}{name}": value
            for name, value in people(other, _leaves(other)).items()
        }
    with connection.cursor() as cursor:
        cursor.execute(meant("broadcast_count", _taken(len(first))), parameters)
        for channel, reason, some in cursor.fetchall():
            counts, key = (reach.left_out, reason) if reason else (reach.by_channel, channel)
            counts[key] = counts.get(key, 0) + some
    return reach


def neighbours(one: Broadcast, at: datetime) -> list[Broadcast]:
    """Approved ones that leave less than 72 hours before or after that moment, in their order.
    Nobody gets both; an urgent one and a correction ask no one."""
    if not _is_spaced(one):
        return []
    now = clock.now()
    waiting = Broadcast.objects.filter(
        state=BroadcastState.APPROVED, send_at__gt=at - SPACE - timedelta(days=1)
    )
    found = waiting.exclude(pk=one.pk).select_related("municipality", "corrects")
    near = [
        other
        for other in found.filter(send_at__lt=at + SPACE)
        if abs(_leaves(other) - at) < SPACE and not broadcasts.is_missed(other, now)
    ]
    return sorted(near, key=_order)


def meant(name: str, taken: str = "") -> str:
    """The statement of that name with the question who is meant in the place of its mark."""
    question = sqlfile.load(__file__, "broadcast_people")
    whole = sqlfile.load(__file__, name).replace("/* people */", question)
    return whole.replace("/* taken */", taken)


def people(one: Broadcast, at: datetime) -> dict[str, Any]:
    """The parameters of broadcast_people.sql."""
    segment, on = broadcasts.segment_of(one), at.astimezone(clock.TOKYO).date()
    anchors = [span.anchors(on) for span in segment.spans]
    return {
        "municipality": the_municipality_id(),
        "broadcast": one.pk,
        "run_day": on,
        "at": at,
        "kinds": [span.kind.value for span in segment.spans],
        "firsts": [first for first, _ in anchors],
        "lasts": [last for _, last in anchors],
        "relations": [
            relation.value
            for relation, audience in AUDIENCE_OF.items()
            if audience in segment.audiences
        ],
        "areas": list(segment.areas),
        "channel": segment.channel,
        "corrects": one.corrects_id or 0,
        "corrects_day": one.corrects.run_day if one.corrects else None,
        "spaced": _is_spaced(one),
    }


def _taken(number: int) -> str:
    """Whoever gets one of the first ones: the same question for each, under its own parameters."""
    question = meant("broadcast_people")
    return "".join(
        "UNION ALL SELECT endpoint_id FROM ("
        + question.replace("%(", f"%({_prefix(one)}")
        + ") AS taken WHERE reason = ''\n"
        for one in range(number)
    )


def _prefix(number: int) -> str:
    return f"first_{number}_"


def _leaves(one: Broadcast) -> datetime:
    """Of an approved one."""
    if one.send_at is None or one.approved_at is None:
        raise ValueError(one.pk)
    return leaves_at(one.send_at, one.approved_at)


def _order(one: Broadcast) -> tuple[datetime, int]:
    return _leaves(one), one.pk


def _is_spaced(one: Broadcast) -> bool:
    return not one.is_urgent and one.corrects_id is None
