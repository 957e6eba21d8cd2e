"""What one reader received, for the reader to read again. Inside ``in_municipality`` only.

Stopped, paused and grown-up subscriptions count like running ones: a text once received stays
readable as long as its month is kept.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.db import connection

from delivery.domain.states import State
from kizuna.lib import clock, sqlfile
from messages.domain.stage import Stage, Unit
from municipalities.tenancy.scope import the_municipality_id

PER_PAGE = 30
LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """One received text. ``pk`` is its number in the ledger; ``web_html`` and ``edition_id`` only
    where one is read.

    A broadcast belongs to no stage.
    """

    pk: int
    day: date
    unclear: bool
    subject: str
    stage: Stage | None
    web_html: str = ""
    edition_id: int = 0

    @property
    def month(self) -> date:
        """The first of its month: what the list is grouped by."""
        return self.day.replace(day=1)


@dataclass(frozen=True, slots=True)
class Page:
    """``number`` counts from 1; ``more`` tells whether older ones follow."""

    letters: list[Letter]
    number: int
    more: bool


def received(reader_id: int, searched: str = "", page: int = 1) -> Page:
    """A page of this reader's texts, newest first; all words of ``searched`` must be in a text."""
    page = max(page, 1)
    found = _rows(
        "letters",
        reader_id,
        patterns=_patterns(searched),
        limit=PER_PAGE + 1,
        offset=PER_PAGE * (page - 1),
    )
    return Page([_letter(row) for row in found[:PER_PAGE]], page, len(found) > PER_PAGE)


def latest(reader_id: int, count: int) -> list[Letter]:
    """The last few."""
    found = _rows("letters", reader_id, patterns=[], limit=count, offset=0)
    return [_letter(row) for row in found]


def letter(reader_id: int, delivery_id: int) -> Letter | None:
    """One text with its words; None where this reader received none of that number."""
    found = _rows("letter", reader_id, delivery=delivery_id)
    return _letter(found[0]) if found else None


def _rows(name: str, reader_id: int, **values: Any) -> list[tuple[Any, ...]]:
    values |= {
        "municipality": the_municipality_id(),
        "reader": reader_id,
        "today": clock.today(),
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfile.load(__file__, name), values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _letter(row: tuple[Any, ...]) -> Letter:
    pk, day, state, subject, unit, number, *words = row
    unclear = State(state) is State.UNCLEAR
    stage = Stage(Unit(unit), number) if unit else None
    return Letter(pk, day, unclear, subject, stage, *words)


def _patterns(searched: str) -> list[str]:
    """One per word, for ILIKE on the page's own HTML: its signs have no meaning there."""
    words = unicodedata.normalize("NFKC", searched[:LONGEST_SEARCH]).replace("\0", "").split()
    return [f"%{_literal(escape(word))}%" for word in words]


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
