"""What is said: base texts, a municipality's own announcements and broadcasts, frozen editions."""

from messages.models.broadcasts import Broadcast, BroadcastEvent, Persona
from messages.models.desk import AvoidedWord, DeskNotice, TextDraft, TextEvent, TextReport
from messages.models.exchange import (
    CaseAdoption,
    ExchangeCase,
    Meeting,
    MeetingInvitation,
    MeetingMaterial,
)
from messages.models.local import BlockEvent, Contact, LocalBlock
from messages.models.texts import BaseText, Edition, TextVersion, VersionUse

__all__ = [
    "AvoidedWord",
    "BaseText",
    "BlockEvent",
    "Broadcast",
    "BroadcastEvent",
    "CaseAdoption",
    "Contact",
    "DeskNotice",
    "Edition",
    "ExchangeCase",
    "LocalBlock",
    "Meeting",
    "MeetingInvitation",
    "MeetingMaterial",
    "Persona",
    "TextDraft",
    "TextEvent",
    "TextReport",
    "TextVersion",
    "VersionUse",
]
