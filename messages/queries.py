"""The texts of one municipality for the pages. Inside ``in_municipality`` only."""

from datetime import date

from messages.domain.stage import Unit
from messages.models import BlockEvent, Edition, LocalBlock

_ORDER = {unit.value: place for place, unit in enumerate(Unit)}


def editions_of(day: date) -> list[Edition]:
    """What was frozen for that day, in the order of life; without the bodies."""
    found = (
        Edition.objects.filter(run_day=day)
        .select_related("base_text", "text_version")
        .defer("mail_text", "mail_html", "line_text", "web_html")
    )
    return sorted(found, key=_place)


def _place(edition: Edition) -> tuple[int, int, str, int]:
    text = edition.base_text
    if text is None:
        return len(_ORDER), 0, "", edition.pk  # a broadcast, below the texts of the day
    return _ORDER[text.unit], text.number, text.audience, edition.pk


def edition(edition_id: int) -> Edition | None:
    """One frozen text with its bodies; None where this municipality has none of that number."""
    return Edition.objects.select_related("base_text", "text_version").filter(pk=edition_id).first()


def announcements() -> list[LocalBlock]:
    """The municipality's own texts, the newest change first."""
    return list(LocalBlock.objects.select_related("written_by", "replaces").order_by("-updated_at"))


def history(block: LocalBlock) -> list[BlockEvent]:
    """Who did what to it, the newest first."""
    return list(BlockEvent.objects.filter(block=block).select_related("by").order_by("-pk"))
