"""Whether the own page says thank you. ``{% load graduation %}``."""

from django import template

from kizuna.lib import clock
from messages.services.graduation import has_graduated
from municipalities.models import Reader

register = template.Library()


@register.filter
def graduated(reader: Reader) -> bool:
    """Whether the last course of this reader is over by the calendar."""
    return has_graduated(reader.municipality, reader, clock.today())
