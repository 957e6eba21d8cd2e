"""The library of base texts for the templates. ``{% load library %}``."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template

from messages.services.compose import lang_of
from messages.services.library import Mark
from messages.views import npo_texts_words
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import StaffUser

register = template.Library()
register.filter("lang_of", lang_of)
register.filter("place_label", npo_texts_words.place_label)
register.filter("mark_label", npo_texts_words.mark_label)
register.filter("phase_of_version", npo_texts_words.phase_label)
register.filter("tone_of", npo_texts_words.tone)
register.filter("line_label", npo_texts_words.line_label)
register.filter("line_signs", npo_texts_words.line_signs)


@register.filter
def of_number(names: dict[int, str], number: int | None) -> str:
    """The name of that number; nothing where there is none."""
    return names.get(number or 0, "")


@register.filter
def in_order(marks: Iterable[Mark]) -> list[Mark]:
    """The marks of a place, always in the same order."""
    return [one for one in Mark if one in set(marks)]


@register.filter
def after_this(rows: Sequence[Any], counter: int) -> Any:
    """The row behind the one with that counter, which begins at 1."""
    return rows[counter]


@register.filter
def may_write_texts(user: StaffUser) -> bool:
    """Whether to offer what writes drafts."""
    return user.may_for_npo(NpoAct.WRITE_TEXTS)
