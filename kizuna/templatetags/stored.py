"""The words for stored values, on the page that shows a reader what is stored."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kizuna.lib import clock
from municipalities.domain.words import OWN_NAMES

register = template.Library()
_LANGUAGES: dict[str, str] = {one.value: name for one, name in OWN_NAMES.items()}


@register.filter
def told(value: str) -> str:
    """A stored word as it is said; what has no words is shown as it is stored."""
    words = {
        "email": _("E-mail"),
        "line": "LINE",
        "mother": _("Mother"),
        "father": _("Father or partner"),
        "grandparent": _("Grandparent"),
        "around": _("Somebody around"),
        "undisclosed": _("not said"),
        "standard": _("standard wording"),
        "easy": _("easy Japanese"),
        "ja": _("Japanese"),
        "en": _("English"),
        "signup": _("a registration"),
        "address": _("a new address"),
        "confirm": _("confirming an address"),
        "entrance": _("the way into your page"),
        "resting": _("texts that rest"),
        "near_date": _("a date that was a guess"),
        "resend": _("a text sent once more"),
    }
    return words.get(value) or _LANGUAGES.get(value, value)


@register.filter
def day_told(value: str | None) -> str:
    """A stored day or moment as a day, in the page's language."""
    if not value:
        return ""
    if "T" in value:
        return date_format(datetime.fromisoformat(value).astimezone(clock.TOKYO), "DATE_FORMAT")
    return date_format(date.fromisoformat(value), "DATE_FORMAT")
