"""Excel workbooks: opened only after the archive has been measured, read row by row."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.datetime import WINDOWS_EPOCH

from municipalities.roster.problems import FileProblem, shown
from municipalities.roster.table import MAX_COLUMNS, MAX_UNPACKED_BYTES, Line, Table, Value

# What Excel itself can show; a file that claims more was not made by it.
_EXCEL_ROWS = 1_048_576
# A workbook of one sheet has about ten parts.
_MAX_PARTS = 2_000
_BROKEN = "Excelファイルが壊れているため、読めません。Excelで開いて、保存し直します。"


def open_xlsx(data: bytes, of: str = "読者") -> Table:
    """The lines of the one visible sheet; ``of`` what the rows are. Raises FileProblem in one
    sentence."""
    _measure(data)
    return Table("Excel（.xlsx）", _lines(_sheet(data, of)), ragged=True)


def _measure(data: bytes) -> None:
    """Refuse bombs, passwords, macros and other archives from the table of contents alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception:  # zipfile answers damage with a dozen different errors
        raise FileProblem(_BROKEN) from None
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1024 // 1024
        raise FileProblem(f"展開すると{limit}MBを超えるため、開きません。ファイルを分けます。")
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise FileProblem("Excel（.xlsx）ではないファイルです。CSVか.xlsxで保存し直します。")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise FileProblem("マクロを含むファイルは受け取れません。.xlsxで保存し直します。")


def _sheet(data: bytes, of: str) -> Any:  # openpyxl's read-only sheet has no useful type
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            # The size written in the file is a claim; the rows are what counts.
            sheet.reset_dimensions()
    except Exception:  # as many kinds as there are ways to break XML
        raise FileProblem(_BROKEN) from None
    if book.epoch != WINDOWS_EPOCH:
        # Its serial numbers lie four years and a day beside everybody else's.
        raise FileProblem("日付を1904年から数える設定のブックです。設定を外して保存し直します。")
    filled = [sheet for sheet in sheets if any(not line.blank for line in _lines(sheet))]
    if len(filled) > 1:
        names = "、".join(f"「{shown(sheet.title)}」" for sheet in filled[:5])
        raise FileProblem(f"{names}の各シートに値があります。{of}の表だけの1枚にします。")
    if not filled:
        raise FileProblem(f"空のファイルです。見出しと1行以上の{of}が必要です。")
    return filled[0]


def _lines(sheet: Any) -> Iterator[Line]:
    try:
        # One column more than allowed, so that it is seen and named.
        rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
        for number, row in enumerate(rows, start=1):
            if number > _EXCEL_ROWS:
                raise FileProblem(_BROKEN)
            # A workbook may name row 1,000,000 alone; the rows before it cost nothing so.
            if row.count(None) < len(row):
                yield Line(number, _cells(row))
    except FileProblem:
        raise
    except Exception:  # the XML is parsed while we read
        raise FileProblem(_BROKEN) from None


def _cells(row: tuple[object, ...]) -> list[Value]:
    cells = [_value(cell) for cell in row]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _value(cell: object) -> Value:
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case int() | float():
            return float(cell)
        case datetime():
            return cell.date()
    return cell if isinstance(cell, date) else str(cell)
