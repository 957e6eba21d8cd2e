"""What was accepted: each mail a file, one line of index for it, and counts over the index."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from kizuna.emulators.journal import Journal

TOKYO = ZoneInfo("Asia/Tokyo")
MAILS_A_FOLDER = 1_000
_FIELD = re.compile(rb"(?im)^(subject|message-id|x-kizuna-day):[ \t]*((?:.*)(?:\n[ \t].*)*)")


class Kept(NamedTuple):
    """One accepted mail. ``subject`` is as it came, folded and encoded."""

    number: int
    at: float
    mail_from: str
    rcpt_to: str
    subject: str
    message_id: str
    day: str


class Tally:
    """Counts by Message-ID. A mail without one is nobody's double."""

    def __init__(self) -> None:
        self.accepted = 0
        self.doubled = 0
        self._times: Counter[str] = Counter()

    def add(self, kept: Kept) -> None:
        key = kept.message_id or f"#{kept.number}"
        self.accepted += 1
        self._times[key] += 1
        self.doubled += self._times[key] == 2

    def figures(self) -> dict[str, int]:
        """``doubled``: Message-IDs that came more than once."""
        return {
            "accepted": self.accepted,
            "distinct": len(self._times),
            "doubled": self.doubled,
        }


class Store:
    """``directory`` holds ``mail.jsonl`` and ``YYYY-MM-DD/NNNN/NNNNNNN.eml``."""

    def __init__(self, directory: Path, journal: Journal) -> None:
        self._directory = directory
        self._journal = journal
        self._folder = directory
        self.kept: list[Kept] = []
        self._put_off: set[str] = set()
        self._all = Tally()
        self._days: defaultdict[str, Tally] = defaultdict(Tally)
        for entry in journal.read():
            self._apply(entry)

    def _apply(self, entry: dict[str, Any]) -> None:
        if "put_off" in entry:
            self._put_off.add(entry["put_off"])
        else:
            self._add(Kept(**entry))

    def _add(self, kept: Kept) -> None:
        self.kept.append(kept)
        self._all.add(kept)
        if kept.day:
            self._days[kept.day].add(kept)

    def keep(self, mail_from: str, rcpt_to: Sequence[str], mail: bytes) -> int:
        """Write the mail, then its line, and return its number. Raises ``OSError``: not kept."""
        fields = _fields(mail)
        kept = Kept(
            number=len(self.kept) + 1,
            at=round(time.time(), 3),
            mail_from=mail_from,
            rcpt_to=", ".join(rcpt_to),
            subject=fields.get("subject", ""),
            message_id=fields.get("message-id", ""),
            day=fields.get("x-kizuna-day", ""),
        )
        path = self.path(kept)
        if path.parent != self._folder:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folder = path.parent
        path.write_bytes(mail)
        self._journal.append(kept._asdict())
        # The answer 250 follows: what it promises must survive the end of this process.
        self._journal.flush()
        self._add(kept)
        return kept.number

    def put_off(self, address: str) -> bool:
        """Whether this address comes for the first time ever; afterwards it has been here."""
        if address in self._put_off:
            return False
        self._put_off.add(address)
        self._journal.append({"put_off": address})
        self._journal.flush()
        return True

    def path(self, kept: Kept) -> Path:
        day = datetime.fromtimestamp(kept.at, TOKYO).date().isoformat()
        folder = f"{kept.number // MAILS_A_FOLDER:04d}"
        return self._directory / day / folder / f"{kept.number:07d}.eml"

    def find(self, number: int) -> Kept | None:
        return self.kept[number - 1] if 1 <= number <= len(self.kept) else None

    def count(self, day: str | None = None) -> dict[str, int]:
        """All mails, or those whose header ``X-Kizuna-Day`` is ``day``."""
        if day is None:
            return self._all.figures()
        return self._days.get(day, Tally()).figures()


def _fields(mail: bytes) -> dict[str, str]:
    """The few header fields the index needs; the first of each counts."""
    end = mail.find(b"\r\n\r\n")
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(mail[: end if end >= 0 else len(mail)]):
        unfolded = re.sub(rb"\r?\n[ \t]", b" ", value).strip()
        found.setdefault(name.decode().lower(), unfolded.decode("utf-8", "replace"))
    return found
