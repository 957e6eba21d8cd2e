"""Names of places in Latin letters, for addresses of pages: さっぽろし → sapporo.

A proposal only, to be looked at by whoever founds a municipality: kana do not tell where a word ends.
"""

import re

_PAIRS = {
    "きゃ": "kya", "きゅ": "kyu", "きょ": "kyo", "しゃ": "sha", "しゅ": "shu", "しょ": "sho",
    "ちゃ": "cha", "ちゅ": "chu", "ちょ": "cho", "にゃ": "nya", "にゅ": "nyu", "にょ": "nyo",
    "ひゃ": "hya", "ひゅ": "hyu", "ひょ": "hyo", "みゃ": "mya", "みゅ": "myu", "みょ": "myo",
    "りゃ": "rya", "りゅ": "ryu", "りょ": "ryo", "ぎゃ": "gya", "ぎゅ": "gyu", "ぎょ": "gyo",
    "じゃ": "ja", "じゅ": "ju", "じょ": "jo", "びゃ": "bya", "びゅ": "byu", "びょ": "byo",
    "ぴゃ": "pya", "ぴゅ": "pyu", "ぴょ": "pyo",
}  # fmt: skip
_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの",
    "h": "はひふへほ", "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ",
    "d": "だぢづでど", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ",
}  # fmt: skip
_ONES = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu",
    "や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n",
}  # fmt: skip
_ENDINGS = {
    "市": ("し",),
    "区": ("く",),
    "町": ("ちょう", "まち"),
    "村": ("むら", "そん"),
    "県": ("けん",),
    "府": ("ふ",),
    "都": ("と",),
}


def hiragana(text: str) -> str:
    """Katakana as hiragana; everything else as it is."""
    return "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in text)


def romanised(kana: str) -> str:
    """Hepburn without signs for long vowels; what is no kana is left out."""
    kana = hiragana(kana)
    out = ""
    at = 0
    while at < len(kana):
        pair, one = kana[at : at + 2], kana[at]
        if one == "っ":
            out += "っ"
        else:
            out += _PAIRS.get(pair) or _ONES.get(one, "")
        at += 2 if pair in _PAIRS else 1
    # A small っ doubles what follows; before ch it is written t.
    out = re.sub("っ(ch)", r"t\1", out)
    out = re.sub("っ([a-z])", r"\1\1", out).replace("っ", "")
    return re.sub("(o)[uo]|(u)u", r"\1\2", out)


def without_ending(name: str, kana: str) -> str:
    """The kana without 市, 区, 町, 村, 県, 府, 都; 北海道 keeps its own."""
    for ending in _ENDINGS.get(name[-1:], ()):
        if kana.endswith(ending) and kana != ending:
            return kana.removesuffix(ending)
    return kana
