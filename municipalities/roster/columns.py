"""Which column is which: Japanese headings with their synonyms, and English ones."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from municipalities.roster.problems import CellProblem, FileProblem, column_letter, shown
from municipalities.roster.table import Line, Value, is_blank


class Column(StrEnum):
    """The columns we know, by the heading we recommend."""

    KIND = "種別"
    DUE_DATE = "出産予定日"
    BIRTH_DATE = "生年月日"
    EMAIL = "メールアドレス"
    LINE_ID = "LINE ID"
    RELATION = "続柄"
    VARIANT = "ことば"
    CHILDREN = "人数"
    FAMILY = "家族番号"


SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.KIND: ("区分", "kind"),
    Column.DUE_DATE: ("予定日", "due_date"),
    Column.BIRTH_DATE: ("誕生日", "birth_date", "birthday"),
    Column.EMAIL: ("メール", "Eメール", "email", "email_address", "mail"),
    Column.LINE_ID: ("LINEユーザーID", "line_id", "line_user_id"),
    Column.RELATION: ("relation",),
    Column.VARIANT: ("言語", "variant", "language"),
    Column.CHILDREN: ("お子さんの人数", "子どもの人数", "children"),
    Column.FAMILY: ("世帯番号", "family", "family_number"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands: ``index`` from 0, ``header`` as the file writes it."""

    index: int
    header: str

    def problem(self, row: int, value: str, reason: str) -> CellProblem:
        return CellProblem(row, column_letter(self.index), self.header, shown(value), reason)


Places = dict[Column, Place]


def folded(text: str) -> str:
    """The form for comparison: one width, one case, no spaces, ``_`` or ``-``."""
    return re.sub(r"[\s_\-\u200b\ufeff]", "", unicodedata.normalize("NFKC", text).casefold())


def _heading(text: str) -> str:
    """Without 「（必須）」, 「※」 and 「*」, which forms like to add."""
    return re.sub(r"[※*]|\([^()]*\)", "", folded(text))


_KNOWN = {folded(name): column for column in Column for name in (column.value, *SYNONYMS[column])}


def column_of(heading: Value) -> Column | None:
    return _KNOWN.get(_heading(heading)) if isinstance(heading, str) else None


def known_columns(cells: Sequence[Value]) -> int:
    """How many different columns we know in that line; tells a heading from anything else."""
    return len({column_of(cell) for cell in cells} - {None})


def understood() -> str:
    """The list of headings for a sentence to staff."""
    return "、".join(f"「{column.value}」" for column in Column)


def find_columns(line: Line) -> tuple[Places, list[CellProblem]]:
    """The places of the columns, and what is wrong with the headings.

    Raises FileProblem where the line is no heading at all.
    """
    if line.fault:
        raise FileProblem(f"{line.number}行目の見出しを読めません。{line.fault}")
    if not known_columns(line.cells):
        raise FileProblem(
            f"{line.number}行目に見出しがありません。使える見出しは {understood()} です。"
        )
    places: Places = {}
    problems: list[CellProblem] = []
    for index, cell in enumerate(line.cells):
        if is_blank(cell):
            continue
        place = Place(index, shown(" ".join(str(cell).split())))
        column = column_of(cell)
        if column is None:
            reason = f"この見出しの列は使えません。使える見出しは {understood()} です。"
            problems.append(place.problem(line.number, place.header, reason))
        elif column in places:
            first = places[column]
            reason = (
                f"{column_letter(first.index)}列「{first.header}」と同じ内容の列です。"
                "どちらか1列にします。"
            )
            problems.append(place.problem(line.number, place.header, reason))
        else:
            places[column] = place
    problems.extend(_missing(line.number, places))
    return places, problems


def _missing(row: int, places: Places) -> list[CellProblem]:
    pairs = ((Column.DUE_DATE, Column.BIRTH_DATE), (Column.EMAIL, Column.LINE_ID))
    return [
        CellProblem(
            row,
            "",
            "",
            "",
            f"「{one.value}」か「{other.value}」の列が必要です。使える見出しは {understood()} です。",
        )
        for one, other in pairs
        if one not in places and other not in places
    ]
