"""What a pasted text may hold. Removes what nobody can see and keeps every letter that was typed.

Names keep their exact characters: no NFC or NFKC, which would rewrite 神 and 髙 look-alikes. Only a
kana and its separate voicing mark (as macOS writes them) are joined.
"""

import re
import unicodedata

# Line separators of other systems; the number of lines is the same before and after tidying.
_NEW_LINE = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u2800]")
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # controls except the line feed
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff"  # lone surrogates cannot be encoded
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
    # A joiner is part of an emoji family, and invisible anywhere else.
    "|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
    "|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
_VOICED_APART = re.compile("[\u3041-\u30ff][\u3099\u309a]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def unify_lines(text: str) -> str:
    return _NEW_LINE.sub("\n", text)


def tidy(text: str) -> str:
    """Line feeds only, ordinary spaces, nothing invisible. Idempotent; keeps the lines' numbers."""
    text = _SPACES.sub(" ", unify_lines(text))
    text = _INVISIBLE.sub("", text)
    return _VOICED_APART.sub(lambda pair: unicodedata.normalize("NFC", pair.group()), text)


def tidy_line(text: str) -> str:
    """``tidy`` for what must stand on one line: a subject, a name, a value."""
    return tidy(text).replace("\n", " ").strip()


def private_characters(text: str) -> list[int]:
    """Where self-made characters (外字) stand; no reader's phone can show them."""
    return [found.start() for found in _PRIVATE.finditer(text)]


def line_units(text: str) -> int:
    """The length as LINE counts it: UTF-16 code units, so an emoji or 𠮷 is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
