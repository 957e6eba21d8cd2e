"""The pages of the console and of the NPO, as the bar at their top shows them. ``{% load places %}``."""

from dataclasses import dataclass
from datetime import date

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kizuna.lib import clock
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.roles import Act
from municipalities.http import Seat
from municipalities.models import StaffUser

register = template.Library()


@dataclass(frozen=True, slots=True)
class Place:
    """``key`` is what a page of it calls itself in its context, as ``place``."""

    key: str
    name: str
    label: str | Promise
    act: Act


PLACES = (
    Place("today", "console:today", _("Today"), Act.SEE_RUN),
    Place("texts", "console:texts", _("Texts"), Act.SEE_TEXTS),
    Place("blocks", "console:blocks", _("Announcements"), Act.SEE_TEXTS),
    Place("broadcasts", "console:broadcasts", _("Broadcasts"), Act.SEE_TEXTS),
    Place("calendar", "console:calendar", _("Calendar"), Act.SEE_TEXTS),
    Place("exchange", "console:exchange", _("Exchange"), Act.SEE_TEXTS),
    Place("contacts", "console:contacts", _("Offices and numbers"), Act.SEE_TEXTS),
    Place("readers", "console:readers", _("Readers"), Act.HELP_READERS),
    Place("phone", "console:phone", _("Calls"), Act.HELP_READERS),
    Place("report", "console:reports", _("Monthly report"), Act.SEE_RUN),
    Place("staff", "console:staff", _("Staff"), Act.MANAGE),
    Place("audit", "console:audit", _("Records"), Act.SEE_AUDIT),
)


@dataclass(frozen=True, slots=True)
class NpoPlace:
    """The same behind the NPO's door."""

    key: str
    name: str
    label: str | Promise
    act: NpoAct


NPO_PLACES = (
    NpoPlace("today", "npo:today", _("Today"), NpoAct.SEE_TODAY),
    NpoPlace("alarms", "npo:alarms", _("Needs attention"), NpoAct.SEE_TODAY),
    NpoPlace("base_texts", "npo:texts", _("Base texts"), NpoAct.SEE_TEXTS),
    NpoPlace("desk", "npo:desk", _("Drafts and reviews"), NpoAct.SEE_TEXTS),
    NpoPlace(
        "municipalities", "npo:municipalities", _("Municipalities"), NpoAct.SEE_MUNICIPALITIES
    ),
    NpoPlace("figures", "npo:figures", _("Figures"), NpoAct.SEE_FIGURES),
    NpoPlace("voices", "npo:voices", _("Voices"), NpoAct.SEE_VOICES),
    NpoPlace("meetings", "npo:meetings", _("Meetings"), NpoAct.MEET),
)


@register.simple_tag
def places(seat: Seat) -> list[tuple[Place, str]]:
    """The pages this member of staff may open, with their addresses."""
    return [(place, _address(place, seat)) for place in PLACES if seat.may(place.act)]


def _address(place: Place, seat: Seat) -> str:
    slug = seat.municipality.slug
    day: list[date] = [clock.today()] if place.key == "texts" else []
    return reverse(place.name, args=[slug, *day])


@register.simple_tag
def npo_places(user: StaffUser) -> list[tuple[NpoPlace, str]]:
    """The pages that this member of the NPO's staff may open, with their addresses."""
    return [(place, reverse(place.name)) for place in NPO_PLACES if user.may_for_npo(place.act)]
