"""The desk in words: texts, states, acts and refusals, in the language of the page."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from messages.domain.desk import DeskAct, DraftState
from messages.domain.diff import Piece, difference
from messages.domain.problems import Problem
from messages.models import BaseText
from messages.services.desk import Refusal
from messages.views.calendar_words import audience_label, stage_label, variant_label
from messages.views.day_in_words import in_english
from municipalities.domain.words import Audience, Variant


def text_said(text: BaseText, variant: str) -> str:
    """妊娠12週3日（パートナーへ、やさしい日本語）; what is ordinary is not said."""
    extras = []
    if text.audience != Audience.EVERYONE:
        extras.append(audience_label(text.audience))
    if variant != Variant.STANDARD:
        extras.append(variant_label(variant))
    if not extras:
        return stage_label(text.stage)
    joined = (", " if in_english() else "、").join(extras)
    return _("%(stage)s (%(for_whom)s)") % {"stage": stage_label(text.stage), "for_whom": joined}


def state_said(state: str) -> str:
    """Where a draft stands."""
    return {
        DraftState.DRAFT: _("Draft"),
        DraftState.ASKED: _("Being reviewed"),
        DraftState.REVIEWED: _("Signed, not published"),
        DraftState.PUBLISHED: _("Published"),
        DraftState.DROPPED: _("Given up"),
    }[DraftState(state)]


def state_tone(state: str) -> str:
    """The class of a state's label: its words carry the meaning."""
    return {
        DraftState.REVIEWED: "good",
        DraftState.PUBLISHED: "good",
        DraftState.ASKED: "wait",
    }.get(DraftState(state), "")


def act_said(act: str) -> str:
    """What somebody did, for a history."""
    return {
        DeskAct.SAVED: _("saved"),
        DeskAct.ASKED: _("asked for a review"),
        DeskAct.RETURNED: _("returned"),
        DeskAct.REVIEWED: _("signed"),
        DeskAct.PUBLISHED: _("published it"),
        DeskAct.DROPPED: _("gave up"),
        DeskAct.WITHDRAWN: _("withdrew"),
    }[DeskAct(act)]


def refused(why: Refusal) -> str:
    """Why nothing was changed."""
    return {
        Refusal.ROLE: _("Your role does not allow this."),
        Refusal.STATE: _("This is not possible any more: it has moved on in the meantime."),
        Refusal.OWN_WORDS: _("You wrote some of these words. Somebody else signs them."),
        Refusal.CHANGED: _(
            "The text was changed while you were reading. Please read it once more."
        ),
        Refusal.NO_REASON: _("Write a few words why."),
        Refusal.NOT_READY: _("Something in the text is still to be mended."),
        Refusal.TOO_LONG: _("The subject has up to 60 characters, the text up to 20,000."),
        Refusal.NO_SUPERVISOR: _("Enter the name that readers will see as the supervisor's."),
        Refusal.REVIEW_AHEAD: _("The day of the review is still to come. Enter today or earlier."),
        Refusal.REVIEW_BY_OVER: _(
            "The next review must be later than today and than the first day of sending."
        ),
        Refusal.BEGINS_BEFORE_TODAY: _("The first day lies in the past. Enter today or later."),
        Refusal.LEAVES_NOTHING: _("Readers of this stage would get nothing. Say so below as well."),
    }[why]


def problem_said(one: Problem) -> str:
    """3行目 12文字目：…."""
    message = one.message_en if in_english() else one.message_ja
    if one.where == "subject":
        place = _("Subject, character %(column)s") % {"column": one.column}
    else:
        place = _("Line %(line)s, character %(column)s") % {"line": one.line, "column": one.column}
    return field_said(place, message)


def field_said(place: str, message: str) -> str:
    """監修日：…: what is wrong, after where it is."""
    return _("%(place)s: %(message)s") % {"place": place, "message": message}


def differences(
    before: Mapping[str, str], after: Mapping[str, str]
) -> list[tuple[str, list[Piece]]]:
    """Subject, text and supervisor, where they differ, each with its pieces."""
    names = (("subject", _("Subject")), ("body", _("Body")), ("supervisor", _("Supervisor")))
    return [
        (name, difference(before.get(key) or "", after.get(key) or ""))
        for key, name in names
        if (before.get(key) or "") != (after.get(key) or "")
    ]


def words_of(one: object, *names: str) -> dict[str, str]:
    """The words of a draft or version, to be compared."""
    wanted: Iterable[str] = names or ("subject", "body")
    return {name: str(getattr(one, name)) for name in wanted}
