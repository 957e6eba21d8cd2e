"""The editors' desk: words on their way from a draft to a version that nobody can change.

Written by one person, read and signed by another, then published. Every act leaves one
``TextEvent`` with the words as they were. All inside the NPO's door.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Max

from kizuna.lib import clock
from messages.domain.desk import DeskAct, DraftState, after
from messages.domain.plain_text import tidy_line, unify_lines
from messages.models import BaseText, TextDraft, TextEvent, TextVersion
from messages.rendering.check import SOURCE_LIMIT, SUBJECT_LIMIT, check_text
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Variant
from municipalities.models import StaffUser


class Refusal(StrEnum):
    """Why nothing was changed."""

    ROLE = "role"
    STATE = "state"
    OWN_WORDS = "own_words"
    """Whoever wrote any of it does not sign it."""
    CHANGED = "changed"
    """The words are not those that this person has read."""
    NO_REASON = "no_reason"
    NOT_READY = "not_ready"
    """``check_text`` finds something."""
    NO_SUPERVISOR = "no_supervisor"
    REVIEW_AHEAD = "review_ahead"
    """Signed for a day that has not come yet."""
    REVIEW_BY_OVER = "review_by_over"
    """Its next review would be due before it is sent."""
    BEGINS_BEFORE_TODAY = "begins_before_today"
    TOO_LONG = "too_long"
    """The words fit into no version: 60 characters of subject as typed, ``SOURCE_LIMIT`` of body."""
    LEAVES_NOTHING = "leaves_nothing"
    """Of a withdrawal: nobody has said twice that readers get nothing at this stage."""


class DeskRefused(Exception):
    """Nothing was changed; ``refusal`` says why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.refusal = why


class SavedMeanwhile(Exception):
    """Somebody else saved after this person opened it. ``theirs`` is what stands there now."""

    def __init__(self, theirs: TextDraft) -> None:
        super().__init__(theirs.pk)
        self.theirs = theirs


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


def write_draft(
    user: StaffUser,
    base_text: BaseText,
    variant: Variant | str,
    subject: str,
    body: str,
    *,
    occasion: str = "",
    revision: int | None = None,
) -> TextDraft:
    """Keep these words as the open draft of that text and variant; the first call makes it.

    Words that say something new take a reviewer's yes away, and whoever saved them is their writer.
    The same words once more change nothing. ``revision`` is the one that this person has seen, 0
    where there was none yet; None (a file that is taken in) overwrites what stands there, which
    stays in the history.

    Raises:
        SavedMeanwhile: ``revision`` is not what stands there, and that says something else.
        DeskRefused: the role may not, or the words are too long to be kept.
    """
    if not user.may_for_npo(NpoAct.WRITE_TEXTS):
        raise DeskRefused(Refusal.ROLE)
    subject, body = tidy_line(subject), unify_lines(body).replace("\0", "").rstrip()
    if len(subject) > SUBJECT_LIMIT or len(body) > SOURCE_LIMIT:
        raise DeskRefused(Refusal.TOO_LONG)
    draft = _open_for_change(base_text, variant)
    if draft is None:
        new = TextDraft(
            base_text=base_text, variant=variant, subject=subject, body=body, occasion=occasion
        )
        if _made(user, new):
            return new
        draft = _open_for_change(base_text, variant)
        if draft is None:  # published or dropped in the blink between
            raise DeskRefused(Refusal.STATE)
    if (draft.subject, draft.body) == (subject, body):
        return _occasion_kept(draft, occasion)
    if revision is not None and draft.revision != revision:
        raise SavedMeanwhile(draft)
    draft.subject, draft.body = subject, body
    draft.occasion = occasion or draft.occasion
    draft.state, draft.revision = DraftState.DRAFT, draft.revision + 1
    draft.written_by = user
    draft.reviewed_by = draft.reviewed_on = draft.review_by = None
    draft.supervisor = ""
    draft.save()
    _record(user, draft, DeskAct.SAVED)
    return draft


def open_draft(base_text: BaseText, variant: Variant | str) -> TextDraft | None:
    """What is being worked on for that text and variant."""
    return TextDraft.objects.filter(
        base_text=base_text, variant=variant, state__in=DraftState.open()
    ).first()


def newest(base_text: BaseText, variant: Variant | str) -> TextVersion | None:
    """The version with the highest number that is not withdrawn, also one that has yet to begin."""
    versions = TextVersion.objects.filter(
        base_text=base_text, variant=variant, withdrawn_at__isnull=True
    )
    return versions.order_by("-number").first()


def possible(user: StaffUser, draft: TextDraft) -> frozenset[DeskAct]:
    """The buttons that this person gets."""
    state = DraftState(draft.state)
    own = wrote(user, draft)
    return frozenset(
        act
        for act, needed in _NEEDS.items()
        if user.may_for_npo(needed) and after(act, state) and not (act is DeskAct.REVIEWED and own)
    )


def wrote(user: StaffUser, draft: TextDraft) -> bool:
    """Whether any of these words may be this person's: one saving of the draft is enough."""
    return draft.written_by_id == user.pk or (
        TextEvent.objects.filter(draft=draft, act=DeskAct.SAVED, by=user).exists()
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
    draft.reviewed_by = draft.reviewed_on = draft.review_by = None
    draft.supervisor = ""
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


def _open_for_change(base_text: BaseText, variant: Variant | str) -> TextDraft | None:
    drafts = TextDraft.objects.select_for_update().filter(
        base_text=base_text, variant=variant, state__in=DraftState.open()
    )
    return drafts.first()


def _made(user: StaffUser, draft: TextDraft) -> bool:
    """Whether the new draft is there; not where somebody else's came first."""
    draft.based_on = newest(draft.base_text, draft.variant)
    draft.written_by = user
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        return False
    _record(user, draft, DeskAct.SAVED)
    return True


def _occasion_kept(draft: TextDraft, occasion: str) -> TextDraft:
    if occasion and occasion != draft.occasion:
        draft.occasion = occasion
        draft.save()
    return draft


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
    _record(user, draft, act, note)
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


def _record(user: StaffUser, draft: TextDraft, act: DeskAct, note: str = "") -> None:
    TextEvent.objects.create(
        draft=draft,
        version=draft.published,
        act=act,
        revision=draft.revision,
        content=_stored(draft),
        note=note.strip(),
        by=user,
    )


def _stored(draft: TextDraft) -> Mapping[str, str | None]:
    days = {"reviewed_on": draft.reviewed_on, "review_by": draft.review_by}
    return {
        "subject": draft.subject,
        "body": draft.body,
        "supervisor": draft.supervisor,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
