"""All base texts at once: what a file would change, and keeping it as drafts, all or nothing.

Nothing here is sent: every row becomes a draft that still has to be reviewed and published. What a file
leaves out stays as it is. Behind the NPO's door.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db import transaction

from kizuna.lib import clock
from messages.domain.desk import DraftState
from messages.domain.stage import Stage, Unit
from messages.models import BaseText, TextDraft, TextVersion
from messages.services import desk, library
from messages.services.library import Line, Wanted
from messages.services.library_sheet import Column, Place, TextRow
from municipalities.domain.words import Audience, Variant
from municipalities.models import StaffUser
from municipalities.roster.problems import CellProblem

SECONDS = 3600
MOST_SIGNED = 2_000_000
_SALT = "kizuna.library"


@dataclass(frozen=True, slots=True)
class Change:
    """One row beside the newest version; ``before`` None: the first words of that wording."""

    row: TextRow
    before: TextVersion | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do. Keep it only where ``problems`` is empty."""

    changes: list[Change]
    same: int
    problems: list[CellProblem]


def rows_of(variants: Iterable[Variant]) -> list[tuple[Line, Variant]]:
    """Every place of the course in these wordings, also those without a text."""
    on = clock.today()
    return [(line, how) for how in variants for line in library.lines(on, Wanted(variant=how))]


def newest() -> dict[Place, TextVersion]:
    """Of every place the version with the highest number, also one that has yet to begin."""
    rows = TextVersion.objects.filter(withdrawn_at=None).select_related("base_text")
    return {_place(row.base_text, row.variant): row for row in rows.order_by("number")}


def plan(rows: Iterable[TextRow]) -> Plan:
    """Compare with the newest versions and the open drafts; nothing is written.

    A draft that says exactly the same is nothing new: so a second press on a page from before changes
    nothing twice.
    """
    there, drafts = newest(), _drafts()
    found = Plan([], 0, [])
    same = 0
    for row in rows:
        version, draft = there.get(row.place), drafts.get(row.place)
        if _says(version, row) or _says(draft, row):
            same += 1
        elif problem := _problem(row, version, draft):
            found.problems.append(problem)
        else:
            found.changes.append(Change(row, version))
    return Plan(found.changes, same, found.problems)


def commit(user: StaffUser, rows: Sequence[TextRow]) -> Plan:
    """Make all of them drafts or none. The plan says what was done; with problems, nothing was.

    Raises:
        desk.SavedMeanwhile, desk.DeskRefused: somebody was faster in these very seconds, or this person
            may not write; nothing was written.
    """
    with transaction.atomic():
        found = plan(rows)
        if found.problems:
            return found
        for change in found.changes:
            row = change.row
            base = library.text_for(row.stage, row.audience)
            # Revision 0: there was no draft a moment ago, and none is overwritten now.
            desk.write_draft(
                user,
                base,
                row.variant,
                row.subject,
                row.body,
                occasion=row.occasion,
                revision=0,
            )
    return found


def sign(user: StaffUser, rows: Iterable[TextRow]) -> str:
    """The rows as a page can carry them between looking and keeping; for this person only."""
    stored = [
        [
            r.row,
            r.path,
            r.stage.key,
            r.audience,
            r.variant,
            r.subject,
            r.body,
            r.occasion,
            r.version,
        ]
        for r in rows
    ]
    return signing.dumps(stored, salt=f"{_SALT}.{user.pk}", compress=True)


def unsign(user: StaffUser, signed: str) -> list[TextRow] | None:
    """The same rows; None where they are too old, somebody else's or changed on the way."""
    try:
        stored = signing.loads(signed, salt=f"{_SALT}.{user.pk}", max_age=SECONDS)
    except signing.BadSignature:
        return None
    return [
        TextRow(row, path, Stage.parse(key), Audience(who), Variant(how), *rest)
        for row, path, key, who, how, *rest in stored
    ]


def _drafts() -> Mapping[Place, TextDraft]:
    rows = TextDraft.objects.filter(state__in=DraftState.open()).select_related("base_text")
    return {_place(row.base_text, row.variant): row for row in rows}


def _place(text: BaseText, variant: str) -> Place:
    return Stage(Unit(text.unit), text.number), Audience(text.audience), Variant(variant)


def _says(words: TextVersion | TextDraft | None, row: TextRow) -> bool:
    return words is not None and (words.subject, words.body) == (row.subject, row.body)


def _problem(
    row: TextRow, version: TextVersion | None, draft: TextDraft | None
) -> CellProblem | None:
    number = version.number if version else 0
    if row.version is not None and row.version != number:
        now = f"いまは第{number}版です" if number else "いまは版がありません"
        reason = f"表の版と合いません（{now}）。もう一度ダウンロードして、直します。"
        return _wrong(row, Column.VERSION, str(row.version), reason)
    if draft is not None:
        reason = "書きかけの下書きがあります。編集机で公開するか取り下げてから、取り込みます。"
        return _wrong(row, Column.KEY, row.stage.key, reason)
    return None


def _wrong(row: TextRow, column: Column, value: str, reason: str) -> CellProblem:
    # Of a sheet the heading alone: where its column stands is known to the file only.
    return CellProblem(row.row, "", row.path or column.value, value, reason)
