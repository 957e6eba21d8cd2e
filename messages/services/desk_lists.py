"""What lies on the desk: for whom it waits, which reviews fall due, what was said before.

Inside the NPO's door, whose role sees no staff accounts: people are numbers here, and the pages ask
``municipalities.services.npo_staff`` for their names.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from messages.domain.desk import DeskAct, DraftState
from messages.models import BaseText, TextDraft, TextEvent, TextVersion
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import StaffUser

DUE_WITHIN = timedelta(days=60)
"""So long before its day a review stands on the list: a reading takes weeks."""


@dataclass(slots=True)
class Lying:
    """The open drafts by what they wait for; each draft stands in one of them only."""

    for_me: list[TextDraft] = field(default_factory=list)
    """A reviewer's own: asked, and none of it is written by this person."""
    asked: list[TextDraft] = field(default_factory=list)
    signed: list[TextDraft] = field(default_factory=list)
    returned: list[TextDraft] = field(default_factory=list)
    drafts: list[TextDraft] = field(default_factory=list)


def lying(user: StaffUser) -> Lying:
    """All open drafts, those that wait longest first."""
    drafts = list(
        TextDraft.objects.filter(state__in=DraftState.open())
        .select_related("base_text")
        .defer("body")
        .order_by("updated_at", "pk")
    )
    events = TextEvent.objects.filter(draft__in=[one.pk for one in drafts])
    saved = events.filter(act=DeskAct.SAVED, by=user).values_list("draft_id", flat=True)
    mine, back = set(saved), _returned(events)
    found = Lying()
    for one in drafts:
        if one.state == DraftState.REVIEWED:
            found.signed.append(one)
        elif one.state == DraftState.ASKED:
            own = one.pk in mine or one.written_by_id == user.pk
            reads = user.may_for_npo(NpoAct.REVIEW_TEXTS) and not own
            (found.for_me if reads else found.asked).append(one)
        else:
            (found.returned if one.pk in back else found.drafts).append(one)
    return found


def _returned(events: QuerySet[TextEvent]) -> set[int | None]:
    """The drafts whose newest row of history is a reviewer's no."""
    newest = events.order_by("draft", "-pk").distinct("draft")
    return {one.draft_id for one in newest.only("draft_id", "act") if one.act == DeskAct.RETURNED}


def in_effect(on: date) -> QuerySet[TextVersion]:
    """The version of each text and variant that is sent on that day."""
    sent = (
        TextVersion.objects.filter(withdrawn_at__isnull=True, effective_from__lte=on)
        .order_by("base_text", "variant", "-number")
        .distinct("base_text", "variant")
    )
    return TextVersion.objects.filter(pk__in=sent.values("pk")).select_related("base_text")


def due_reviews(on: date) -> list[TextVersion]:
    """What is sent and must be read again soon or should have been, the oldest first."""
    due = in_effect(on).filter(review_by__lte=on + DUE_WITHIN)
    return list(due.defer("body").order_by("review_by", "base_text", "variant"))


def never_reviewed(on: date) -> int:
    """How many texts are sent that nobody has signed: samples, and packs without a supervisor."""
    return in_effect(on).filter(reviewed_on__isnull=True).count()


def last_published(count: int) -> list[TextVersion]:
    """The newest versions that came from the desk."""
    found = TextVersion.objects.filter(published_by__isnull=False).select_related("base_text")
    return list(found.defer("body").order_by("-created_at", "-pk")[:count])


def versions(text: BaseText, variant: str) -> list[TextVersion]:
    """Every version of that text and variant, the newest first."""
    return list(TextVersion.objects.filter(base_text=text, variant=variant).order_by("-number"))


def withdrawals(some: list[TextVersion]) -> dict[int | None, TextEvent]:
    """Who took back which of them, and why, by the version's number in the table."""
    events = TextEvent.objects.filter(act=DeskAct.WITHDRAWN, version__in=[one.pk for one in some])
    return {one.version_id: one for one in events}


def events_of(draft: TextDraft) -> list[TextEvent]:
    """Who did what to it, the newest first."""
    return list(TextEvent.objects.filter(draft=draft).order_by("-pk"))


def event_before(event: TextEvent) -> TextEvent | None:
    """The last row of its draft with other words."""
    earlier = TextEvent.objects.filter(draft=event.draft_id, pk__lt=event.pk)
    return earlier.exclude(revision=event.revision).order_by("-pk").first()
