"""Typed values (a date, an address, a code) brought to one form before anybody reads them.

Not for names and texts: NFKC would rewrite characters their owners chose.
"""

import re
import unicodedata
from itertools import groupby

# Letters that draw nothing: Hangul fillers, Khmer inherent vowels, variation selectors.
_BLANK_LETTERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000 ]+")
_EDGES = "".join(map(chr, (*range(33), 127, *range(128, 160), 0x2028, 0x2029)))
_NOWHERE = {"Cf", "Cs"}
# A footnote mark is no digit: 2026-05-1² must not become the 12th.
_ANNOTATIONS = ("<super>", "<sub>", "<circle>")


def fold_value(text: str) -> str:
    """Full-width signs narrowed, invisible characters and outer blanks gone, spaces made single.

    A line break or control character in the middle stays, so that the caller can refuse it: it may
    be a second value or an attack. Raised, lowered and circled signs stay as they are. Idempotent.
    """
    folded = _narrow(text)
    seen = "".join(sign for sign in folded if unicodedata.category(sign) not in _NOWHERE)
    # Taking a sign away may leave two that combine; one more pass keeps the result stable.
    seen = _narrow(_BLANK_LETTERS.sub("", seen))
    return _SPACES.sub(" ", seen).strip(_EDGES)


def _narrow(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        "".join(run) if annotates else unicodedata.normalize("NFKC", "".join(run))
        for annotates, run in groupby(text, _annotates)
    )


def _annotates(sign: str) -> bool:
    return unicodedata.decomposition(sign).startswith(_ANNOTATIONS)
