"""A table before anybody knows what its columns mean: lines of cells, from whatever file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

# A staff PC sends this in seconds; the largest city's whole register fits several times.
MAX_FILE_BYTES = 20 * 1024 * 1024
# The XML inside an honest workbook of 200,000 rows is about 100 MB.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ROWS = 200_000
# Above the nine columns we know, with room for a staff member's own notes to be named.
MAX_COLUMNS = 64
# An e-mail address ends at 254.
MAX_CELL_CHARACTERS = 500

# A number comes from Excel only; in CSV every cell is text.
Value = str | date | float


@dataclass(frozen=True, slots=True)
class Line:
    """One row. ``fault`` is a sentence where the row itself could not be taken apart."""

    number: int
    cells: Sequence[Value]
    fault: str = ""

    @property
    def blank(self) -> bool:
        return not self.fault and all(is_blank(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """``encoding`` is what staff are told; ``ragged`` where short rows are natural (Excel)."""

    encoding: str
    lines: Iterator[Line]
    ragged: bool


def is_blank(cell: Value) -> bool:
    return isinstance(cell, str) and not tidy(cell)


# Copied dates and addresses carry these at their ends; nobody sees them.
_EDGES = "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"


def tidy(text: str) -> str:
    """Without the white space and the invisible marks at both ends."""
    before = None
    while before != text:
        before, text = text, text.strip().strip(_EDGES)
    return text
