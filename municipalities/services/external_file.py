"""The file of month-end figures from other systems: CSV or Excel, read whole and judged whole."""

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from municipalities.domain.dates import DateProblem, parse_date
from municipalities.roster.columns import folded
from municipalities.roster.csv_table import open_csv
from municipalities.roster.problems import BadCell, CellProblem, FileProblem, column_letter, shown
from municipalities.roster.table import Line, Table, Value, is_blank
from municipalities.roster.values import plain_text
from municipalities.roster.xlsx_table import open_xlsx

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5_000
MOST = 1_000_000
"""More readers than any municipality has children of that age."""

LONGEST_SOURCE = 60
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_COUNT = re.compile(r"([0-9]{1,7}|[0-9]{1,3}(?:,[0-9]{3})+)(?:人|件|名)?")
_MONTH = re.compile(r"([12][0-9]{3}) ?[-/.年] ?(0?[1-9]|1[0-2])(?: ?月(?:末)?)?")
_EXCEL_DAY_0 = date(1899, 12, 30)
_OLDEST = date(2000, 1, 31)


# Full-width ASCII, and the minus that UTF-8 and CP932 files spell differently.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: 0x2D, 0x3000: 0x20}

T = TypeVar("T")


class Column(StrEnum):
    """The headings we recommend."""

    PLACE = "自治体"
    MONTH = "月末"
    READERS = "配信中の読者"
    CHILDREN = "お子さんの人数"
    REGISTRATIONS = "登録"
    SOURCE = "出典"


SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.PLACE: ("団体コード", "自治体名", "市区町村", "code", "municipality"),
    Column.MONTH: ("月", "年月", "月末日", "month", "month_end"),
    Column.READERS: ("読者", "読者数", "AU", "アクティブユーザー数", "active_readers"),
    Column.CHILDREN: ("子どもの人数", "子ども", "children"),
    Column.REGISTRATIONS: ("登録数", "登録者数", "新規登録", "registrations"),
    Column.SOURCE: ("システム", "source"),
}
NEEDED = (Column.PLACE, Column.MONTH, Column.READERS)
_KNOWN = {folded(name): column for column in Column for name in (column.value, *SYNONYMS[column])}


@dataclass(frozen=True, slots=True)
class Row:
    """One month end of one municipality. ``number`` is the line of the file or the sheet."""

    number: int
    place_id: int
    month_end: date
    active_readers: int
    children: int | None
    registrations: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Use ``rows`` only where ``problems`` is empty."""

    rows: list[Row]
    problems: list[CellProblem]


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality that may stand in the file, by whatever it is called there."""

    pk: int
    name: str
    keys: tuple[str, ...]


def read(data: bytes, places: Sequence[Place], today: date) -> Reading:
    """Every row and everything to mend. Never raises for what somebody uploads."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of everything in a workbook that it passes over.
            warnings.filterwarnings("ignore", module="openpyxl")
            return _read(_open(data), places, today)
    except FileProblem as problem:
        return Reading([], [CellProblem(0, "", "", "", str(problem))])


def month_end(day: date) -> date:
    """The last day of that day's month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _open(data: bytes) -> Table:
    if len(data) > MAX_BYTES:
        raise FileProblem(f"{MAX_BYTES // 1024 // 1024}MBを超えています。ファイルを分けます。")
    if data.startswith(_ZIP):
        return open_xlsx(data, of="数字")
    if data.startswith(_OLD_OFFICE):
        raise FileProblem(
            "古い形式（.xls）か、パスワード付きのExcelです。パスワードなしの.xlsxで保存し直します。"
        )
    return open_csv(data, _known_columns)


def _known_columns(cells: Sequence[Value]) -> int:
    return len({_column_of(cell) for cell in cells} - {None})


def _column_of(cell: Value) -> Column | None:
    return _KNOWN.get(folded(cell)) if isinstance(cell, str) else None


def _read(table: Table, places: Sequence[Place], today: date) -> Reading:
    lines = list(islice((line for line in table.lines if not line.blank), MAX_ROWS + 2))
    if not lines:
        raise FileProblem("空のファイルです。見出しと1行以上の数字が必要です。")
    if len(lines) > MAX_ROWS + 1:
        raise FileProblem(f"{MAX_ROWS:,}行を超えています。ファイルを分けます。")
    columns, problems = _columns(lines[0])
    rows: list[Row] = []
    for line in lines[1:] if not problems else []:
        one = _OneRow(line, _Setting(columns, lines[0], places, table.encoding, today))
        row = one.read()
        problems += one.problems
        if row:
            rows.append(row)
    if not rows and not problems:
        raise FileProblem("見出しだけのファイルです。1行以上の数字が必要です。")
    return Reading(rows, problems + _twice(rows, columns))


