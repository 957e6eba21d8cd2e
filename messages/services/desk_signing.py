"""What becomes of a draft: asked, given back, signed, published or given up.

Each act is for exactly the words that this person has read. All inside the NPO's door.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from kizuna.lib import clock
from messages.domain.desk import DeskAct, DraftState, after
from messages.domain.plain_text import tidy_line
from messages.models import TextDraft, TextVersion
from messages.rendering.check import check_text
from messages.services.desk import DeskRefused, Refusal, record, unsign, wrote
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import StaffUser


@dataclass(frozen=True, slots=True)
class Signature:
    """What a medical reviewer signs with. ``supervisor``: the name that readers see."""

    supervisor: str
    reviewed_on: date
    review_by: date | None = None


_NEEDS = {
    DeskAct.SAVED: NpoAct.WRITE_TEXTS,
    DeskAct.ASKED: NpoAct.WRITE_TEXTS,
    DeskAct.DROPPED: NpoAct.WRITE_TEXTS,
    DeskAct.PUBLISHED: NpoAct.WRITE_TEXTS,
    DeskAct.RETURNED: NpoAct.REVIEW_TEXTS,
    DeskAct.REVIEWED: NpoAct.REVIEW_TEXTS,
}


def possible(user: StaffUser, draft: TextDraft) -> frozenset[DeskAct]:
    """The buttons that this person gets."""
    state = DraftState(draft.state)
    own = wrote(user, draft)
    return frozenset(
        act
        for act, needed in _NEEDS.items()
        if user.may_for_npo(needed) and after(act, state) and not (act is DeskAct.REVIEWED and own)
    )


def ask(user: StaffUser, draft_id: int, revision: int, note: str = "") -> TextDraft:
    """Ask the medical reviewers to read it. Raises DeskRefused."""
    draft = _ready_for(user, draft_id, revision, DeskAct.ASKED)
    _checked(draft)
    return _moved(user, draft, DeskAct.ASKED, note)


def give_back(user: StaffUser, draft_id: int, revision: int, note: str) -> TextDraft:
    """The reviewer's no, with what to mend. Raises DeskRefused, also without a note."""
    draft = _ready_for(user, draft_id, revision, DeskAct.RETURNED)
    if not note.strip():
        raise DeskRefused(Refusal.NO_REASON)
    unsign(draft)
    return _moved(user, draft, DeskAct.RETURNED, note)


def sign(
    user: StaffUser, draft_id: int, revision: int, signature: Signature, note: str = ""
) -> TextDraft:
    """The reviewer's yes to exactly these words. Raises DeskRefused."""
    draft = _ready_for(user, draft_id, revision, DeskAct.REVIEWED)
    if wrote(user, draft):
        raise DeskRefused(Refusal.OWN_WORDS)
    if not signature.supervisor.strip():
        raise DeskRefused(Refusal.NO_SUPERVISOR)
    if signature.reviewed_on > clock.today():
        raise DeskRefused(Refusal.REVIEW_AHEAD)
    if signature.review_by and signature.review_by <= clock.today():
        raise DeskRefused(Refusal.REVIEW_BY_OVER)
    draft.supervisor = tidy_line(signature.supervisor)
    draft.reviewed_by, draft.reviewed_on = user, signature.reviewed_on
    draft.review_by = signature.review_by
    return _moved(user, draft, DeskAct.REVIEWED, note)


def publish(user: StaffUser, draft_id: int, revision: int, effective_from: date) -> TextVersion:
    """Make it a version, which nobody can change, in effect from that day on for all municipalities.

    Raises:
        DeskRefused: it is not signed, or the day lies before today or behind its next review.
    """
    draft = _ready_for(user, draft_id, revision, DeskAct.PUBLISHED)
    if effective_from < clock.today():
        raise DeskRefused(Refusal.BEGINS_BEFORE_TODAY)
    if draft.review_by and draft.review_by <= effective_from:
        raise DeskRefused(Refusal.REVIEW_BY_OVER)
    _checked(draft)
    version = _version_of(user, draft, effective_from)
    draft.published, draft.effective_from = version, effective_from
    _moved(user, draft, DeskAct.PUBLISHED)
    return version


def drop(user: StaffUser, draft_id: int, revision: int, note: str = "") -> TextDraft:
    """Give the draft up; its history stays. Raises DeskRefused."""
    draft = _ready_for(user, draft_id, revision, DeskAct.DROPPED)
    return _moved(user, draft, DeskAct.DROPPED, note)


def _ready_for(user: StaffUser, draft_id: int, revision: int, act: DeskAct) -> TextDraft:
    """The draft, locked, if this person may do that to exactly these words."""
    if not user.may_for_npo(_NEEDS[act]):
        raise DeskRefused(Refusal.ROLE)
    draft = TextDraft.objects.select_for_update().get(pk=draft_id)
    if after(act, DraftState(draft.state)) is None:
        raise DeskRefused(Refusal.STATE)
    if draft.revision != revision:
        raise DeskRefused(Refusal.CHANGED)
    return draft


def _checked(draft: TextDraft) -> None:
    if check_text(draft.subject, draft.body):
        raise DeskRefused(Refusal.NOT_READY)


def _moved(user: StaffUser, draft: TextDraft, act: DeskAct, note: str = "") -> TextDraft:
    state = after(act, DraftState(draft.state))
    if state is None:
        raise DeskRefused(Refusal.STATE)
    draft.state = state
    draft.save()
    record(user.pk, draft, act, note)
    return draft


def _version_of(user: StaffUser, draft: TextDraft, effective_from: date) -> TextVersion:
    all_of_it = TextVersion.objects.filter(base_text_id=draft.base_text_id, variant=draft.variant)
    number = all_of_it.aggregate(highest=Max("number"))["highest"] or 0
    return TextVersion.objects.create(
        base_text_id=draft.base_text_id,
        variant=draft.variant,
        number=number + 1,
        subject=draft.subject,
        body=draft.body,
        supervisor=draft.supervisor,
        reviewed_on=draft.reviewed_on,
        review_by=draft.review_by,
        effective_from=effective_from,
        reviewed_by_id=draft.reviewed_by_id,
        published_by=user,
    )
