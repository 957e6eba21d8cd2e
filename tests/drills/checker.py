"""Three witnesses for one day: the ledger, the reconciliation, and the providers' own journals.

The checker knows no product code. It reads the ledger as the superuser, the journals from disk after
the emulators have ended, and asks the reconciliation and the invariants through a desk process.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.drills.day import PENDING, THREADS, Day

MAILS_IN_FLIGHT = 25
"""``SmtpChannel.in_flight``: what one sending thread has pre-marked at a time."""

A_MINUTE = 60
_MAIL_ID = re.compile(r"<d\.(\d{8})-(\d+)@")


@dataclass
class Expected:
    """How a drill's day may differ from "everything sent once"."""

    unclear: int = 0
    """Mails at most, without an answer."""
    endings: dict[str, int] = field(default_factory=dict)
    """``state/reason`` → how many rows at most; anything else than sent or unclear is lost."""
    hit: tuple[str, ...] = ()
    """Municipalities that the fault concerns; the others have to be on time."""
    on_time: float | None = None
    """Seconds from the beginning within which everybody not hit has to be finished."""
    demands: list[str] = field(default_factory=list)
    """What the drill itself saw fail, as sentences."""

    def demand(self, holds: bool, sentence: str) -> None:
        """Write the sentence down unless it holds."""
        if not holds:
            self.demands.append(sentence)


def unclear_after(mail_kills: int) -> int:
    """At most this many mails are without an answer after so many kills of mail workers: each of
    a worker's threads, and its ticker, may be in the middle of one chunk."""
    return mail_kills * (THREADS + 1) * MAILS_IN_FLIGHT


@dataclass
class Verdict:
    """One line of the table and of ``build/drill.json``."""

    drill: str
    seed: int
    faults: dict[str, int]
    deliveries: int
    lost: int
    doubled: int
    unclear: int
    pending: int
    recovered_s: float | None
    holds: bool
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Witness:
    """What the providers' journals say."""

    mails: Counter[int]
    """Delivery id → how often the catcher took its Message-ID. Of today's run."""
    mails_of_other_days: int
    calls: dict[str, list[str]]
    """Retry key → the recipients of the accepted request."""
    line_doubled: int
    line_accepted: int
    seen: list[dict[str, str]]

    @property
    def mail_doubled(self) -> int:
        return sum(times > 1 for times in self.mails.values())


def read_witness(day: Day) -> Witness:
    """After the emulators have ended: their journals are whole then."""
    mails: Counter[int] = Counter()
    seen: list[dict[str, str]] = []
    others = 0
    for entry in day.catcher.received():
        found = _MAIL_ID.match(entry.get("message_id", ""))
        if found is None:
            continue
        if found[1] != day.today.replace("-", ""):
            others += 1
            continue
        mails[int(found[2])] += 1
        seen.append({"channel": "email", "key": entry["message_id"], "at": _at(entry["at"])})
    pairs: Counter[tuple[str, str, str]] = Counter()
    calls: dict[str, list[str]] = {}
    accepted = 0
    for entry in day.line.received():
        if entry["t"] != "accepted":
            continue
        accepted += len(entry["to"])
        pairs.update((entry["channel_id"], user, entry["content"]) for user in entry["to"])
        calls[entry["key"] or entry["request_id"]] = entry["to"]
        seen.append({"channel": "line", "key": entry["key"], "at": _at(entry["at"])})
    doubled = sum(times > 1 for times in pairs.values())
    return Witness(mails, others, calls, doubled, accepted, seen)


def _at(unix: float) -> str:
    return datetime.fromtimestamp(unix, UTC).isoformat()


