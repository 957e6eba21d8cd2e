"""What differs between two versions of a base text, in the language of the page."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from messages.domain.diff import Change, Piece, difference
from messages.models import TextVersion


def words_changed(before: TextVersion, after: TextVersion) -> list[tuple[str, list[Piece]]]:
    """Subject and body where they differ, by character."""
    old, new = _words(before), _words(after)
    return [(name, difference(old[name], new[name])) for name in old if old[name] != new[name]]


def facts_changed(before: TextVersion, after: TextVersion) -> list[tuple[str, list[Piece]]]:
    """Supervisor and days where they differ. Another day is another one, not the same one with
    other letters."""
    old, new = _facts(before), _facts(after)
    return [
        (name, [Piece(Change.REMOVED, old[name]), Piece(Change.ADDED, new[name])])
        for name in old
        if old[name] != new[name]
    ]


def _words(version: TextVersion) -> dict[str, str]:
    return {_("Subject"): version.subject, _("Body of the text"): version.body}


def _facts(version: TextVersion) -> dict[str, str]:
    days = (version.reviewed_on, version.review_by, version.effective_from)
    reviewed_on, review_by, effective_from = (
        date_format(day, "DATE_FORMAT") if day else "" for day in days
    )
    return {
        _("Supervisor"): version.supervisor,
        _("Reviewed on"): reviewed_on,
        _("Next review by"): review_by,
        _("First day of sending"): effective_from,
    }
