"""Failing on request: by the recipient's local part (``bounce+anything@example.jp``), or by plan.

The plan is a list of faults, as the LINE emulator's: which kind, how often, after how many mails
that go well.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from kizuna.emulators.mail.store import Store

AT_RCPT = {
    "bounce": "550 5.1.1 User unknown",
    "full": "452 4.2.2 Mailbox full",
}
LATER = "451 4.7.1 Greylisted, try again"
AFTER_DATA = {
    # What docomo and au say when the reader's own filter refused the mail.
    "filtered": "550 Unknown user",
}
CUT = "cut_after"
KINDS = {
    # Each at one step of the conversation.
    "busy": ("MAIL", "421, and hangs up; nothing accepted"),
    "deferred": ("DOT", "451 after the final dot, nothing accepted"),
    "cut_before": ("DOT", "connection closed after the final dot, nothing accepted"),
    CUT: ("DOT", "accepted, then connection closed: the answer is lost"),
    "garbage": ("DOT", "accepted, then an answer that is none"),
    "latency": ("DOT", "accepted at once, answered after `seconds`"),
}


class FaultError(ValueError):
    """The plan names something this catcher does not know."""


@dataclass
class Fault:
    """One line of the plan."""

    kind: str
    count: int = 1
    skip: int = 0
    seconds: float = 0.0

    @classmethod
    def parse(cls, value: Any) -> "Fault":
        """Raises FaultError with a sentence."""
        known = {field.name for field in fields(cls)}
        if not isinstance(value, dict) or not set(value) <= known:
            raise FaultError(f"a fault is an object with only these fields: {', '.join(known)}")
        if value.get("kind") not in KINDS:
            raise FaultError(f"unknown kind {value.get('kind')!r}; known: {', '.join(KINDS)}")
        return cls(**value)


class Faults:
    """``later+`` is the only one with a memory: the store keeps who has been put off once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.plan: list[Fault] = []

    def at_rcpt(self, address: str) -> str | None:
        kind = _kind(address)
        if kind == "later" and self._store.put_off(address):
            return LATER
        return AT_RCPT.get(kind)

    def after_data(self, address: str) -> str | None:
        return AFTER_DATA.get(_kind(address))

    def take(self, step: str, addresses: list[str]) -> tuple[float, str]:
        """The seconds to wait and the kind of fault ("" for none) of this one mail."""
        if step == "DOT" and any(_kind(address) == "cut" for address in addresses):
            return 0.0, CUT
        seconds = 0.0
        for fault in self.plan:
            if fault.count <= 0 or KINDS[fault.kind][0] != step:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.count -= 1
            if fault.kind != "latency":
                return seconds, fault.kind
            seconds += fault.seconds
        return seconds, ""

    def left(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.plan if fault.count > 0]


def _kind(address: str) -> str:
    local = address.rpartition("@")[0].lstrip('"')
    word, plus, _ = local.partition("+")
    return word.lower() if plus else ""
