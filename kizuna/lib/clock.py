"""The only place that asks what time it is. Rules get the day passed in and never come here."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """This moment, aware, in Japan."""
    return datetime.now(tz=TOKYO)


def today() -> date:
    """Today's civil date in Japan, whatever zone the machine runs in."""
    return now().date()


def at(day: date, moment: time) -> datetime:
    """That wall-clock time on that day in Japan. Japan has no daylight saving: never ambiguous."""
    return datetime.combine(day, moment, tzinfo=TOKYO)
