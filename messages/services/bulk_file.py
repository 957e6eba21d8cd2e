"""The Excel file of all announcements: written for people, and read back cell by cell."""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font

from messages.domain import block_sheet
from messages.domain.announcement import TITLE_LIMIT, Content
from messages.domain.block_sheet import Column, Unreadable
from messages.domain.plain_text import tidy_line, unify_lines
from messages.rendering.check import SOURCE_LIMIT
from municipalities.roster.problems import BadCell, CellProblem, FileProblem, column_letter, shown
from municipalities.roster.table import Line, Value, is_blank
from municipalities.roster.values import date_in
from municipalities.roster.xlsx_table import open_xlsx

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 500
_WIDTHS = {Column.TITLE: 30, Column.BODY: 60, Column.FIRST: 14, Column.LAST: 14}
_ZIP = b"PK\x03\x04"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that could be read. ``number`` is the line of the sheet, ``block_id`` None a new one."""

    number: int
    block_id: int | None
    revision: int | None
    content: Content


@dataclass(frozen=True, slots=True)
class Reading:
    """Use ``rows`` only where ``problems`` is empty."""

    rows: list[SheetRow]
    problems: list[CellProblem]


def write(rows: Iterable[tuple[int, int, str, Content]]) -> bytes:
    """The workbook: number, revision, state in words, and what may be edited."""
    book = openpyxl.Workbook()
    sheet: Any = book.active  # openpyxl does not say which kind of sheet it is
    sheet.title = "お知らせ"
    sheet.append([column.value for column in Column])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at, (number, revision, state, content) in enumerate(rows, start=2):
        values = {Column.NUMBER: number, Column.REVISION: revision, Column.STATE: state}
        for place, column in enumerate(Column, start=1):
            _put(sheet.cell(at, place), (values | block_sheet.cells(content))[column])
    for place, column in enumerate(Column):
        sheet.column_dimensions[column_letter(place)].width = _WIDTHS.get(column, 12)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, areas: list[str]) -> Reading:
    """Every row and everything to mend. Never raises for what somebody uploads."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of everything in a workbook that it passes over.
            warnings.filterwarnings("ignore", module="openpyxl")
            return _read(data, areas)
    except FileProblem as problem:
        return Reading([], [CellProblem(0, "", "", "", str(problem))])


def _put(cell: Cell, value: object) -> None:
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, str) and value:
        # Text stays text: what begins with = is never a formula, whatever is done with the file.
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = True
    elif isinstance(value, date | int):
        cell.value = value


def _read(data: bytes, areas: list[str]) -> Reading:
    if len(data) > MAX_BYTES:
        raise FileProblem(f"{MAX_BYTES // 1024 // 1024}MBを超えています。ファイルを分けます。")
    if not data.startswith(_ZIP):
        raise FileProblem("Excel（.xlsx）のファイルではありません。.xlsxで保存し直します。")
    filled = (line for line in open_xlsx(data, of="お知らせ").lines if not line.blank)
    lines = list(islice(filled, MAX_ROWS + 2))
    if len(lines) > MAX_ROWS + 1:
        raise FileProblem(f"{MAX_ROWS}行を超えています。ファイルを分けます。")
    places, problems = _columns(lines[0])
    rows: list[SheetRow] = []
    for line in lines[1:] if not problems else []:
        found = _Row(line, places, areas)
        row = found.read()
        problems += found.problems
        if row:
            rows.append(row)
    if not rows and not problems:
        raise FileProblem("見出しだけのファイルです。1行以上のお知らせが必要です。")
    return Reading(rows, problems + _twice(rows, places))


def _columns(line: Line) -> tuple[dict[Column, int], list[CellProblem]]:
    names = {column.value: column for column in Column}
    places: dict[Column, int] = {}
    problems: list[CellProblem] = []
    for index, cell in enumerate(line.cells):
        if is_blank(cell):
            continue
        heading = tidy_line(str(cell))
        column = names.get(heading)
        if column is None or column in places:
            reason = "同じ見出しが2つあります。" if column else "この見出しの列は使えません。"
            letter = column_letter(index)
            problems.append(CellProblem(line.number, letter, shown(heading), "", reason))
            continue
        places[column] = index
    missing = [column.value for column in Column if column in block_sheet.NEEDED - places.keys()]
    if missing:
        reason = (
            f"見出し「{'」「'.join(missing)}」がありません。ダウンロードした表の見出しを使います。"
        )
        problems.insert(0, CellProblem(line.number, "", "", "", reason))
    return places, problems


