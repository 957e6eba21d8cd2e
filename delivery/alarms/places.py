"""Where a cause is mended: the pages behind its one button."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delivery.models import Alarm
from municipalities.domain.npo_roles import NpoAct


@dataclass(frozen=True, slots=True)
class Place:
    """``name`` is the page's, ``act`` opens it (None: a page of the municipality's own console).

    ``of``: nothing, a municipality ("slug"), or a municipality's day ("day"). Where an alarm is of no
    municipality, ``whole`` is its place.
    """

    name: str
    button: str | Promise
    act: NpoAct | None
    of: str = ""
    query: str = ""
    whole: str = "npo:alarms"

    def address(self, alarm: Alarm) -> str:
        """The page's path for that alarm."""
        if self.of and alarm.municipality is None:
            return reverse(self.whole)
        arguments: list[object] = []
        if self.of:
            arguments.append(alarm.municipality.slug if alarm.municipality else "")
        if self.of == "day":
            arguments.append(_day_of(alarm))
        query = f"?{self.query}" if self.query else ""
        return reverse(self.name, args=arguments) + query


def _day_of(alarm: Alarm) -> date:
    """The day the alarm speaks of: of its facts, or on which it was found."""
    said = alarm.facts.get("day")
    return date.fromisoformat(said) if isinstance(said, str) else alarm.opened_on


TODAY = Place("npo:today", _("To today's run"), NpoAct.SEE_TODAY)
DAY = Place("npo:day", _("To the day"), NpoAct.SEE_TODAY, of="day", whole="npo:today")
HOLDS = Place("npo:holds", _("To holds and stops"), NpoAct.SEE_TODAY)
TEXTS = Place("npo:texts", _("To the texts"), NpoAct.SEE_TEXTS)
OVERDUE_TEXTS = Place(
    "npo:texts", _("To the texts"), NpoAct.SEE_TEXTS, query=urlencode({"state": "overdue"})
)
COURSE = Place("npo:texts_calendar", _("To the calendar of texts"), NpoAct.SEE_TEXTS)
MUNICIPALITY = Place(
    "npo:municipality", _("To the municipality"), NpoAct.SEE_MUNICIPALITIES, of="slug"
)
DOMAIN = Place("npo:municipality_domain", _("To the mail domain"), NpoAct.LOOK_AFTER, of="slug")
FIGURES = Place("npo:figures_municipality", _("To the figures"), NpoAct.SEE_FIGURES, of="slug")
BLOCKS = Place("console:blocks", _("To the announcements"), None, of="slug")
CONTACTS = Place("console:contacts", _("To the contacts"), None, of="slug")
STAFF = Place("console:staff", _("To the staff"), None, of="slug")
