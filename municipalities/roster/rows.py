"""One row of the file: either a reader, or everything that is wrong with the row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from municipalities.domain.addresses import AddressProblem, is_line_user_id, normalise_email
from municipalities.domain.dates import DateProblem
from municipalities.domain.plausible import check_birth_date, check_due_date
from municipalities.domain.words import EndpointKind, Relation, Variant
from municipalities.roster import values
from municipalities.roster.columns import Column, Place, Places
from municipalities.roster.problems import BadCell, CellProblem
from municipalities.roster.table import Line, Value, is_blank

T = TypeVar("T")
_EITHER_DATE = (Column.DUE_DATE, Column.BIRTH_DATE)
_EITHER_ADDRESS = (Column.EMAIL, Column.LINE_ID)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One reader of one course. ``anchor`` is the due date or the birth date, as ``kind`` says.

    ``row`` is the line in the file; ``address_key`` the address in its form for comparison;
    rows with the same ``family`` share a course, "" shares with nobody.
    """

    row: int
    kind: str
    anchor: date
    channel: EndpointKind
    address: str
    address_key: str
    relation: Relation
    variant: Variant
    children: int
    family: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What every row is judged against."""

    places: Places
    encoding: str
    on: date
    last_birthday: int


def read_row(line: Line, setting: Setting) -> RosterRow | list[CellProblem]:
    """The reader of that line, or its problems (at least one)."""
    reading = _Reading(line, setting)
    dated = reading.anchor()
    reached = reading.address()
    kind = reading.text(Column.KIND, values.kind_in, "")
    relation = reading.text(Column.RELATION, values.relation_in, Relation.UNDISCLOSED)
    variant = reading.text(Column.VARIANT, values.variant_in, Variant.STANDARD)
    children = reading.text(Column.CHILDREN, values.children_in, 1)
    family = reading.text(Column.FAMILY, values.family_in, "")
    if dated and kind and kind != dated[0]:
        reading.complain(Column.KIND, f"種別と日付が合いません。{dated[2].value}が書かれています。")
    if reading.problems or dated is None or reached is None:
        return reading.problems
    return RosterRow(
        row=line.number,
        kind=dated[0],
        anchor=dated[1],
        channel=reached[0],
        address=reached[1],
        address_key=reached[2],
        relation=relation,
        variant=variant,
        children=children,
        family=family,
    )


@dataclass
class _Reading:
    line: Line
    setting: Setting
    problems: list[CellProblem] = field(default_factory=list)

    def cell(self, column: Column) -> Value:
        place = self.setting.places.get(column)
        if place is None or place.index >= len(self.line.cells):
            return ""
        return self.line.cells[place.index]

    def complain(self, column: Column, reason: str) -> None:
        place = self.setting.places.get(column, Place(0, column.value))
        self.problems.append(place.problem(self.line.number, str(self.cell(column)), reason))

    def text(self, column: Column, read: Callable[[str], T], empty: T) -> T:
        """The cell's meaning; ``empty`` after a complaint, when nobody will use it."""
        value = self.cell(column)
        try:
            if isinstance(value, date):
                raise BadCell("Excelが日付に変えています。列を「文字列」にして書き直します。")
            return read(values.plain_text(value, self.setting.encoding))
        except BadCell as bad:
            self.complain(column, str(bad))
            return empty

    def one_of(self, pair: tuple[Column, Column]) -> Column | None:
        """The column of the two that is filled in; a complaint where none or both are."""
        there = [column for column in pair if column in self.setting.places]
        filled = [column for column in there if not is_blank(self.cell(column))]
        if len(filled) == 1:
            return filled[0]
        names = f"「{pair[0].value}」と「{pair[1].value}」"
        if filled:
            self.complain(pair[1], f"{names}の両方に書かれています。どちらか一方だけにします。")
        else:
            self.complain(there[0], f"{names}のどちらか一方が必要です。")
        return None

    def anchor(self) -> tuple[str, date, Column] | None:
        column = self.one_of(_EITHER_DATE)
        if column is None:
            return None
        try:
            day = values.date_in(self.cell(column), self.setting.encoding)
            if column is Column.DUE_DATE:
                check_due_date(day, self.setting.on)
                return "pregnancy", day, column
            check_birth_date(day, self.setting.on, self.setting.last_birthday)
            return "child", day, column
        except DateProblem as problem:
            self.complain(column, problem.message_ja)
        except BadCell as bad:
            self.complain(column, str(bad))
        return None

    def address(self) -> tuple[EndpointKind, str, str] | None:
        column = self.one_of(_EITHER_ADDRESS)
        if column is None:
            return None
        try:
            text = values.plain_text(self.cell(column), self.setting.encoding)
            if column is Column.EMAIL:
                email = normalise_email(text)
                return EndpointKind.EMAIL, email.address, email.key
            if is_line_user_id(text):
                return EndpointKind.LINE, text, text
            self.complain(
                column,
                "LINEのユーザーIDは「U」と32文字の英数字です（友だち検索のIDは使えません）。",
            )
        except AddressProblem as problem:
            self.complain(column, problem.message_ja)
        except BadCell as bad:
            self.complain(column, str(bad))
        return None
