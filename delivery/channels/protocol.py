"""What every channel promises, and the plain values it works on. No models, no Django.

A channel turns deliveries into *requests* (one mail; one LINE call for up to 500 people) and hands
the requests over. The sender freezes the requests of a repeatable channel in the database between
the two steps, so that a repeat carries the same key, the same people and the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from delivery.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class MailSender:
    """Who a municipality's mail comes from. ``address`` is on its own mail domain."""

    name: str
    address: str
    reply_to: str


@dataclass(frozen=True, slots=True)
class LineSender:
    """The credentials of one Messaging API channel. Never logged: see ``repr``."""

    channel_id: str
    channel_secret: str

    def __repr__(self) -> str:
        return f"LineSender(channel_id={self.channel_id!r})"


@dataclass(frozen=True, slots=True)
class Sender:
    """One municipality as a sender. ``mail`` or ``line`` is None where it has no such channel."""

    municipality_id: int
    slug: str
    service_name: str
    mail: MailSender | None
    line: LineSender | None


@dataclass(frozen=True, slots=True)
class Content:
    """The frozen texts of one edition. ``edition_id`` identifies them: same id, same bytes.

    ``mail_text`` and ``mail_html`` hold the marks ``STOP_URL`` and ``MY_URL`` where the reader's own
    links go (editions frozen earlier know no ``MY_URL``); the LINE text is the same for everybody.
    """

    edition_id: int
    subject: str
    mail_text: str
    mail_html: str
    line_text: str


STOP_URL = "%%STOP_URL%%"
MY_URL = "%%MY_URL%%"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery to hand over. ``message_key`` is unique for ever and fixed by the planner.

    ``alone`` asks for a request with this one recipient (a refused group is taken apart so).
    ``my_url`` leads into the reader's own page; only a mail can hold it.
    """

    delivery_id: int
    message_key: str
    address: str
    stop_url: str
    content: Content
    alone: bool = False
    my_url: str = ""

    def __repr__(self) -> str:  # the address stays out of tracebacks and logs
        return f"Outgoing(delivery_id={self.delivery_id})"


@dataclass(frozen=True, slots=True)
class Request:
    """One call to the provider. ``body`` is empty where the channel need not freeze it."""

    key: str
    delivery_ids: tuple[int, ...]
    body: bytes = b""
    outgoing: tuple[Outgoing, ...] = ()


class Channel(Protocol):
    """``safe_to_repeat``: the provider remembers ``Request.key`` and takes a repeat only once."""

    name: ClassVar[str]
    safe_to_repeat: ClassVar[bool]
    in_flight: ClassVar[int]
    """How many requests ``send`` may be given at once; bounds what a crash leaves unclear."""

    def requests(self, sender: Sender, outgoing: Sequence[Outgoing]) -> list[Request]:
        """Group deliveries into requests. Pure: same input, same keys and same bytes."""

    def send(self, sender: Sender, requests: Sequence[Request]) -> Mapping[int, Outcome]:
        """Hand over; one outcome for every delivery id of every request. Never raises for a
        provider's fault; works from ``key``, ``delivery_ids`` and ``body`` alone where
        ``safe_to_repeat`` (a repeated request has no ``outgoing``)."""
