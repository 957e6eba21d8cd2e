"""What is wrong with a roster, told so that somebody with Excel open can find and mend it."""

import unicodedata
from dataclasses import dataclass

SHOWN_CHARACTERS = 40
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class FileProblem(Exception):
    """The file as a whole cannot be read; the text is one Japanese sentence."""


class BadCell(ValueError):
    """One cell cannot be taken; the text is a Japanese sentence."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing to mend. ``row`` 0 is the file as a whole, ``column`` "" a whole row.

    ``row`` is the line of the file (CSV) or of the sheet (Excel), ``column`` the letter above it;
    ``value`` is safe to print: short, with hidden characters spelled out.
    """

    row: int
    column: str
    header: str
    value: str
    reason_ja: str

    def __str__(self) -> str:
        place = f"{self.row}行目" if self.row else ""
        if self.column:
            place += f" {self.column}列"
        if self.header:
            place += f"「{self.header}」"
        return f"{place}: {self.reason_ja}" if place else self.reason_ja


def column_letter(index: int) -> str:
    """The letter Excel shows above a column; 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_hidden(character: str) -> bool:
    """Whether a character would be invisible or would disturb the text around it."""
    return unicodedata.category(character) in HIDDEN


def shown(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """The text as it may be printed: hidden characters as ‹U+202E›, cut with … at ``limit``."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(f"‹U+{ord(one):04X}›" if is_hidden(one) else one for one in cut)
