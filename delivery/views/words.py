"""Numbers, days and channels as staff read them, in the language of the request."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as date_words
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from kizuna.lib import clock
from municipalities.domain.words import EndpointKind


def number(value: int) -> str:
    """1234567 → 1,234,567."""
    return f"{value:,}"


def day_words(day: date) -> str:
    """Month, day and weekday: 11月25日・水."""
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_words(day, "D"),
        "date": date_format(day, "MONTH_DAY_FORMAT"),
    }


def time_words(moment: datetime) -> str:
    """The wall-clock time in Japan."""
    return time_format(timezone.localtime(moment, clock.TOKYO))


def channel_words(channel: str) -> str:
    """The channel's name on screen."""
    return {EndpointKind.EMAIL.value: _("E-mail"), EndpointKind.LINE.value: "LINE"}.get(
        channel, channel
    )
