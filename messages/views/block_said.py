"""Announcements in words: fields, states, acts and refusals, in the language of the page."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from messages.domain.announcement import Content, Phase
from messages.domain.approval import Refusal
from messages.domain.block_words import range_en, range_ja
from messages.domain.diff import Piece, difference
from messages.domain.review import ReviewAct
from messages.domain.stage import Kind
from messages.views.day_in_words import in_english
from municipalities.domain.words import OWN_NAMES, Audience, Variant


def range_words(kind: str, first: int, last: int) -> str:
    """妊娠20週0日〜27週6日の人に."""
    say = range_en if in_english() else range_ja
    return say(Kind(kind), first, last)


def window_words(begin: date | None, end: date | None) -> str:
    """From when to when."""
    if begin and end:
        return _("from %(begin)s to %(end)s") % {"begin": _day(begin), "end": _day(end)}
    if begin:
        return _("from %(begin)s on") % {"begin": _day(begin)}
    return _("until %(end)s") % {"end": _day(end)} if end else _("at any date")


def audience_said(audience: str) -> str:
    """Whom it speaks to."""
    return {
        Audience.EVERYONE: _("Everyone"),
        Audience.BIRTH_PARENT: _("Birth parent"),
        Audience.PARTNER: _("Partner"),
        Audience.AROUND: _("Grandparents and people around"),
    }[Audience(audience)]


def variant_said(variant: str) -> str:
    """In which kind of language."""
    match how := Variant(variant):
        case Variant.STANDARD:
            return _("standard wording")
        case Variant.EASY:
            return _("easy Japanese")
    return OWN_NAMES[how]


def fields_of(content: Content) -> dict[str, str]:
    """Every field by its name on the page, as text that can be compared."""
    return {
        _("Title"): content.title,
        _("Words of the announcement"): content.body,
        _("For whom by stage"): range_words(content.kind, content.first_day, content.last_day),
        _("Dates"): window_words(content.shown_from, content.shown_until),
        _("Written for"): audience_said(content.audience),
        _("Areas"): "、".join(content.areas) or _("everywhere"),
        _("Order"): str(content.position),
    }


def differences(before: Content, after: Content) -> list[tuple[str, list[Piece]]]:
    """The fields that differ, each with its pieces."""
    old, new = fields_of(before), fields_of(after)
    return [(name, difference(old[name], new[name])) for name in old if old[name] != new[name]]


def phase_said(phase: Phase) -> str:
    """The state that a list shows."""
    return {
        Phase.DRAFT: _("Draft"),
        Phase.ASKED: _("Waits for approval"),
        Phase.CHECKED: _("Checked"),
        Phase.SCHEDULED: _("Approved, not begun"),
        Phase.LIVE: _("Being sent"),
        Phase.ENDED: _("Ended"),
        Phase.WITHDRAWN: _("Withdrawn"),
    }[phase]


def act_said(act: str) -> str:
    """What somebody did, for the history of an announcement or of a broadcast."""
    return {
        ReviewAct.SAVED: _("saved"),
        ReviewAct.ASKED: _("asked for approval"),
        ReviewAct.CHECKED: _("checked"),
        ReviewAct.APPROVED: _("approved"),
        ReviewAct.RETURNED: _("returned"),
        ReviewAct.WITHDRAWN: _("withdrew"),
        ReviewAct.COMMENTED: _("commented"),
        ReviewAct.URGENT: _("approved alone, as urgent"),
        ReviewAct.CONFIRMED: _("confirmed afterwards"),
        ReviewAct.PAUSED: _("paused"),
        ReviewAct.RESUMED: _("let it go on"),
        ReviewAct.STOPPED: _("stopped"),
    }[ReviewAct(act)]


def refused(why: Refusal) -> str:
    """Why nothing was changed."""
    return {
        Refusal.ROLE: _("Your role does not allow this."),
        Refusal.STATE: _("This is not possible any more: it has moved on in the meantime."),
        Refusal.OWN_WORDS: _("You wrote these words yourself. Somebody else approves them."),
        Refusal.CHECKED_IT: _("You have checked it already. A further person approves it."),
        Refusal.ONE_STEP: _("In this municipality one approval is enough."),
        Refusal.FIRST_STEP_OPEN: _("It must be checked by one person before another approves it."),
        Refusal.NOT_URGENT: _("There is nothing to confirm."),
        Refusal.OWN_URGENT: _("A second person confirms what was sent ahead."),
        Refusal.NOT_READY: _("Something in the text is still to be mended."),
        Refusal.CHANGED: _(
            "The text was changed while you were reading. Please read it once more."
        ),
        Refusal.COPY_OPEN: _("Another copy of it is being worked on. Please use that one."),
        Refusal.NO_REASON: _("Write a few words why."),
    }[why]


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
