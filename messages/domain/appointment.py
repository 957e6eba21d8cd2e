"""A meeting as an entry for a calendar (RFC 5545), which every office program opens."""

from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 75
"""Octets of one line, the line's end not counted."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """Moments are aware. ``uid`` stays the same for ever: a change replaces the entry."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    text: str = ""
    is_cancelled: bool = False


def written(one: Appointment, stamped_at: datetime) -> bytes:
    """The file, in UTF-8, its lines ended and folded as the standard asks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kizuna//Meetings//JA",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{one.uid}",
        f"DTSTAMP:{_moment(stamped_at)}",
        f"SEQUENCE:{int(stamped_at.timestamp()) // 60}",
        f"DTSTART:{_moment(one.starts_at)}",
        f"DTEND:{_moment(one.ends_at)}",
        f"SUMMARY:{_escaped(one.title)}",
        f"LOCATION:{_escaped(one.place)}",
        f"DESCRIPTION:{_escaped(one.text)}",
        f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Broken between characters, never inside of one: a reader may unfold bytes or signs."""
    pieces: list[bytes] = []
    piece, room = b"", LONGEST_LINE
    for sign in line:
        octets = sign.encode("utf-8", "replace")
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", LONGEST_LINE - 1  # the blank that begins a folded line
        piece += octets
    pieces.append(piece)
    return b"\r\n ".join(pieces) + b"\r\n"
