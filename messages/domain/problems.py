"""What is wrong with a text, told so that its author can find and mend it."""

from dataclasses import dataclass
from typing import Literal

Where = Literal["subject", "body"]


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """``line`` and ``column`` count from 1, in characters of the subject or of the body."""

    line: int
    column: int
    message_ja: str
    message_en: str
    where: Where = "body"

    @property
    def told(self) -> str:
        """One line in Japanese: the place, then the sentence."""
        place = "件名" if self.where == "subject" else f"{self.line}行目"
        return f"{place} {self.column}文字目：{self.message_ja}"
