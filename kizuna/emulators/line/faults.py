"""Faults by plan: which call fails how, how often, after how many that go well."""

from dataclasses import asdict, dataclass, fields
from typing import Any

KINDS = {
    "latency": "answers after `seconds`",
    "error_before": "500, nothing accepted",
    "error_after": "accepted, then 500: the answer is lost",
    "reset_before": "connection reset, nothing accepted",
    "reset_after": "accepted, then connection reset",
    "rate_limited": "429",
    "unauthorized": "401, and the token used is forgotten",
    "forbidden": "403",
    "truncated": "accepted, the JSON of the answer ends in the middle",
    "bad_gateway": "502 with an HTML page, nothing accepted",
}


class FaultError(ValueError):
    """The plan names something this emulator does not know."""


@dataclass
class Fault:
    """``call`` None means the two sending calls; ``channel_id`` None means every channel."""

    kind: str
    count: int = 1
    skip: int = 0
    channel_id: str | None = None
    call: str | None = None
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

    def concerns(self, channel_id: str, call: str) -> bool:
        wanted = call in {"push", "multicast"} if self.call is None else call == self.call
        return self.count > 0 and wanted and self.channel_id in {None, channel_id}


class Faults:
    """The plan and what is left of it."""

    def __init__(self) -> None:
        self.plan: list[Fault] = []

    def take(self, channel_id: str, call: str) -> tuple[float, str]:
        """The seconds to wait and the kind of fault ("" for none) of this one call."""
        seconds = 0.0
        for fault in self.plan:
            if not fault.concerns(channel_id, call):
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
