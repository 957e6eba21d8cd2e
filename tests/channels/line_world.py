"""Deliveries for the LINE channel, as the sender would hand them over."""

from collections.abc import Iterable

from delivery.channels.protocol import Content, Outgoing
from tests.emulators.line_server import user

TEXT = "おはようございます。今日は歯みがきのはなしです。"


def content(edition_id: int = 1, text: str = TEXT) -> Content:
    return Content(edition_id, "件名", "mail", "<p>mail</p>", text)


def owed(
    delivery_id: int, address: str = "", text: Content | None = None, *, alone: bool = False
) -> Outgoing:
    """One delivery; without an address it goes to the user of the same number."""
    return Outgoing(
        delivery_id=delivery_id,
        message_key=f"2026-11-25-{delivery_id}",
        address=address or user(delivery_id),
        stop_url="",
        content=text or content(),
        alone=alone,
    )


def friends(numbers: Iterable[int]) -> dict[str, str]:
    return {user(number): "friend" for number in numbers}
