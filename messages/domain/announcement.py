"""What an announcement says and to whom, apart from any table; and where it stands by the dates."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from messages.domain.review import ReviewState
from messages.domain.stage import Kind
from municipalities.domain.words import Audience

TITLE_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Content:
    """All fields that somebody writes. Days as in ``LocalBlock``; both ends belong to the range."""

    title: str
    body: str
    kind: Kind
    first_day: int
    last_day: int
    shown_from: date | None = None
    shown_until: date | None = None
    audience: Audience = Audience.EVERYONE
    areas: tuple[str, ...] = ()
    position: int = 0

    def stored(self) -> dict[str, object]:
        """As a history keeps it."""
        return {
            name: value.isoformat()
            if isinstance(value, date)
            else list(value)
            if isinstance(value, tuple)
            else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def of(cls, stored: dict[str, object]) -> "Content":
        """Back from a history. What a later release adds has its default in older rows."""
        values = {name: stored[name] for name in cls.__slots__ if name in stored}
        areas = values.get("areas", ())
        return cls(
            title=str(values["title"]),
            body=str(values["body"]),
            kind=Kind(str(values["kind"])),
            first_day=int(str(values["first_day"])),
            last_day=int(str(values["last_day"])),
            shown_from=_day(values.get("shown_from")),
            shown_until=_day(values.get("shown_until")),
            audience=Audience(str(values.get("audience", Audience.EVERYONE))),
            areas=tuple(str(area) for area in areas) if isinstance(areas, list | tuple) else (),
            position=int(str(values.get("position", 0))),
        )


class Phase(StrEnum):
    """Where an announcement stands today, in the order a list shows them."""

    ASKED = "asked"
    CHECKED = "checked"
    DRAFT = "draft"
    LIVE = "live"
    SCHEDULED = "scheduled"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


def phase(
    state: ReviewState | str, shown_from: date | None, shown_until: date | None, on: date
) -> Phase:
    """An approved one waits, runs or has ended by its dates; the others are what they are."""
    if state != ReviewState.APPROVED:
        return Phase(str(state))
    if shown_until and shown_until < on:
        return Phase.ENDED
    if shown_from and shown_from > on:
        return Phase.SCHEDULED
    return Phase.LIVE


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
