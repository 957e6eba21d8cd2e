"""Hints for whoever writes to tired parents: long sentences, and words an office uses by habit.

Nothing here keeps a text from being sent.
"""

import re
from dataclasses import dataclass

from messages.domain.wording import MOST_REQUESTS, requests, words_to_avoid

LONG_SENTENCE = 60
"""Characters. Read on a phone at night, a longer one is begun twice."""

MOST_HINTS = 8

_ADDRESS = re.compile(r"\]\([^)\n]*\)|https?://\S+|\{\{[^}\n]*\}\}")
_END = re.compile(r"[。！？!?\n]")
_READING = re.compile(r"\{([^{}|\n]+)\|[^{}|\n]+\}")


@dataclass(frozen=True, slots=True)
class Hint:
    ja: str
    en: str


def hints(text: str) -> list[Hint]:
    """What could be easier to read, the long sentences first."""
    bare = _READING.sub(r"\1", _ADDRESS.sub("", text))
    found = [
        Hint(
            f"一文が長めです（{len(sentence)}文字）。2つに分けると読みやすくなります："
            f"「{sentence[:15]}…」",
            f"A long sentence ({len(sentence)} characters). Two are easier: “{sentence[:15]}…”",
        )
        for sentence in (one.strip(" -*#　") for one in _END.split(bare))
        if len(sentence) > LONG_SENTENCE
    ]
    if (asked := requests(bare)) > MOST_REQUESTS:
        found.append(
            Hint(
                f"「〜してください」が{asked}回あります。「〜できます」「〜すると安心です」などを"
                "まぜると、やわらかくなります。",
                f"It asks with “〜してください” {asked} times. Mixed with 〜できます or 〜すると安心です "
                "it is gentler.",
            )
        )
    found += [
        Hint(
            f"「{word}」は、{one.better_ja}にすると伝わりやすくなります。",
            f"“{word}” reads easier as: {one.better_en}.",
        )
        for word, one in words_to_avoid(bare)
    ]
    return found[:MOST_HINTS]
