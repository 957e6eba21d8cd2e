"""The editors' desk in words for the templates. ``{% load desk %}``."""

from django import template

from messages.models import TextDraft, TextVersion
from messages.views import npo_desk_said

register = template.Library()
register.filter("desk_state", npo_desk_said.state_said)
register.filter("desk_tone", npo_desk_said.state_tone)
register.filter("desk_act", npo_desk_said.act_said)


@register.filter
def text_title(one: TextDraft | TextVersion) -> str:
    """Its place in the course, and for whom, where that is not everybody."""
    return npo_desk_said.text_said(one.base_text, one.variant)
