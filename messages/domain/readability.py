"""Hints for whoever writes to tired parents: long sentences, and words an office uses by habit.

Nothing here keeps a text from being sent.
"""

import re
from dataclasses import dataclass

LONG_SENTENCE = 70
"""Characters. Read on a phone at night, a longer one is begun twice."""

MOST_HINTS = 8

AVOIDED: dict[str, tuple[str, str]] = {
    "下記": ("「次」「下」", "次"),
    "各位": ("「みなさま」", "みなさま"),
    "ご参集": ("「お集まり」", "お集まり"),
    "厳守": ("「守ってください」", "守ってください"),
    "所定の": ("「決まった」", "決まった"),
    "速やかに": ("「早めに」", "早めに"),
    "持参のこと": ("「お持ちください」", "お持ちください"),
    "頑張": ("「むりのない範囲で」など", "something that does not press"),
    "父兄": ("「保護者」", "保護者"),
    "母親学級": ("「両親学級」", "両親学級"),
    "普通の子": ("くらべない言い方", "words that do not compare"),
    "障害児": ("「障害のあるお子さん」", "障害のあるお子さん"),
    "しなければなりません": ("「してください」", "してください"),
    "できかねます": ("「できません」", "できません"),
}

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
    found += [
        Hint(
            f"「{word}」は、{better_ja}にすると伝わりやすくなります。",
            f"“{word}” reads easier as: {better_en}.",
        )
        for word, (better_ja, better_en) in AVOIDED.items()
        if word in bare
    ]
    return found[:MOST_HINTS]
