"""Drafts of broadcasts: a new one, a copy of an old one, a correction, and every save.

Inside ``in_municipality``. A save with an older revision changes nothing and raises ``Stale``.
"""

from datetime import datetime

from messages.domain.review import BroadcastState, ReviewAct
from messages.domain.segment import Segment
from messages.models import Broadcast
from messages.services.broadcast_history import note_event
from messages.services.broadcasts import Obstacle, Refused, Stale, hour_obstacle
from municipalities.models import Municipality, StaffUser

_State = BroadcastState


def begin(municipality: Municipality, by: StaffUser) -> Broadcast:
    """An empty draft."""
    one = Broadcast.objects.create(municipality=municipality, written_by=by)
    note_event(one, ReviewAct.SAVED, by)
    return one


def copy(municipality: Municipality, pk: int, by: StaffUser) -> Broadcast:
    """A new draft with the words and the people of an older one: last year's, for this year."""
    old = Broadcast.objects.get(pk=pk)
    return _like(municipality, old, by)


def correct(municipality: Municipality, pk: int, by: StaffUser) -> Broadcast:
    """A draft to exactly those who received that one, and nobody else. It must have ended."""
    old = Broadcast.objects.get(pk=pk)
    if old.state not in (_State.SENDING, _State.STOPPED):
        raise Refused(Obstacle.NOT_NOW)
    return _like(municipality, old, by, corrects=old)


def _like(
    municipality: Municipality, old: Broadcast, by: StaffUser, corrects: Broadcast | None = None
) -> Broadcast:
    one = Broadcast.objects.create(
        municipality=municipality,
        subject=old.subject,
        body=old.body,
        persona=old.persona,
        ranges=old.ranges,
        audiences=old.audiences,
        areas=old.areas,
        channel="" if corrects else old.channel,
        corrects=corrects,
        written_by=by,
    )
    note_event(one, ReviewAct.SAVED, by)
    return one


def save_people(pk: int, revision: int, segment: Segment, by: StaffUser) -> Broadcast:
    """Who is meant. A correction keeps its people: those who received the wrong one."""
    ranges = [
        {"kind": s.kind.value, "first_day": s.first_day, "last_day": s.last_day}
        for s in segment.spans
    ]
    return _save(
        pk,
        revision,
        by,
        ranges=ranges,
        audiences=[audience.value for audience in segment.audiences],
        areas=list(segment.areas),
        channel=segment.channel,
    )


def save_words(
    pk: int, revision: int, by: StaffUser, *, subject: str, body: str, persona_id: int | None
) -> Broadcast:
    """What is said, and who says it."""
    return _save(pk, revision, by, subject=subject, body=body, persona_id=persona_id)


def save_time(pk: int, revision: int, by: StaffUser, send_at: datetime) -> Broadcast:
    """When it is to leave. Whether that hour may be is asked here and again at the approval."""
    one = Broadcast.objects.select_related("municipality").get(pk=pk)
    if obstacle := hour_obstacle(one.municipality, send_at):
        raise Refused(obstacle)
    return _save(pk, revision, by, send_at=send_at)


def _save(pk: int, revision: int, by: StaffUser, **fields: object) -> Broadcast:
    """Whoever changes the text is its writer, and takes away what others have agreed to so far."""
    one = Broadcast.objects.select_for_update().get(pk=pk)
    if one.revision != revision:
        raise Stale(one)
    if one.state not in (_State.DRAFT, _State.ASKED, _State.CHECKED):
        raise Refused(Obstacle.NOT_NOW)
    if all(getattr(one, name) == value for name, value in fields.items()):
        return one
    for name, value in fields.items():
        setattr(one, name, value)
    one.revision += 1
    one.written_by, one.state = by, _State.DRAFT
    one.save()
    note_event(one, ReviewAct.SAVED, by)
    return one
