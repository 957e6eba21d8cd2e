"""What a channel can say about one delivery. Exactly four answers; the sender needs no provider code.

``Accepted``  the provider took responsibility (never: the reader has read it)
``TryLater``  certainly not accepted; the same delivery may be handed over again
``Refused``   certainly not accepted, and never will be
``Unclear``   the provider may or may not have accepted it

``reason`` is a short code from the channel's own table (``mailbox_full``), fit for logs and for
counting. It never holds a provider's free text: that often contains the address.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """``provider_id`` is the provider's own reference (queue id, request id), or empty."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class TryLater:
    """``after`` is the shortest wait in seconds; 0 leaves it to the sender's own ladder."""

    reason: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """``endpoint_dead`` tells that the address itself is gone, not only this message unwanted."""

    reason: str
    endpoint_dead: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """The connection was lost between the last byte and the answer, or the answer was no answer."""

    reason: str


Outcome = Accepted | TryLater | Refused | Unclear
