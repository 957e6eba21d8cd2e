"""What may stand in a path besides Django's own kinds."""

from datetime import date


class DayConverter:
    """A calendar day as YYYY-MM-DD; anything else is no such page."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