def judge(day: Day, expected: Expected, recovered: float | None) -> Verdict:
    """End the workers, ask the three witnesses, compare."""
    day.end_workers()
    day.catcher.stop()
    day.line.stop()
    witness = read_witness(day)
    ledger = _Ledger(day)
    problems = list(expected.demands)
    if recovered is None:
        problems.append("the day did not come to its end by itself")
    never_made = max(0, day.world.total - ledger.rows)
    if ledger.rows > day.world.total:
        problems.append(f"{ledger.rows - day.world.total} rows too many")
    unseen = ledger.sent_but_unseen(witness)
    unexpected = ledger.unexpected_endings(expected)
    hidden = ledger.hidden(witness)
    for count, words in (
        (never_made, "readers without a row"),
        (unseen, "marked as sent, and no provider took it"),
        (sum(unexpected.values()), f"ended as nobody expected: {dict(unexpected)}"),
        (hidden, "taken by a provider and not marked as sent"),
        (witness.mails_of_other_days, "mails of another day"),
    ):
        if count:
            problems.append(f"{count} {words}")
    if ledger.unclear > expected.unclear:
        problems.append(f"{ledger.unclear} unclear, at most {expected.unclear} were in flight")
    problems += _late(day, expected, ledger)
    problems += _production_says(day, witness, ledger)
    doubled = witness.mail_doubled + witness.line_doubled
    lost = never_made + unseen + sum(unexpected.values())
    holds = not problems and not doubled and not lost and not ledger.pending
    return Verdict(
        day.name,
        day.seed,
        dict(day.faults),
        ledger.rows,
        lost,
        doubled,
        ledger.unclear,
        ledger.pending,
        recovered,
        holds,
        problems,
    )


class _Ledger:
    """Today's rows, read once."""

    def __init__(self, day: Day) -> None:
        found = day.sql(
            "SELECT d.id, d.channel, d.state, d.reason, m.slug, d.settled_at"
            " FROM delivery_delivery d JOIN municipalities_municipality m"
            " ON m.id = d.municipality_id WHERE d.run_day = %s",
            day.today,
        )
        self._found = found
        self.rows = len(found)
        self.pending = sum(state in PENDING for _, _, state, *_ in found)
        self.unclear = sum(state == "unclear" for _, _, state, *_ in found)
        self.sent = sum(state == "sent" for _, _, state, *_ in found)
        self.last: dict[str, datetime] = {}
        for *_, slug, settled in found:
            if settled is not None:
                self.last[slug] = max(settled, self.last.get(slug, settled))
        self._carried: defaultdict[str, list[int]] = defaultdict(list)
        for key, ids in day.sql(
            "SELECT retry_key::text, delivery_ids FROM delivery_frozenrequest WHERE run_day = %s",
            day.today,
        ):
            self._carried[key] += ids

    def _taken(self, witness: Witness) -> set[int]:
        by_line = {one for key in witness.calls for one in self._carried.get(key, [])}
        return by_line | set(witness.mails)

    def sent_but_unseen(self, witness: Witness) -> int:
        taken = self._taken(witness)
        return sum(state == "sent" and pk not in taken for pk, _, state, *_ in self._found)

    def hidden(self, witness: Witness) -> int:
        """What a provider took must be ``sent``; ``unclear`` is honest too."""
        taken = self._taken(witness)
        return sum(
            pk in taken and state not in {"sent", "unclear", *PENDING}
            for pk, _, state, *_ in self._found
        )

    def unexpected_endings(self, expected: Expected) -> Counter[str]:
        endings = Counter(
            f"{state}/{reason}"
            for _, _, state, reason, *_ in self._found
            if state not in {"sent", "unclear", *PENDING}
        )
        return +Counter(
            {name: count - expected.endings.get(name, 0) for name, count in endings.items()}
        )


def _late(day: Day, expected: Expected, ledger: _Ledger) -> Iterable[str]:
    if expected.on_time is None:
        return
    for slug in day.world.slugs:
        last = ledger.last.get(slug)
        if slug in expected.hit or last is None:
            continue
        took = last.timestamp() - day.began_at
        if took > expected.on_time:
            yield f"{slug} was finished after {took:.0f} s, not {expected.on_time:.0f}"


def _production_says(day: Day, witness: Witness, ledger: _Ledger) -> list[str]:
    """The reconciliation and the invariants, asked as production asks them every night."""
    path = day.directory / "witness.json"
    path.write_text(json.dumps(witness.seen), encoding="utf-8")
    said = day.desk("examine", day.today, str(path))
    problems = [f"invariant {one}" for one in said["broken"]]
    for name in ("unexplained", "missing_groups"):
        if said[name]:
            problems.append(f"{said[name]} {name} in the reconciliation")
    if (said["sent"], said["pending"]) != (ledger.sent, ledger.pending):
        problems.append("the reconciliation and the ledger disagree")
    return problems
