"""All announcements at once: what a sheet would change, and changing it, all or nothing.

Nothing here is sent: new rows are drafts, changed rows drafts or copies of what is in force, and what
a sheet leaves out stays as it is. All inside ``in_municipality``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core import signing
from django.db import transaction

from messages.domain.announcement import Content
from messages.domain.block_sheet import Column
from messages.domain.review import ReviewState
from messages.models import LocalBlock
from messages.services import blocks
from messages.services.bulk_file import SheetRow
from messages.services.review import Hand, content_of
from municipalities.models import Municipality
from municipalities.roster.problems import CellProblem

SECONDS = 3600
MOST_SIGNED = 2_000_000
_SALT = "kizuna.bulk"


@dataclass(frozen=True, slots=True)
class Change:
    """One row beside what stands there now; ``before`` None: a new announcement."""

    row: SheetRow
    before: Content | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sheet would do. Commit it only where ``problems`` is empty."""

    added: list[Change]
    changed: list[Change]
    same: int
    problems: list[CellProblem]


def everything() -> list[LocalBlock]:
    """What the sheet lists: all but what was withdrawn."""
    return list(LocalBlock.objects.exclude(state=ReviewState.WITHDRAWN).order_by("position", "pk"))


def areas(municipality: Municipality) -> list[str]:
    """What may stand in the column of areas: those of today, and those that are written already."""
    written = {area for block in everything() for area in block.areas}
    return [*municipality.areas, *sorted(written - set(municipality.areas))]


def plan(rows: Iterable[SheetRow]) -> Plan:
    """Compare with what stands there now; nothing is written.

    A new row that says exactly what is there already is nothing new: so a second press on a page
    from before adds nothing twice.
    """
    there = {block.pk: block for block in everything()}
    said = {content_of(block) for block in there.values()}
    copies = {block.replaces_id: block.pk for block in there.values() if block.state in blocks.OPEN}
    found = Plan([], [], 0, [])
    same = 0
    for row in rows:
        block = there.get(row.block_id) if row.block_id is not None else None
        if row.content in said and (row.block_id is None or _says(block, row)):
            same += 1
        elif row.block_id is None:
            found.added.append(Change(row, None))
            said.add(row.content)
        elif problem := _problem(row, block, copies):
            found.problems.append(problem)
        elif block is not None:
            found.changed.append(Change(row, content_of(block)))
    return replace(found, same=same)


def commit(hand: Hand, rows: Sequence[SheetRow]) -> Plan:
    """Do all of it or nothing. The plan says what was done; with problems, nothing was.

    Raises:
        SavedMeanwhile, ReviewRefused: somebody was faster in these very seconds; nothing was written.
    """
    with transaction.atomic():
        # Until this is over nobody else saves what is compared here.
        list(LocalBlock.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        found = plan(rows)
        if found.problems:
            return found
        for change in found.added:
            blocks.create(hand, change.row.content)
        for change in found.changed:
            _save(hand, change.row)
    return found


def sign(hand: Hand, rows: Iterable[SheetRow]) -> str:
    """The rows as a page can carry them between looking and confirming; for this person only."""
    stored = [[row.number, row.block_id, row.revision, row.content.stored()] for row in rows]
    return signing.dumps(stored, salt=_salt(hand), compress=True)


def unsign(hand: Hand, signed: str) -> list[SheetRow] | None:
    """The same rows; None where they are too old, somebody else's or changed on the way."""
    try:
        stored = signing.loads(signed, salt=_salt(hand), max_age=SECONDS)
    except signing.BadSignature:
        return None
    return [
        SheetRow(number, block_id, revision, Content.of(content))
        for number, block_id, revision, content in stored
    ]


def _salt(hand: Hand) -> str:
    return f"{_SALT}.{hand.municipality.pk}.{hand.user.pk}"


def _says(block: LocalBlock | None, row: SheetRow) -> bool:
    return block is not None and content_of(block) == row.content


def _problem(
    row: SheetRow, block: LocalBlock | None, copies: dict[int | None, int]
) -> CellProblem | None:
    if block is None:
        reason = "この番号のお知らせはありません。新しいお知らせなら、番号を空にします。"
        return _wrong(row, Column.NUMBER, row.block_id, reason)
    if block.pk in copies:
        reason = f"書きかけの変更（番号{copies[block.pk]}）があります。そちらの行を直します。"
        return _wrong(row, Column.NUMBER, row.block_id, reason)
    if row.revision != block.revision:
        reason = "ダウンロードしたあとに直されています。もう一度ダウンロードして、直します。"
        return _wrong(row, Column.REVISION, row.revision, reason)
    return None


def _wrong(row: SheetRow, column: Column, value: int | None, reason: str) -> CellProblem:
    # The heading alone: where its column stands is known to the file only.
    return CellProblem(row.number, "", column.value, "" if value is None else str(value), reason)


def _save(hand: Hand, row: SheetRow) -> None:
    if row.block_id is None or row.revision is None:
        raise ValueError("A changed row names what it changes.")
    block_id, revision = row.block_id, row.revision
    if LocalBlock.objects.filter(pk=block_id, state=ReviewState.APPROVED).exists():
        copy = blocks.revise(hand, block_id)
        block_id, revision = copy.pk, copy.revision
    blocks.save(hand, block_id, row.content, revision=revision)
