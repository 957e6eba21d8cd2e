"""The Excel file of base texts: written for editors and translators, and read back cell by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from messages.domain import block_sheet
from messages.domain.block_sheet import Unreadable, whole_number
from messages.domain.plain_text import tidy_line
from messages.domain.stage import Stage
from messages.models import TextVersion
from messages.rendering.check import SOURCE_LIMIT, SUBJECT_LIMIT, check_text
from messages.services import sheet
from messages.services.library import Line
from messages.services.sheet import RowReader
from municipalities.domain.words import Audience, Variant
from municipalities.roster.columns import folded
from municipalities.roster.problems import CellProblem, FileProblem, column_letter

MAX_ROWS = 10_000
OCCASION_LIMIT = 200


class Column(StrEnum):
    """By their headings, in the order of the table."""

    KEY = "時期の記号"
    STAGE = "時期"
    AUDIENCE = "読む人"
    VARIANT = "ことば"
    VERSION = "版"
    SUBJECT = "件名"
    BODY = "本文"
    OCCASION = "直す理由"
    STANDARD_SUBJECT = "ふつうの日本語の件名"
    STANDARD_BODY = "ふつうの日本語の本文"
    SUPERVISOR = "監修"
    REVIEWED_ON = "監修日"
    REVIEW_BY = "監修の期限"
    EFFECTIVE_FROM = "配信を始める日"


NEEDED = frozenset(
    {Column.KEY, Column.AUDIENCE, Column.VARIANT, Column.VERSION, Column.SUBJECT, Column.BODY}
)
"""Without these columns a row says nothing."""

VARIANTS = {
    Variant.STANDARD: "ふつうの日本語",
    Variant.EASY: "やさしい日本語",
    Variant.ENGLISH: "英語",
    Variant.CHINESE: "中国語",
    Variant.VIETNAMESE: "ベトナム語",
    Variant.PORTUGUESE: "ポルトガル語",
}
_WIDTHS = {
    Column.SUBJECT: 30,
    Column.BODY: 60,
    Column.STANDARD_SUBJECT: 30,
    Column.STANDARD_BODY: 60,
    Column.OCCASION: 24,
    Column.STAGE: 16,
    Column.AUDIENCE: 14,
    Column.VARIANT: 16,
}

Place = tuple[Stage, Audience, Variant]


@dataclass(frozen=True, slots=True)
class TextRow:
    """New words for one place. ``row`` is the line of the sheet, or 0 with the file's path in
    ``path``. ``version`` is the newest one that its writer has seen, 0 for none, None unknown."""

    row: int
    path: str
    stage: Stage
    audience: Audience
    variant: Variant
    subject: str
    body: str
    occasion: str = ""
    version: int | None = None

    @property
    def place(self) -> Place:
        return self.stage, self.audience, self.variant


@dataclass(frozen=True, slots=True)
class Reading:
    """Use ``rows`` only where ``problems`` is empty."""

    rows: list[TextRow]
    problems: list[CellProblem]


def write(
    lines: Iterable[tuple[Line, Variant]],
    newest: Mapping[Place, TextVersion],
) -> bytes:
    """The workbook: every place with the words to edit, beside them the standard ones to work from.

    A place without a text is a row without words, ready to be filled.
    """
    return sheet.workbook(
        "原稿",
        list(Column),
        (_cells(line, variant, newest) for line, variant in lines),
        _WIDTHS,
    )


def read(data: bytes) -> Reading:
    """Every row that says anything and everything to mend. Never raises for what is uploaded."""
    try:
        return _read(data)
    except FileProblem as problem:
        return Reading([], [CellProblem(0, "", "", "", str(problem))])


def _cells(
    line: Line, variant: Variant, newest: Mapping[Place, TextVersion]
) -> dict[Column, object]:
    here = newest.get((line.stage, line.audience, variant))
    standard = None
    if variant is not Variant.STANDARD:
        standard = newest.get((line.stage, line.audience, Variant.STANDARD))
    return {
        Column.KEY: line.stage.key,
        Column.STAGE: line.stage.label_ja,
        Column.AUDIENCE: block_sheet.AUDIENCES[line.audience],
        Column.VARIANT: VARIANTS[variant],
        Column.VERSION: here.number if here else 0,
        Column.SUBJECT: here.subject if here else "",
        Column.BODY: here.body if here else "",
        Column.OCCASION: "",
        Column.STANDARD_SUBJECT: standard.subject if standard else "",
        Column.STANDARD_BODY: standard.body if standard else "",
        Column.SUPERVISOR: here.supervisor if here else "",
        Column.REVIEWED_ON: here.reviewed_on if here else None,
        Column.REVIEW_BY: here.review_by if here else None,
        Column.EFFECTIVE_FROM: here.effective_from if here else None,
    }


def _read(data: bytes) -> Reading:
    lines = sheet.filled_lines(data, "原稿", MAX_ROWS)
    places, problems = sheet.places(lines[0], Column, NEEDED)
    rows: list[TextRow] = []
    for line in lines[1:] if not problems else []:
        found = _Row(line, places)
        row = found.read()
        problems += found.problems
        if row:
            rows.append(row)
    if not rows and not problems:
        raise FileProblem("件名と本文のある行がありません。1行以上の原稿が必要です。")
    return Reading(rows, problems + _twice(rows, places))


def _twice(rows: Sequence[TextRow], places: Mapping[Column, int]) -> list[CellProblem]:
    first: dict[Place, int] = {}
    problems: list[CellProblem] = []
    for row in rows:
        if row.place in first:
            reason = f"{first[row.place]}行目と同じ時期・読む人・ことばです。1行だけを残します。"
            letter = column_letter(places[Column.KEY])
            problems.append(CellProblem(row.row, letter, Column.KEY, row.stage.key, reason))
        first.setdefault(row.place, row.row)
    return problems


class _Row(RowReader):
    def read(self) -> TextRow | None:
        """The row; None where it says nothing, or where something is to be mended."""
        subject, body = self.take(Column.SUBJECT, _subject), self.take(Column.BODY, _body)
        if subject == body == "":
            return None
        stage = self.take(Column.KEY, lambda text: Stage.parse(folded(text)))
        audience = self.take(Column.AUDIENCE, block_sheet.audience_of)
        variant = self.take(Column.VARIANT, variant_of)
        version = self.take(Column.VERSION, whole_number)
        occasion = self.take(Column.OCCASION, _occasion)
        if subject is not None and body is not None:
            self._words(subject, body)
        if self.problems or stage is None or audience is None or variant is None:
            return None
        if subject is None or body is None or occasion is None:
            return None
        return TextRow(
            self.line.number, "", stage, audience, variant, subject, body, occasion, version or 0
        )

    def _words(self, subject: str, body: str) -> None:
        for column, text, name in (
            (Column.SUBJECT, subject, "件名"),
            (Column.BODY, body, "本文"),
        ):
            if not text.strip():
                self.wrong(column, f"{name}を書きます。")
        if not subject or not body.strip():
            return
        for found in check_text(subject, body):
            place = f"{found.line}行目 " if found.where == "body" else ""
            column = Column.SUBJECT if found.where == "subject" else Column.BODY
            self.wrong(column, f"{place}{found.column}文字目：{found.message_ja}")


def variant_of(text: str) -> Variant:
    """The wording that a cell names. Raises Unreadable."""
    known = {folded(words): variant for variant, words in VARIANTS.items()}
    known |= {variant.value: variant for variant in Variant}
    if (found := known.get(folded(text))) is None:
        raise Unreadable(f"{'、'.join(VARIANTS.values())}のどれかを書きます。")
    return found


def _subject(text: str) -> str:
    subject = tidy_line(text)
    if len(subject) > SUBJECT_LIMIT:
        raise Unreadable(f"{len(subject)}文字あります。{SUBJECT_LIMIT}文字までにします。")
    return subject


def _body(text: str) -> str:
    body = sheet.as_lines(text).replace("\0", "").rstrip()
    if len(body) > SOURCE_LIMIT:
        raise Unreadable(f"{len(body):,}文字あります。{SOURCE_LIMIT:,}文字までにします。")
    return body


def _occasion(text: str) -> str:
    occasion = tidy_line(text)
    if len(occasion) > OCCASION_LIMIT:
        raise Unreadable(f"{len(occasion)}文字あります。{OCCASION_LIMIT}文字までにします。")
    return occasion
