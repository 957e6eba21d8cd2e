"""What a hold's card says: why, who did what, and when. All times with their day: a list has two weeks."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from delivery.models import Hold
from delivery.views.words import number
from messages.views.broadcast_words import moment_words
from municipalities.views.audit_words import unasked_words


def reason(one: Hold) -> str:
    """As it was written; what the program did by itself is a code, said in the language of the page."""
    return one.reason if one.asked_by_id else unasked_words(one.reason)


def people(one: Hold) -> tuple[int | None, ...]:
    """The numbers of everybody whom the card names."""
    return (
        one.asked_by_id,
        one.agreed_by_id,
        one.resume_asked_by_id,
        one.resumed_by_id,
        one.withdrawn_by_id,
    )


def said(one: Hold, who: Mapping[int, str]) -> tuple[str, ...]:
    """A line for each step, in the order of time."""
    return tuple(_lines(one, who))


def _lines(one: Hold, who: Mapping[int, str]) -> Iterator[str]:
    yield _asked(one, who)
    yield _("%(count)s had not been sent then") % {"count": number(one.waiting)}
    if one.agreed_at and one.agreed_by_id != one.asked_by_id:
        yield _("Agreed to by %(name)s (%(when)s)") % _by(who, one.agreed_by_id, one.agreed_at)
    yield from _went_on(one, who)
    if one.withdrawn_at:
        yield _over(one, one.withdrawn_at, who)


def _asked(one: Hold, who: Mapping[int, str]) -> str:
    by = _by(who, one.asked_by_id, one.asked_at)
    if one.asked_by_id is None:
        return _("Held by the program itself (%(when)s)") % by
    if one.kind == "pause":
        return _("Held by %(name)s (%(when)s)") % by
    if one.agreed_at and one.agreed_by_id == one.asked_by_id:
        return _("Stopped by %(name)s (%(when)s)") % by
    return _("Stop asked for by %(name)s (%(when)s)") % by


def _went_on(one: Hold, who: Mapping[int, str]) -> Iterator[str]:
    """One line where one person was enough, else who asked and who agreed."""
    if one.resume_asked_by_id is None:
        return
    why = {"reason": one.resume_reason}
    if one.resumed_at and one.resumed_by_id == one.resume_asked_by_id:
        by = _by(who, one.resumed_by_id, one.resumed_at)
        yield _("Let go on by %(name)s (%(when)s): “%(reason)s”") % (by | why)
        return
    if one.resume_asked_at:
        by = _by(who, one.resume_asked_by_id, one.resume_asked_at)
        yield _("Going on asked for by %(name)s (%(when)s): “%(reason)s”") % (by | why)
    else:  # asked for before that moment was kept
        name = who.get(one.resume_asked_by_id, "")
        yield _("Going on asked for by %(name)s: “%(reason)s”") % ({"name": name} | why)
    if one.resumed_at:
        by = _by(who, one.resumed_by_id, one.resumed_at)
        yield _("Agreed to by %(name)s (%(when)s)") % by


def _over(one: Hold, at: datetime, who: Mapping[int, str]) -> str:
    by = _by(who, one.withdrawn_by_id, at)
    if one.withdrawn_by_id is None:  # ended before it was kept by whom
        return _("Over since %(when)s") % by
    if one.ended_by:
        return _("Ended by %(name)s (%(when)s)") % by
    return _("Taken back by %(name)s (%(when)s)") % by


def _by(who: Mapping[int, str], person: int | None, at: datetime) -> dict[str, str]:
    return {"name": who.get(person or 0, ""), "when": moment_words(at)}
