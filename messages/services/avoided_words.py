"""Words that the NPO does not use in texts: a list that its editors keep. Hints, never a refusal.

Everybody who writes may read the list; it is changed inside the NPO's door.
"""

import re

from django.db import IntegrityError, transaction

from messages.domain.plain_text import tidy_line
from messages.domain.readability import MOST_HINTS, Hint, hints
from messages.models import AvoidedWord
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import StaffUser

_NOT_READ = re.compile(r"\]\([^)\n]*\)|https?://\S+")
_READING = re.compile(r"\{([^{}|\n]+)\|[^{}|\n]+\}")


class NotYours(Exception):
    """The role may not change the list."""


class ThereAlready(Exception):
    """The word stands in the list."""


def listed() -> list[AvoidedWord]:
    """The list, by the words' order in Unicode, which is that of kana."""
    return list(AvoidedWord.objects.order_by("word"))


def found_in(text: str) -> list[AvoidedWord]:
    """Those of the list that stand in the text, in the order in which they are met first.

    Addresses of links do not count, and a word is found under its reading (ルビ) as well.
    """
    bare = _READING.sub(r"\1", _NOT_READ.sub("", text))
    there = [(bare.find(one.word), one.pk, one) for one in listed()]
    return [one for at, _pk, one in sorted(there, key=lambda found: found[:2]) if at >= 0]


def all_hints(text: str) -> list[Hint]:
    """The editors' words first, then what reads hard in Japanese; each said once."""
    own = [_hint(one) for one in found_in(text)]
    words = [one.word for one in found_in(text)]
    others = [one for one in hints(text) if not any(f"「{word}」" in one.ja for word in words)]
    return [*own, *others][:MOST_HINTS]


def _hint(one: AvoidedWord) -> Hint:
    why_ja = f"（{one.why}）" if one.why else ""
    why_en = f" ({one.why})" if one.why else ""
    if not one.instead:
        return Hint(
            f"「{one.word}」は使わない言葉です。{why_ja}", f"“{one.word}” is avoided.{why_en}"
        )
    return Hint(
        f"「{one.word}」は、「{one.instead}」にします。{why_ja}",
        f"“{one.word}” is written as “{one.instead}”.{why_en}",
    )


def keep(user: StaffUser, word_id: int | None, word: str, instead: str, why: str) -> AvoidedWord:
    """Add a word, or change the one of that number.

    Raises:
        NotYours: the role may not.
        ThereAlready: another row has this word.
        AvoidedWord.DoesNotExist: there is none of that number.
    """
    _guard(user)
    one = AvoidedWord.objects.get(pk=word_id) if word_id else AvoidedWord()
    one.word, one.instead, one.why = tidy_line(word), tidy_line(instead), tidy_line(why)
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise ThereAlready from error
    return one


def take_off(user: StaffUser, word_id: int) -> None:
    """Take a word off the list. Raises NotYours."""
    _guard(user)
    AvoidedWord.objects.filter(pk=word_id).delete()


def _guard(user: StaffUser) -> None:
    if not user.may_for_npo(NpoAct.WRITE_TEXTS):
        raise NotYours
