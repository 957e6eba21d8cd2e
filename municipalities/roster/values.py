"""One cell each: what people write, and what we understand by it. Raises BadCell."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from municipalities.domain.dates import DateProblem, parse_date
from municipalities.domain.words import Relation, Variant
from municipalities.roster.columns import folded
from municipalities.roster.problems import BadCell, is_hidden, shown
from municipalities.roster.table import MAX_CELL_CHARACTERS, Value, tidy

_RELATIONS: dict[str, Relation] = {
    "": Relation.UNDISCLOSED,
    "答えない": Relation.UNDISCLOSED,
    "undisclosed": Relation.UNDISCLOSED,
    "母": Relation.MOTHER,
    "母親": Relation.MOTHER,
    "mother": Relation.MOTHER,
    "父": Relation.FATHER,
    "父親": Relation.FATHER,
    "パートナー": Relation.FATHER,
    "父・パートナー": Relation.FATHER,
    "father": Relation.FATHER,
    "partner": Relation.FATHER,
    "祖父母": Relation.GRANDPARENT,
    "祖父": Relation.GRANDPARENT,
    "祖母": Relation.GRANDPARENT,
    "grandparent": Relation.GRANDPARENT,
    "まわりの人": Relation.AROUND,
    "その他": Relation.AROUND,
    "around": Relation.AROUND,
}
_LANGUAGES: dict[Variant, tuple[str, ...]] = {
    Variant.ENGLISH: ("英語", "english"),
    Variant.CHINESE: ("中国語", "中文", "chinese"),
    Variant.VIETNAMESE: ("ベトナム語", "tiếng việt", "vietnamese"),
    Variant.PORTUGUESE: ("ポルトガル語", "português", "portuguese"),
}
_VARIANTS: dict[str, Variant] = {
    "": Variant.STANDARD,
    "標準": Variant.STANDARD,
    "standard": Variant.STANDARD,
    "やさしい日本語": Variant.EASY,
    "easy": Variant.EASY,
    **{name: one for one, names in _LANGUAGES.items() for name in (one.value, *map(folded, names))},
}
_KINDS: dict[str, str] = {
    "": "",
    "妊娠": "pregnancy",
    "妊娠中": "pregnancy",
    "妊婦": "pregnancy",
    "pregnancy": "pregnancy",
    "子ども": "child",
    "こども": "child",
    "子供": "child",
    "お子さん": "child",
    "子": "child",
    "child": "child",
}
MOST_CHILDREN = 5
# Full-width ASCII, and the two signs that UTF-8 and CP932 files spell differently.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x301C: 0x7E, 0x2212: 0x2D}
# The first day Excel counts as 1 is 1 January 1900; it believes in a 29 February 1900.
_EXCEL_DAY_0 = date(1899, 12, 30)
_LAST_SERIAL = 2_958_465
# Excel keeps 15 digits of a number: beyond, two families would share one number.
_EXCEL_DIGITS_END = 10**15

T = TypeVar("T")


def plain_text(value: Value, encoding: str) -> str:
    """A cell as text that is safe to judge and to quote."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if abs(value) >= _EXCEL_DIGITS_END:
            raise BadCell(
                "桁が多く、Excelが終わりの数字を変えています。列を「文字列」にして書き直します。"
            )
        return str(int(value)) if value.is_integer() else repr(value)
    text = tidy(value)
    if len(text) > MAX_CELL_CHARACTERS:
        raise BadCell(f"{len(text):,}文字あります。{MAX_CELL_CHARACTERS}文字までにします。")
    for one in text:
        if "\udc80" <= one <= "\udcff":
            raise BadCell(f"{encoding}では読めないバイト（0x{ord(one) - 0xDC00:02X}）があります。")
        if one == "\ufffd":
            raise BadCell("文字化けした文字があります。")
        if is_hidden(one):
            raise BadCell(f"見えない文字（U+{ord(one):04X}）があります。")
    return text


def date_in(value: Value, encoding: str) -> date:
    """A date column: a real date, an Excel serial (days from 1900), or any way to write one."""
    if isinstance(value, date):
        return value
    if isinstance(value, float) and 1 <= value <= _LAST_SERIAL:
        return _EXCEL_DAY_0 + timedelta(days=int(value))
    try:
        return parse_date(plain_text(value, encoding))
    except DateProblem as problem:
        raise BadCell(problem.message_ja) from None


def relation_in(text: str) -> Relation:
    return _one_of(_RELATIONS, text, "母、父・パートナー、祖父母、まわりの人、答えない")


def variant_in(text: str) -> Variant:
    return _one_of(_VARIANTS, text, "標準、やさしい日本語、英語、中国語、ベトナム語、ポルトガル語")


def kind_in(text: str) -> str:
    """ "pregnancy", "child", or "" where the row leaves it to its date."""
    return _one_of(_KINDS, text, "妊娠、子ども")


def children_in(text: str) -> int:
    """How many children the course is for: 1 to 5, 1 where nothing is written."""
    digits = folded(text).removesuffix("人")
    if not digits:
        return 1
    if digits.isdecimal() and 1 <= int(digits[:3]) <= MOST_CHILDREN:
        return int(digits)
    raise BadCell(f"「{shown(text)}」は使えません。1から{MOST_CHILDREN}までの数で書きます。")


def family_in(text: str) -> str:
    """The number rows of one family share; full-width and half-width are the same."""
    number = text.translate(_NARROW)
    if re.fullmatch(r"\d(\.\d+)?E\+\d+", number):
        raise BadCell(f"「{shown(text)}」はExcelが縮めた数です。列を「文字列」にして書き直します。")
    return number


def _one_of(words: Mapping[str, T], text: str, known: str) -> T:
    try:
        return words[folded(text)]
    except KeyError:
        raise BadCell(f"「{shown(text)}」は使えません。{known} のどれかで書きます。") from None
