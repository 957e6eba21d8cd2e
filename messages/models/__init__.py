"""What is said: base texts, a municipality's own announcements and broadcasts, frozen editions."""

from messages.models.broadcasts import Broadcast, BroadcastEvent, Persona
from messages.models.local import BlockEvent, Contact, LocalBlock
from messages.models.texts import BaseText, Edition, TextVersion

__all__ = [
    "BaseText",
    "BlockEvent",
    "Broadcast",
    "BroadcastEvent",
    "Contact",
    "Edition",
    "LocalBlock",
    "Persona",
    "TextVersion",
]