def _columns(line: Line) -> tuple[dict[Column, int], list[CellProblem]]:
    if line.fault:
        raise FileProblem(f"{line.number}行目の見出しを読めません。{line.fault}")
    columns: dict[Column, int] = {}
    problems: list[CellProblem] = []
    for index, cell in enumerate(line.cells):
        if is_blank(cell):
            continue
        column = _column_of(cell)
        if column is None or column in columns:
            reason = "同じ内容の見出しが2つあります。" if column else _not_usable()
            heading = shown(str(cell))
            problems.append(CellProblem(line.number, column_letter(index), heading, "", reason))
        else:
            columns[column] = index
    missing = [f"「{column.value}」" for column in NEEDED if column not in columns]
    if missing:
        reason = f"{'と'.join(missing)}の列が必要です。"
        problems.insert(0, CellProblem(line.number, "", "", "", reason))
    return columns, problems


def _not_usable() -> str:
    named = "、".join(f"「{column.value}」" for column in Column)
    return f"この見出しの列は使えません。使える見出しは {named} です。"


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a row is read under: its heading, who may stand in it, the day."""

    columns: dict[Column, int]
    heading: Line
    places: Sequence[Place]
    encoding: str
    today: date


class _OneRow:
    """One line under the heading; every bad cell is named."""

    def __init__(self, line: Line, setting: _Setting) -> None:
        self.line, self.setting = line, setting
        self.problems: list[CellProblem] = []

    def read(self) -> Row | None:
        if self.line.fault:
            self.problems.append(CellProblem(self.line.number, "", "", "", self.line.fault))
            return None
        place = self._cell(Column.PLACE, self._place)
        month = self._cell(Column.MONTH, self._month)
        readers = self._cell(Column.READERS, self._count)
        children = self._cell(Column.CHILDREN, self._maybe)
        registrations = self._cell(Column.REGISTRATIONS, self._maybe)
        source = self._cell(Column.SOURCE, self._source) or ""
        if self.problems or place is None or month is None or readers is None:
            return None
        return Row(self.line.number, place, month, readers, children, registrations, source)

    def _cell(self, column: Column, judge: Callable[[Value], T]) -> T | None:
        index = self.setting.columns.get(column)
        if index is None:
            return None
        value = self.line.cells[index] if index < len(self.line.cells) else ""
        try:
            return judge(value)
        except BadCell as problem:
            self.problems.append(
                CellProblem(
                    self.line.number,
                    column_letter(index),
                    shown(str(self.setting.heading.cells[index])),
                    shown(str(value)),
                    str(problem),
                )
            )
            return None

    def _text(self, value: Value) -> str:
        return plain_text(value, self.setting.encoding)

    def _place(self, value: Value) -> int:
        text = self._text(value)
        if not text:
            raise BadCell("空です。6桁の団体コードか名前を書きます。")
        key = folded(text)
        # Excel takes the zero at the head of a code away.
        keys = {key, key.zfill(6)} if key.isdecimal() else {key}
        found = [place for place in self.setting.places if keys & set(place.keys)]
        if not found:
            raise BadCell("「外部」として登録された自治体に、この名前かコードはありません。")
        if len(found) > 1:
            raise BadCell("同じ名前の自治体が2つ以上あります。団体コードで書きます。")
        return found[0].pk

    def _month(self, value: Value) -> date:
        end = month_end(self._day(value))
        if end > self.setting.today:
            raise BadCell("まだ終わっていない月です。")
        if end < _OLDEST:
            raise BadCell("2000年より前の月です。")
        return end

    def _day(self, value: Value) -> date:
        if isinstance(value, date):
            return value
        if isinstance(value, float) and 36_000 <= value <= 80_000:
            return _EXCEL_DAY_0 + timedelta(days=int(value))
        text = self._text(value).translate(_NARROW)
        if month := _MONTH.fullmatch(text):
            return date(int(month[1]), int(month[2]), 1)
        try:
            return parse_date(text)
        except DateProblem:
            raise BadCell("月は「2026-10」か「2026年10月」のように書きます。") from None

    def _count(self, value: Value) -> int:
        text = self._text(value).translate(_NARROW)
        if not (found := _COUNT.fullmatch(text)):
            raise BadCell("0以上の整数で書きます。")
        if (number := int(found[1].replace(",", ""))) > MOST:
            raise BadCell(f"{MOST:,}を超えています。桁をご確認ください。")
        return number

    def _maybe(self, value: Value) -> int | None:
        return None if is_blank(value) else self._count(value)

    def _source(self, value: Value) -> str:
        text = self._text(value)
        if len(text) > LONGEST_SOURCE:
            raise BadCell(f"{LONGEST_SOURCE}文字以内で書きます。")
        return text


def _twice(rows: Sequence[Row], columns: dict[Column, int]) -> list[CellProblem]:
    first: dict[tuple[int, date], int] = {}
    problems = []
    for row in rows:
        before = first.setdefault((row.place_id, row.month_end), row.number)
        if before != row.number:
            problems.append(
                CellProblem(
                    row.number,
                    column_letter(columns[Column.MONTH]),
                    Column.MONTH.value,
                    row.month_end.isoformat(),
                    f"{before}行目と同じ自治体の同じ月です。どちらか1行にします。",
                )
            )
    return problems
