"""Rosters made for the tests: a few lines of CSV or a small workbook, read on 1 June 2026."""

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook

from municipalities.roster.reading import Roster, read_roster
from municipalities.roster.rows import RosterRow

TODAY = date(2026, 6, 1)
HEADER = "出産予定日,生年月日,メールアドレス,LINE ID,続柄,ことば,人数,家族番号"
MOTHER = "2026-09-01,,hana@example.com,,母,,,"


def read(data: bytes, name: str = "readers.csv") -> Roster:
    return read_roster(data, name, on=TODAY, last_birthday=3)


def read_csv(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Roster:
    return read("\n".join((header, *lines)).encode(encoding))


def rows_of(roster: Roster) -> list[RosterRow]:
    assert [str(problem) for problem in roster.problems] == []
    return roster.rows


def one_row(*lines: str, header: str = HEADER) -> RosterRow:
    (row,) = rows_of(read_csv(*lines, header=header))
    return row


def places(roster: Roster) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in roster.problems]


def one_sentence(roster: Roster) -> str:
    """The problem of a file that cannot be read at all."""
    assert roster.rows == []
    (problem,) = roster.problems
    assert (problem.row, problem.column) == (0, "")
    return str(problem)


def workbook(*rows: Sequence[object]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return book


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read_xlsx(*rows: Sequence[object], name: str = "readers.xlsx") -> Roster:
    return read(saved(workbook(*rows)), name)
