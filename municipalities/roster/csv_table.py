"""CSV as Japanese offices have it: UTF-8, CP932, UTF-16, EUC-JP; comma, semicolon or tab."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from municipalities.roster.columns import known_columns
from municipalities.roster.problems import FileProblem
from municipalities.roster.table import Line, Table, Value

Known = Callable[[Sequence[Value]], int]
"""How many of a line's cells are headings we know: tells encodings and separators apart."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8（BOM付き）"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
# Never shift_jis: it has no ①, ㈱, 髙, 﨑.
_CODECS = (("utf-8", "UTF-8"), ("cp932", "CP932（Shift_JIS）"), ("euc_jp", "EUC-JP"))
_SEPARATORS = (",", "\t", ";")
# Enough for a heading with every column and long remarks.
_HEAD_CHARACTERS = 10_000
_ESCAPED = re.compile("[\udc80-\udcff]")


def open_csv(data: bytes, known: Known = known_columns) -> Table:
    """The lines of a CSV file. Raises FileProblem where it is no text."""
    text, encoding = _decode(data, known)
    head = text[:_HEAD_CHARACTERS]
    if "\0" in head.split("\n", 1)[0]:
        raise FileProblem("CSVでもExcel（.xlsx）でもないファイルです。どちらかで保存し直します。")
    separator = max(_SEPARATORS, key=lambda one: _likeness(head, one, known))
    if not _likeness(head, separator, known)[0] and re.search(
        "[，、]", head.lstrip().split("\n", 1)[0]
    ):
        raise FileProblem("区切りが全角の「，」です。半角の「,」で区切って保存し直します。")
    return Table(encoding, _lines(text, separator), ragged=False)


def _decode(data: bytes, known: Known) -> tuple[str, str]:
    """The text and the name of its encoding. Bytes that do not fit stay as lone surrogates.

    The encoding whose heading we understand wins, then the one with the fewest wrong bytes: so
    one foreign line in a UTF-8 file is a fault of that line and not a reason to read it all
    as something else.
    """
    for bom, codec, label in _BOMS:
        if data.startswith(bom):
            errors = "replace" if codec == "utf-16" else "surrogateescape"
            return data.decode(codec, errors), label
    best = ("", "")
    score = (-1, 0)
    for codec, label in _CODECS:
        text = data.decode(codec, "surrogateescape")
        wrong = len(_ESCAPED.findall(text))
        head = text[:_HEAD_CHARACTERS]
        headings = max(_likeness(head, one, known)[0] for one in _SEPARATORS)
        if (headings, -wrong) > score:
            best, score = (text, label), (headings, -wrong)
        if codec == "utf-8" and not wrong:
            break
    return best


def _likeness(head: str, separator: str, known: Known) -> tuple[int, int]:
    """How much the first line looks like our heading when cut at that separator."""
    first = next((line for line in _lines(head, separator) if not line.blank), None)
    headings = known(first.cells) if first else 0
    return (headings, len(first.cells)) if first and headings else (0, 0)


def _lines(text: str, separator: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Line(number, (), _fault(str(error)))
        else:
            yield Line(number, cells)


def _fault(error: str) -> str:
    if "field limit" in error:
        return 'セルが長すぎるか、引用符「"」が閉じていません。'
    return '引用符「"」の使い方が正しくないか、閉じていません。'
