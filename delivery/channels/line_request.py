"""One call to LINE, frozen: the bytes that are stored, repeated, and never changed.

Stored as ``{"body": {…}, "call": "push" | "multicast"}``: the exact body of the call and which call
it is, so that a repeat needs nothing else.
"""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from delivery.channels.line_status import RECIPIENTS, TEXT_UNITS, USER_ID, utf16_units
from delivery.channels.protocol import Outgoing, Request

KEYS = uuid.UUID("6e1c5d3a-52a4-5be0-9d0f-2f7a1c0b9e44")
"""Namespace of our retry keys; changing it would send a repeated message twice."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A stored request, read back. ``recipients`` are in the order of the deliveries' ids."""

    call: str
    body: dict[str, Any] = field(repr=False)  # its ids stay out of tracebacks and logs

    @classmethod
    def read(cls, stored: bytes) -> "Frozen":
        wrapper = json.loads(stored)
        return cls(wrapper["call"], wrapper["body"])

    @property
    def recipients(self) -> list[str]:
        to = self.body["to"]
        return [to] if isinstance(to, str) else to

    @property
    def too_long(self) -> bool:
        """Whether a text is beyond LINE's 5,000 UTF-16 units."""
        return any(utf16_units(one["text"]) > TEXT_UNITS for one in self.body["messages"])


def group(outgoing: Iterable[Outgoing]) -> list[list[Outgoing]]:
    """Who shares a request: the same text, at most 500 people, nobody twice.

    One LINE user may be owed the same text twice (a grandmother of two children born on one day).
    What LINE does with a doubled id in one multicast is not documented, and to leave one out would
    lose a delivery: so a person's second delivery goes into a second request, the third into a
    third. Those who ask to be ``alone``, and ids that cannot be right, never spoil a group.

    The order of the input does not matter.
    """
    singles: list[list[Outgoing]] = []
    layers: dict[tuple[int, int], list[Outgoing]] = defaultdict(list)
    times: dict[tuple[int, str], int] = defaultdict(int)
    for each in sorted(outgoing, key=lambda one: one.delivery_id):
        if each.alone or not USER_ID.fullmatch(each.address):
            singles.append([each])
            continue
        edition = each.content.edition_id
        times[edition, each.address] += 1
        layers[edition, times[edition, each.address]].append(each)
    chunks = [
        layer[start : start + RECIPIENTS]
        for layer in layers.values()
        for start in range(0, len(layer), RECIPIENTS)
    ]
    return chunks + singles


def freeze(people: Sequence[Outgoing]) -> Request:
    """The request for one group. The key follows from the bytes and from whose deliveries they are:
    the same people and bytes have the same key for ever, another body can never have it."""
    to = [each.address for each in people]
    messages = [{"type": "text", "text": people[0].content.line_text}]
    wrapper = (
        {"call": "push", "body": {"to": to[0], "messages": messages}}
        if len(to) == 1
        else {"call": "multicast", "body": {"to": to, "messages": messages}}
    )
    canonical = json.dumps(wrapper, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    body = canonical.encode("utf-8", "surrogatepass")
    owners = "\n".join(sorted(each.message_key for each in people)).encode()
    return Request(
        key=str(uuid.uuid5(KEYS, hashlib.sha256(body + b"\n" + owners).hexdigest())),
        delivery_ids=tuple(each.delivery_id for each in people),
        body=body,
        outgoing=tuple(people),
    )
