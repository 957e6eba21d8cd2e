"""The Excel file of all announcements: written for people, and read back cell by cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from messages.domain import block_sheet
from messages.domain.announcement import TITLE_LIMIT, Content
from messages.domain.block_sheet import Column, Unreadable
from messages.domain.plain_text import tidy_line
from messages.rendering.check import SOURCE_LIMIT
from messages.services import sheet
from messages.services.sheet import MAX_BYTES, RowReader
from municipalities.roster.problems import BadCell, CellProblem, FileProblem, column_letter
from municipalities.roster.table import Line, is_blank
from municipalities.roster.values import date_in

__all__ = ["MAX_BYTES", "MAX_ROWS", "Reading", "SheetRow", "read", "write"]

MAX_ROWS = 500
_WIDTHS = {Column.TITLE: 30, Column.BODY: 60, Column.FIRST: 14, Column.LAST: 14}


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
    return sheet.workbook(
        "お知らせ",
        list(Column),
        (
            {Column.NUMBER: number, Column.REVISION: revision, Column.STATE: state}
            | block_sheet.cells(content)
            for number, revision, state, content in rows
        ),
        _WIDTHS,
    )


def read(data: bytes, areas: list[str]) -> Reading:
    """Every row and everything to mend. Never raises for what somebody uploads."""
    try:
        return _read(data, areas)
    except FileProblem as problem:
        return Reading([], [CellProblem(0, "", "", "", str(problem))])


def _read(data: bytes, areas: list[str]) -> Reading:
    lines = sheet.filled_lines(data, "お知らせ", MAX_ROWS)
    places, problems = sheet.places(lines[0], Column, block_sheet.NEEDED)
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


class _Row(RowReader):
    def __init__(self, line: Line, places: dict[Column, int], areas: list[str]) -> None:
        super().__init__(line, places)
        self.areas = areas

    def read(self) -> SheetRow | None:
        kind = self.take(Column.KIND, block_sheet.kind_of)
        first, last = [
            kind and self.take(one, lambda text: block_sheet.day_of(kind, text))
            for one in (Column.FIRST, Column.LAST)
        ]
        if isinstance(first, int) and isinstance(last, int) and first > last:
            self.wrong(Column.LAST, "おわりが、はじめより前になっています。")
        begin, end = self._date(Column.FROM), self._date(Column.UNTIL)
        if begin and end and begin > end:
            self.wrong(Column.UNTIL, "終了日が、開始日より前になっています。")
        title, body = self.take(Column.TITLE, _title), self.take(Column.BODY, _body)
        self._finished(title, body)
        audience = self.take(Column.AUDIENCE, block_sheet.audience_of)
        areas = self.take(Column.AREAS, lambda text: block_sheet.areas_of(text, self.areas))
        position = self.take(Column.POSITION, block_sheet.position_of)
        number = self.take(Column.NUMBER, block_sheet.whole_number)
        revision = self.take(Column.REVISION, block_sheet.whole_number)
        if self.problems or kind is None or not isinstance(first, int) or not isinstance(last, int):
            return None
        if title is None or body is None or audience is None or areas is None or position is None:
            return None
        content = Content(title, body, kind, first, last, begin, end, audience, areas, position)
        return SheetRow(self.line.number, number, revision, content)

    def _finished(self, title: str | None, body: str | None) -> None:
        """A new row says something; a draft that is there may be as unfinished as it is."""
        if not is_blank(self.value(Column.NUMBER)):
            return
        for column, text, name in ((Column.TITLE, title, "題名"), (Column.BODY, body, "本文")):
            if text is not None and not text.strip():
                self.wrong(column, f"{name}を書きます。")

    def _date(self, column: Column) -> date | None:
        value = self.value(column)
        if is_blank(value):
            return None
        try:
            return date_in(value, "Excel（.xlsx）")
        except BadCell as wrong:
            self.wrong(column, str(wrong))
            return None


def _title(text: str) -> str:
    title = tidy_line(text)
    if len(title) > TITLE_LIMIT:
        raise Unreadable(f"{len(title)}文字あります。{TITLE_LIMIT}文字までにします。")
    return title


def _body(text: str) -> str:
    body = sheet.as_lines(text)
    if len(body) > SOURCE_LIMIT:
        raise Unreadable(f"{len(body):,}文字あります。{SOURCE_LIMIT:,}文字までにします。")
    return body
