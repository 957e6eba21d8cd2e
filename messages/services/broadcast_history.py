"""Who did what to a broadcast, and what follows from it. Inside ``in_municipality``."""

from messages.domain.review import ReviewAct
from messages.models import Broadcast, BroadcastEvent
from municipalities.models import StaffUser
from municipalities.services import audit


def note_event(one: Broadcast, act: ReviewAct, by: StaffUser | None, note: str = "") -> None:
    """The history of the text, and a line in the log of what staff did."""
    BroadcastEvent.objects.create(
        municipality=one.municipality,
        broadcast=one,
        act=act,
        revision=one.revision,
        content={
            "subject": one.subject,
            "body": one.body,
            "persona": one.persona_id,
            "ranges": one.ranges,
            "audiences": one.audiences,
            "areas": one.areas,
            "channel": one.channel,
            "corrects": one.corrects_id,
            "send_at": one.send_at.isoformat() if one.send_at else None,
        },
        note=note.strip(),
        by=by,
    )
    audit.note(one.municipality, by, f"broadcast.{act.value}", about=f"broadcast {one.pk}")


def needs_confirmation(one: Broadcast) -> bool:
    """Whether one person alone has let it go, and nobody has looked at it since."""
    if not one.is_urgent or one.approved_by_id is None:
        return False
    acts = BroadcastEvent.objects.filter(
        broadcast=one, act__in=[ReviewAct.URGENT, ReviewAct.CONFIRMED]
    )
    return acts.order_by("-pk").values_list("act", flat=True).first() != ReviewAct.CONFIRMED


# What one person may have written and another one changed the rest of.
_PARTS = (
    ("subject", "body", "persona"),
    ("ranges", "audiences", "areas", "channel", "corrects"),
    ("send_at",),
)


def writers_of(one: Broadcast) -> set[int]:
    """Whoever wrote something of it as it stands: the words, the people, or the hour. Changing only
    the hour makes nobody else's words one's own, and takes from nobody that they wrote them."""
    writers = {one.written_by_id} if one.written_by_id else set()
    saves = BroadcastEvent.objects.filter(broadcast=one, act=ReviewAct.SAVED).order_by("pk")
    events = list(saves.values_list("content", "by_id"))
    for part in _PARTS:
        last: int | None = None
        before: list[object] = []
        for content, by_id in events:
            now = [content.get(name) for name in part]
            if now != before:
                last, before = by_id, now
        if last is not None and any(before):
            writers.add(last)
    return writers


def checker_of(one: Broadcast) -> int | None:
    """Who was the first of two persons to agree to this revision."""
    checks = BroadcastEvent.objects.filter(
        broadcast=one, act=ReviewAct.CHECKED, revision=one.revision
    )
    return checks.order_by("-pk").values_list("by_id", flat=True).first()
