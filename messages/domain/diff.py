"""What changed between two wordings, by character: Japanese has no spaces to go by."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

BLOCK = 2
"""Fewer equal characters than this between two changes are not worth a break: 「は」 stays nothing."""

LONGEST = 20_000


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one kind."""

    change: Change
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces in reading order; removed before added. Joined without one kind they are the other
    text again."""
    if max(len(before), len(after)) > LONGEST:
        return _joined([Piece(Change.REMOVED, before), Piece(Change.ADDED, after)])
    pieces: list[Piece] = []
    for line_before, line_after in _paired(before.splitlines(True), after.splitlines(True)):
        pieces += _within(line_before, line_after)
    return _joined(pieces)


def _paired(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Equal lines first: whole paragraphs that moved do not dissolve into letters."""
    pairs: list[tuple[str, str]] = []
    for _, a0, a1, b0, b1 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        pairs.append(("".join(before[a0:a1]), "".join(after[b0:b1])))
    return pairs


def _within(before: str, after: str) -> list[Piece]:
    if before == after:
        return [Piece(Change.SAME, before)]
    if not before or not after or len(before) * len(after) > 4_000_000:
        return [Piece(Change.REMOVED, before), Piece(Change.ADDED, after)]
    found = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    ends = found[-1]
    kept = [one for one in found if one.size >= BLOCK] + [ends]
    pieces: list[Piece] = []
    a = b = 0
    for one in kept:
        pieces.append(Piece(Change.REMOVED, before[a : one.a]))
        pieces.append(Piece(Change.ADDED, after[b : one.b]))
        pieces.append(Piece(Change.SAME, before[one.a : one.a + one.size]))
        a, b = one.a + one.size, one.b + one.size
    return pieces


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Without empty pieces, neighbours of one kind in one."""
    out: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if out and out[-1].change is piece.change:
            out[-1] = Piece(piece.change, out[-1].text + piece.text)
        else:
            out.append(piece)
    return out
