"""What only shows when the rows are seen together: repeated readers, families that disagree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from municipalities.domain.words import EndpointKind
from municipalities.roster.columns import Column, Places
from municipalities.roster.problems import CellProblem
from municipalities.roster.rows import RosterRow


def repeated(rows: Sequence[RosterRow], places: Places) -> list[CellProblem]:
    """Rows that name an address again for the same date or the same family."""
    dated: dict[tuple[str, str, str, date], int] = {}
    families: dict[tuple[str, str, str], int] = {}
    problems = []
    for row in rows:
        same = dated.setdefault((row.channel, row.address_key, row.kind, row.anchor), row.row)
        if row.family and same == row.row:
            same = families.setdefault((row.channel, row.address_key, row.family), row.row)
        if same != row.row:
            reason = f"{same}行目と同じ宛先・同じお子さんの行です。1行だけ残します。"
            place = places[_address_column(row)]
            problems.append(place.problem(row.row, row.address, reason))
    return problems


def disagreeing_words(rows: Sequence[RosterRow], places: Places) -> list[CellProblem]:
    """One reader reads one variant, whatever number of children there are."""
    first: dict[tuple[str, str], RosterRow] = {}
    problems = []
    for row in rows:
        before = first.setdefault((row.channel, row.address_key), row)
        if before.variant != row.variant:
            reason = f"{before.row}行目と同じ宛先で、ことばが違います。どちらかにそろえます。"
            place = places[Column.VARIANT]
            problems.append(place.problem(row.row, row.variant, reason))
    return problems


def disagreeing_families(rows: Sequence[RosterRow], places: Places) -> list[CellProblem]:
    """Rows of one family with another date, or another number of children, than its first."""
    problems = []
    for family in _families(rows).values():
        first = family[0]
        counted = next((row for row in family if row.children > 1), first)
        for row in family:
            if (row.kind, row.anchor) != (first.kind, first.anchor):
                reason = f"{first.row}行目と同じ家族番号で、日付が違います。日付をそろえるか、番号を分けます。"
                place = places[_date_column(row)]
                problems.append(place.problem(row.row, row.anchor.isoformat(), reason))
            if row.children not in {1, counted.children}:
                reason = (
                    f"{counted.row}行目と同じ家族番号で、人数が違います。どちらかにそろえます。"
                )
                place = places[Column.CHILDREN]
                problems.append(place.problem(row.row, str(row.children), reason))
    return problems


def shared_children(rows: Sequence[RosterRow]) -> list[RosterRow]:
    """The rows, each with its family's number of children: twins are told once per family."""
    most = {name: max(row.children for row in rows_) for name, rows_ in _families(rows).items()}
    return [replace(row, children=most[row.family]) if row.family else row for row in rows]


def _families(rows: Sequence[RosterRow]) -> dict[str, list[RosterRow]]:
    found: defaultdict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row.family:
            found[row.family].append(row)
    return found


def _address_column(row: RosterRow) -> Column:
    return Column.EMAIL if row.channel is EndpointKind.EMAIL else Column.LINE_ID


def _date_column(row: RosterRow) -> Column:
    return Column.DUE_DATE if row.kind == "pregnancy" else Column.BIRTH_DATE
