"""What needs somebody in one municipality, for the NPO's page about it. ``{% load caring %}``."""

from dataclasses import dataclass

from django import template
from django.db.models import Q

from delivery.alarms import wording
from delivery.models import Alarm
from kizuna.lib import clock
from municipalities.models import Municipality

register = template.Library()


@dataclass(frozen=True, slots=True)
class Open:
    """One alarm that nobody has seen to yet."""

    number: int
    title: str
    sentence: str


@register.simple_tag
def open_alarms(one: Municipality) -> list[Open]:
    """Not over, not done, not quiet; the newest first. Behind the NPO's door."""
    loud = Q(quiet_until=None) | Q(quiet_until__lte=clock.now())
    found = Alarm.objects.filter(loud, municipality=one, closed_at=None, done_at=None)
    return [
        Open(alarm.pk, wording.title(alarm), wording.sentence(alarm))
        for alarm in found.order_by("-opened_at", "-pk")
    ]
