"""Tables for Excel. A cell that a person typed can never become a formula on another's screen."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

# What a spreadsheet takes for the beginning of a formula, after the fold of full-width forms.
_LEADERS = frozenset("=+-@\t\r\n\0")
_GETA = "〓"


class Coding(StrEnum):
    """UTF-8 with a mark for today's programs; CP932 for the old ones of city halls."""

    UTF8 = "utf-8"
    CP932 = "cp932"


def neutral(value: object) -> object:
    """The cell as it may be written: numbers as they are, a text that leads to a formula quoted."""
    if isinstance(value, int | float | Decimal) or value is None:
        return value
    text = str(value).replace("\0", "")
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf").lstrip(" \u3000\u00a0")
    if seen and unicodedata.normalize("NFKC", seen[0])[:1] in _LEADERS:
        return f"'{text}"
    return text


def table(rows: Iterable[Sequence[object]], coding: Coding) -> bytes:
    """The whole file. A sign that CP932 does not have becomes 〓, as printers did it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    if coding is Coding.UTF8:
        return out.getvalue().encode("utf-8-sig")
    return "".join(map(_known, out.getvalue())).encode("cp932")


def _known(sign: str) -> str:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return _GETA
    return sign
