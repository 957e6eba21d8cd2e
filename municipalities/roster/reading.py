"""A roster: readers from a CSV or Excel file, read whole and judged whole. Knows no database."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import PurePosixPath

from municipalities.roster.columns import Place, Places, find_columns
from municipalities.roster.csv_table import open_csv
from municipalities.roster.problems import CellProblem, FileProblem, column_letter, shown
from municipalities.roster.rows import RosterRow, Setting, read_row
from municipalities.roster.table import (
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_ROWS,
    Line,
    Table,
    is_blank,
)
from municipalities.roster.together import (
    disagreeing_families,
    disagreeing_words,
    repeated,
    shared_children,
)
from municipalities.roster.xlsx_table import open_xlsx

_ZIP = b"PK\x03\x04"
# Excel before 2007, and every workbook with a password.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_EMPTY = "空のファイルです。見出しと1行以上の読者が必要です。"


@dataclass(frozen=True, slots=True)
class Roster:
    """``rows`` are the good ones; import them only where ``problems`` is empty.

    ``encoding`` says how the file was read, for staff to see; "" where it could not be.
    """

    rows: list[RosterRow]
    problems: list[CellProblem]
    encoding: str


def read_roster(data: bytes, filename: str, *, on: date, last_birthday: int) -> Roster:
    """Every reader and every problem of a file; what it is, its bytes say and not its name.

    ``on`` is the municipality's today, against which dates are judged; ``last_birthday`` the year
    of life its texts end with. Never raises for bad input: a file that cannot be read at all is
    one problem with row 0.
    """
    encoding = ""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of everything in a workbook that it passes over.
            warnings.filterwarnings("ignore", module="openpyxl")
            table = _open(data)
            encoding = table.encoding
            return _read(table, on=on, last_birthday=last_birthday)
    except FileProblem as problem:
        name = shown(PurePosixPath(filename.replace("\\", "/")).name)
        whole = CellProblem(0, "", "", "", f"{name}: {problem}" if name else str(problem))
        return Roster([], [whole], encoding)


def _open(data: bytes) -> Table:
    if len(data) > MAX_FILE_BYTES:
        raise FileProblem(f"{MAX_FILE_BYTES // 1024 // 1024}MBを超えています。ファイルを分けます。")
    if data.startswith(_ZIP):
        return open_xlsx(data)
    if data.startswith(_OLD_OFFICE):
        raise FileProblem(
            "古い形式（.xls）か、パスワード付きのExcelです。パスワードなしの.xlsxで保存し直します。"
        )
    return open_csv(data)


def _read(table: Table, *, on: date, last_birthday: int) -> Roster:
    lines = _filled(table.lines)
    if not lines:
        raise FileProblem(_EMPTY)
    header = lines[0]
    places, problems = find_columns(header)
    if problems:
        return Roster([], problems, table.encoding)
    setting = Setting(places, table.encoding, on, last_birthday)
    rows: list[RosterRow] = []
    for line in lines[1:]:
        found = _misshapen(line, header, ragged=table.ragged) or read_row(line, setting)
        if isinstance(found, RosterRow):
            rows.append(found)
        else:
            problems.extend(found)
    if not rows and not problems:
        raise FileProblem("見出しだけのファイルです。1行以上の読者が必要です。")
    problems.extend(_together(rows, places))
    order = {column_letter(index): index for index in range(MAX_COLUMNS + 1)}
    problems.sort(key=lambda one: (one.row, order.get(one.column, -1)))
    return Roster(shared_children(rows), problems, table.encoding)


def _together(rows: list[RosterRow], places: Places) -> Iterator[CellProblem]:
    for check in (repeated, disagreeing_words, disagreeing_families):
        yield from check(rows, places)


def _filled(lines: Iterator[Line]) -> list[Line]:
    """The heading and the rows without the blank ones, counted before any is judged.

    Raises FileProblem over the limit.
    """
    filled = list(islice((line for line in lines if not line.blank), MAX_ROWS + 2))
    if len(filled) > MAX_ROWS + 1:
        raise FileProblem(f"{MAX_ROWS:,}行を超えています。ファイルを分けます。")
    return filled


def _misshapen(line: Line, header: Line, *, ragged: bool) -> list[CellProblem]:
    """A row that cannot be laid under the heading: broken, too short, or with cells beside it."""
    if line.fault:
        return [CellProblem(line.number, "", "", "", line.fault)]
    cells, width = line.cells, len(header.cells)
    if len(cells) < width and not ragged:
        reason = f"セルが{len(cells)}個しかありません。見出しは{width}個です。"
        return [CellProblem(line.number, "", "", "", reason)]
    return [
        Place(index, "").problem(line.number, str(cell), "見出しのない列に値があります。")
        for index, cell in enumerate(cells)
        if not is_blank(cell) and (index >= width or is_blank(header.cells[index]))
    ][:1]
