"""Tables that go out to Excel and come back: cells written as text, headings found, values read."""

import io
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font

from messages.domain.plain_text import tidy_line, unify_lines
from municipalities.roster.problems import CellProblem, FileProblem, column_letter, shown
from municipalities.roster.table import Line, Value, is_blank
from municipalities.roster.xlsx_table import open_xlsx

MAX_BYTES = 5 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = b"PK\x03\x04"

C = TypeVar("C", bound=StrEnum)
T = TypeVar("T")


def workbook(
    name: str,
    columns: Sequence[C],
    rows: Iterable[Mapping[C, object]],
    widths: Mapping[C, int],
) -> bytes:
    """One sheet of that name: a bold heading for each column, then the rows."""
    book = openpyxl.Workbook()
    sheet: Any = book.active  # openpyxl does not say which kind of sheet it is
    sheet.title = name
    sheet.append([column.value for column in columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at, values in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            _put(sheet.cell(at, place), values[column])
    for place, column in enumerate(columns):
        sheet.column_dimensions[column_letter(place)].width = widths.get(column, 12)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled_lines(data: bytes, of: str, most: int) -> list[Line]:
    """The heading and the rows that say anything; ``of`` what the rows are, at most ``most``.

    Raises FileProblem in one sentence.
    """
    if len(data) > MAX_BYTES:
        raise FileProblem(f"{MAX_BYTES // 1024 // 1024}MBを超えています。ファイルを分けます。")
    if not data.startswith(_ZIP):
        raise FileProblem("Excel（.xlsx）のファイルではありません。.xlsxで保存し直します。")
    with warnings.catch_warnings():
        # openpyxl warns of everything in a workbook that it passes over.
        warnings.filterwarnings("ignore", module="openpyxl")
        filled = (line for line in open_xlsx(data, of=of).lines if not line.blank)
        lines = list(islice(filled, most + 2))
    if len(lines) > most + 1:
        raise FileProblem(f"{most:,}行を超えています。ファイルを分けます。")
    return lines


def places(
    line: Line, columns: Iterable[C], needed: Collection[C]
) -> tuple[dict[C, int], list[CellProblem]]:
    """Where each column stands, from the line of headings, and what is wrong with that line."""
    columns = list(columns)
    names = {column.value: column for column in columns}
    found: dict[C, int] = {}
    problems: list[CellProblem] = []
    for index, cell in enumerate(line.cells):
        if is_blank(cell):
            continue
        heading = tidy_line(str(cell))
        column = names.get(heading)
        if column is None or column in found:
            reason = "同じ見出しが2つあります。" if column else "この見出しの列は使えません。"
            letter = column_letter(index)
            problems.append(CellProblem(line.number, letter, shown(heading), "", reason))
            continue
        found[column] = index
    missing = [column.value for column in columns if column in needed and column not in found]
    if missing:
        reason = (
            f"見出し「{'」「'.join(missing)}」がありません。ダウンロードした表の見出しを使います。"
        )
        problems.insert(0, CellProblem(line.number, "", "", "", reason))
    return found, problems


class RowReader:
    """One line on its way to a row: every cell is judged, so that all is told at once."""

    def __init__(self, line: Line, columns: Mapping[Any, int]) -> None:
        self.line, self.columns = line, columns
        self.problems: list[CellProblem] = []

    def value(self, column: StrEnum) -> Value:
        """The cell as it is; "" where the table has no such column."""
        index = self.columns.get(column)
        return "" if index is None or index >= len(self.line.cells) else self.line.cells[index]

    def take(self, column: StrEnum, meaning: Callable[[str], T]) -> T | None:
        """What the cell means; None and a problem where it means nothing."""
        try:
            return meaning(as_text(self.value(column)))
        except ValueError as wrong:
            self.wrong(column, str(wrong))
            return None

    def wrong(self, column: StrEnum, reason: str) -> None:
        """Something is to be mended in that cell."""
        letter = column_letter(self.columns[column]) if column in self.columns else ""
        value = shown(as_text(self.value(column)))
        self.problems.append(CellProblem(self.line.number, letter, column.value, value, reason))


def as_text(value: Value) -> str:
    """A cell as somebody typed it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, date) else value


def as_lines(text: str) -> str:
    """A cell of several lines. Excel keeps a carriage return as seven characters."""
    return unify_lines(re.sub("_x000D_\n?", "\n", text, flags=re.IGNORECASE))


def _put(cell: Cell, value: object) -> None:
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, str) and value:
        # Text stays text: what begins with = is never a formula, whatever is done with the file.
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = True
    elif isinstance(value, date | int):
        cell.value = value
