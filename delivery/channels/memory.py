"""A channel that keeps what was sent in a list: for tests and for a run without a network."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from delivery.channels.protocol import Channel, Outgoing, Request, Sender
from delivery.domain.outcome import Accepted, Outcome


class Sent(NamedTuple):
    """One message as the channel saw it."""

    message_key: str
    address: str
    edition_id: int


class MemoryChannel(Channel):
    """Accepts everything unless told otherwise.

    ``outcomes`` decides per address: a mapping (an address it does not name is accepted), or a
    function called with the address, which may also raise, wait, or count.

    With ``safe_to_repeat`` it behaves like LINE: the request's body is all it reads, and a key it
    has accepted once is answered again without a second message.
    """

    name: ClassVar[str] = "memory"
    safe_to_repeat: ClassVar[bool] = False
    in_flight: ClassVar[int] = 25

    def __init__(
        self,
        name: str = "memory",
        outcomes: Mapping[str, Outcome] | Callable[[str], Outcome] | None = None,
        *,
        safe_to_repeat: bool = False,
        in_flight: int = 25,
    ) -> None:
        # Constants in every real channel; this one stands in for each of them.
        self.name = name  # type: ignore[misc]
        self.safe_to_repeat = safe_to_repeat  # type: ignore[misc]
        self.in_flight = in_flight  # type: ignore[misc]
        self.outcomes: Mapping[str, Outcome] | Callable[[str], Outcome] = outcomes or {}
        self.sent: list[Sent] = []
        """What was accepted, in order."""
        self.tried: list[Sent] = []
        """Everything that was handed over, whatever the answer."""
        self._known: dict[str, Mapping[int, Outcome]] = {}

    def requests(self, sender: Sender, outgoing: Sequence[Outgoing]) -> list[Request]:
        return [
            Request(
                key=self._key(each),
                delivery_ids=(each.delivery_id,),
                body=json.dumps(_seen(each)).encode() if self.safe_to_repeat else b"",
                outgoing=(each,),
            )
            for each in outgoing
        ]

    def send(self, sender: Sender, requests: Sequence[Request]) -> Mapping[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        for request in requests:
            if request.key not in self._known:
                answer = self._take(request)
                if self.safe_to_repeat and all(isinstance(o, Accepted) for o in answer.values()):
                    self._known[request.key] = answer
                outcomes.update(answer)
            else:
                outcomes.update(self._known[request.key])
        return outcomes

    def _key(self, each: Outgoing) -> str:
        """A repeatable channel's keys are UUIDs, as LINE wants them."""
        return (
            str(uuid5(NAMESPACE_URL, each.message_key)) if self.safe_to_repeat else each.message_key
        )

    def _take(self, request: Request) -> dict[int, Outcome]:
        if self.safe_to_repeat:
            seen = [Sent(*json.loads(request.body))]
        else:
            seen = [_seen(each) for each in request.outgoing]
        answer: dict[int, Outcome] = {}
        for delivery_id, message in zip(request.delivery_ids, seen, strict=True):
            self.tried.append(message)
            answer[delivery_id] = self._outcome(message)
            if isinstance(answer[delivery_id], Accepted):
                self.sent.append(message)
        return answer

    def _outcome(self, message: Sent) -> Outcome:
        if callable(self.outcomes):
            return self.outcomes(message.address)
        return self.outcomes.get(message.address, Accepted(f"memory-{message.message_key}"))


def _seen(outgoing: Outgoing) -> Sent:
    return Sent(outgoing.message_key, outgoing.address, outgoing.content.edition_id)
