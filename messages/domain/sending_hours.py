"""When a broadcast may leave: never at night, and never before somebody could take it back."""

from datetime import datetime, time, timedelta

WAITING = timedelta(minutes=10)
"""Between the approval and the first message. Until then it is taken back as if nothing had been."""

MORNING, EVENING = time(7), time(21)
"""Outside of these hours a phone that rings wakes a child. Only an urgent one may."""


def leaves_at(send_at: datetime, approved_at: datetime) -> datetime:
    """The moment of the first message."""
    return max(send_at, approved_at + WAITING)


def is_quiet(moment: datetime) -> bool:
    """Whether it is night; ``moment`` in local time."""
    return not MORNING <= moment.time() < EVENING