def _twice(rows: Sequence[SheetRow], places: dict[Column, int]) -> list[CellProblem]:
    first: dict[int, int] = {}
    problems: list[CellProblem] = []
    for row in rows:
        if row.block_id is None:
            continue
        if row.block_id in first:
            reason = (
                f"{first[row.block_id]}行目と同じ番号です。新しいお知らせなら、番号を空にします。"
            )
            letter = column_letter(places[Column.NUMBER])
            problems.append(
                CellProblem(row.number, letter, Column.NUMBER, str(row.block_id), reason)
            )
        first.setdefault(row.block_id, row.number)
    return problems


class _Row:
    """One line on its way to a row: every cell is judged, so that all is told at once."""

    def __init__(self, line: Line, places: dict[Column, int], areas: list[str]) -> None:
        self.line, self.places, self.areas = line, places, areas
        self.problems: list[CellProblem] = []

    def read(self) -> SheetRow | None:
        kind = self._take(Column.KIND, block_sheet.kind_of)
        first, last = [
            kind and self._take(one, lambda text: block_sheet.day_of(kind, text))
            for one in (Column.FIRST, Column.LAST)
        ]
        if isinstance(first, int) and isinstance(last, int) and first > last:
            self._wrong(Column.LAST, "おわりが、はじめより前になっています。")
        begin, end = self._date(Column.FROM), self._date(Column.UNTIL)
        if begin and end and begin > end:
            self._wrong(Column.UNTIL, "終了日が、開始日より前になっています。")
        title, body = self._take(Column.TITLE, _title), self._take(Column.BODY, _body)
        self._finished(title, body)
        audience = self._take(Column.AUDIENCE, block_sheet.audience_of)
        areas = self._take(Column.AREAS, lambda text: block_sheet.areas_of(text, self.areas))
        position = self._take(Column.POSITION, block_sheet.position_of)
        number = self._take(Column.NUMBER, block_sheet.whole_number)
        revision = self._take(Column.REVISION, block_sheet.whole_number)
        if self.problems or kind is None or not isinstance(first, int) or not isinstance(last, int):
            return None
        if title is None or body is None or audience is None or areas is None or position is None:
            return None
        content = Content(title, body, kind, first, last, begin, end, audience, areas, position)
        return SheetRow(self.line.number, number, revision, content)

    def _finished(self, title: str | None, body: str | None) -> None:
        """A new row says something; a draft that is there may be as unfinished as it is."""
        if not is_blank(self._value(Column.NUMBER)):
            return
        for column, text, name in ((Column.TITLE, title, "題名"), (Column.BODY, body, "本文")):
            if text is not None and not text.strip():
                self._wrong(column, f"{name}を書きます。")

    def _take(self, column: Column, meaning: Callable[[str], T]) -> T | None:
        try:
            return meaning(_text(self._value(column)))
        except ValueError as wrong:
            self._wrong(column, str(wrong))
            return None

    def _date(self, column: Column) -> date | None:
        value = self._value(column)
        if is_blank(value):
            return None
        try:
            return date_in(value, "Excel（.xlsx）")
        except BadCell as wrong:
            self._wrong(column, str(wrong))
            return None

    def _value(self, column: Column) -> Value:
        index = self.places.get(column)
        return "" if index is None or index >= len(self.line.cells) else self.line.cells[index]

    def _wrong(self, column: Column, reason: str) -> None:
        letter = column_letter(self.places[column]) if column in self.places else ""
        value = shown(_text(self._value(column)))
        self.problems.append(CellProblem(self.line.number, letter, column.value, value, reason))


def _text(value: Value) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date) else value


def _title(text: str) -> str:
    title = tidy_line(text)
    if len(title) > TITLE_LIMIT:
        raise Unreadable(f"{len(title)}文字あります。{TITLE_LIMIT}文字までにします。")
    return title


def _body(text: str) -> str:
    # Excel keeps a carriage return as these seven characters.
    body = unify_lines(re.sub("_x000D_\n?", "\n", text, flags=re.IGNORECASE))
    if len(body) > SOURCE_LIMIT:
        raise Unreadable(f"{len(body):,}文字あります。{SOURCE_LIMIT:,}文字までにします。")
    return body
