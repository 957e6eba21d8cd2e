"""The stages a broadcast is meant for, as choices: groups with a name, and ranges by their days."""

import re
from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _

from messages.domain.segment import GROUPS, Span, days_of
from messages.domain.stage import Kind
from messages.views.block_form import Mistakes, Typed, range_of
from messages.views.day_in_words import in_english

MOST_RANGES = 20
_BOXES = ("kind", "first_big", "first_days", "last_big", "last_days")
_LONGEST = 20
_KEY = re.compile(r"(pregnancy|child)-([0-9]{1,4})-([0-9]{1,4})", re.ASCII)


def choices(chosen: Iterable[Span]) -> list[tuple[str, str, bool]]:
    """Key, words and whether it is chosen. Whatever is chosen and has no name stands there as well."""
    english, spans = in_english(), list(chosen)
    named = {group.span for group in GROUPS}
    groups = [
        (group.key, group.en if english else group.ja, group.span in spans) for group in GROUPS
    ]
    others = [span for span in dict.fromkeys(spans) if span not in named]
    return groups + [(_key(span), days_of(span, english=english), True) for span in others]


def boxes(post: QueryDict) -> dict[str, str]:
    """What was typed as a range of one's own."""
    return {name: post.get(name, "")[:_LONGEST] for name in _BOXES}


def ticked(post: QueryDict) -> tuple[Span, ...]:
    """The chosen groups and ranges; a key that means nothing is nobody's choice."""
    keys = post.getlist("group")
    spans = [group.span for group in GROUPS if group.key in keys]
    others = [span for key in keys if (span := _span(key))]
    return tuple(dict.fromkeys(spans + others[:MOST_RANGES]))


def typed_range(typed: dict[str, str]) -> tuple[Span | None, str]:
    """The range of one's own: none where nothing was typed, or the sentence that tells what is wrong."""
    if not any(value.strip() for value in typed.values()):
        return None, ""
    mistakes: Mistakes = []
    kind, first_big, first_days, last_big, last_days = (typed[name] for name in _BOXES)
    own = Typed("", "", kind, first_big, first_days, last_big, last_days)
    days = range_of(own, mistakes)
    if days is None:
        return None, mistakes[0][1]
    span = Span(Kind(typed["kind"]), *days)
    if not span.is_possible:
        return None, _("Nobody can be in that range. Check its beginning and its end.")
    return span, ""


def _key(span: Span) -> str:
    return f"{span.kind.value}-{span.first_day}-{span.last_day}"


def _span(key: str) -> Span | None:
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    span = Span(Kind(found[1]), int(found[2]), int(found[3]))
    return span if span.is_possible else None
