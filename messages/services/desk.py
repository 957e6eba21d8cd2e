"""The editors' desk: writing the draft of a base text, with an eye on others who write.

What becomes of a draft is in ``desk_signing``. Every act leaves one ``TextEvent`` with the words as
they were. All inside the NPO's door.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction

from kizuna.lib import clock
from messages.domain.desk import DeskAct, DraftState
from messages.domain.plain_text import tidy_line, unify_lines
from messages.models import BaseText, TextDraft, TextEvent, TextVersion
from messages.rendering.check import SOURCE_LIMIT, SUBJECT_LIMIT
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Variant
from municipalities.models import StaffUser

ONE_SITTING = timedelta(minutes=10)
"""So long the drafts that a form keeps by itself add nothing to the history."""


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


def write_draft(
    user: StaffUser,
    base_text: BaseText,
    variant: Variant | str,
    subject: str,
    body: str,
    *,
    occasion: str = "",
    revision: int | None = None,
    by_itself: bool = False,
) -> TextDraft:
    """Keep these words as the open draft of that text and variant; the first call makes it.

    Words that say something new take a reviewer's yes away, and whoever saved them is their writer.
    The same words once more change nothing. An empty ``occasion`` leaves the one that stands there; a
    new one alone counts the revision on and leaves a reviewer's yes. ``revision`` is the one that this
    person has seen, 0 where there was none yet; None (a file that is taken in) overwrites what stands
    there, which stays in the history. ``by_itself``: the form keeps them while somebody types; only a
    draft that nobody is asked about is kept so, and the history gets one row for a sitting.

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
    if by_itself and draft.state != DraftState.DRAFT:
        raise DeskRefused(Refusal.STATE)
    same = (draft.subject, draft.body) == (subject, body)
    takes_something_away = not same or (occasion and draft.occasion not in ("", occasion))
    if takes_something_away and revision is not None and draft.revision != revision:
        raise SavedMeanwhile(draft)
    if same:
        if not by_itself:
            _catch_up(draft)
        return _occasion_kept(draft, occasion)
    draft.occasion = occasion or draft.occasion
    return _rewritten(user, draft, subject, body, by_itself=by_itself)


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


def wrote(user: StaffUser, draft: TextDraft) -> bool:
    """Whether any of these words may be this person's: one saving of the draft is enough."""
    return draft.written_by_id == user.pk or (
        TextEvent.objects.filter(draft=draft, act=DeskAct.SAVED, by=user).exists()
    )


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
    record(user.pk, draft, DeskAct.SAVED)
    return True


def _rewritten(
    user: StaffUser, draft: TextDraft, subject: str, body: str, *, by_itself: bool
) -> TextDraft:
    if draft.written_by_id != user.pk:
        _catch_up(draft)
    in_history = not (by_itself and _same_sitting(user, draft))
    draft.subject, draft.body = subject, body
    draft.state, draft.revision = DraftState.DRAFT, draft.revision + 1
    draft.written_by = user
    unsign(draft)
    draft.save()
    if in_history:
        record(user.pk, draft, DeskAct.SAVED)
    return draft


def _same_sitting(user: StaffUser, draft: TextDraft) -> bool:
    """Whether the newest row of the history is this person's own saving, and young."""
    last = _last(draft)
    return (
        last is not None
        and (last.act, last.by_id) == (DeskAct.SAVED, user.pk)
        and last.at >= clock.now() - ONE_SITTING
    )


def _catch_up(draft: TextDraft) -> None:
    """What the form kept by itself enters the history under its writer's name."""
    last = _last(draft)
    now = {"subject": draft.subject, "body": draft.body}
    # By the words, not the revision: that counts also who wrote another reason.
    if last and now.items() - last.content.items():
        record(draft.written_by_id, draft, DeskAct.SAVED)


def _last(draft: TextDraft) -> TextEvent | None:
    return TextEvent.objects.filter(draft=draft).order_by("-pk").first()


def unsign(draft: TextDraft) -> None:
    """Take a reviewer's yes away. Not saved yet."""
    draft.reviewed_by = draft.reviewed_on = draft.review_by = None
    draft.supervisor = ""


def _occasion_kept(draft: TextDraft, occasion: str) -> TextDraft:
    if occasion and occasion != draft.occasion:
        draft.occasion, draft.revision = occasion, draft.revision + 1
        draft.save()
    return draft


def record(by_id: int | None, draft: TextDraft, act: DeskAct, note: str = "") -> None:
    """One row of history."""
    TextEvent.objects.create(
        draft=draft,
        version=draft.published,
        act=act,
        revision=draft.revision,
        content=_stored(draft),
        note=note.strip(),
        by_id=by_id,
    )


def _stored(draft: TextDraft) -> Mapping[str, str | None]:
    days = {"reviewed_on": draft.reviewed_on, "review_by": draft.review_by}
    return {
        "subject": draft.subject,
        "body": draft.body,
        "supervisor": draft.supervisor,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
