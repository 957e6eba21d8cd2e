"""A month of real days: what begins and ends, what runs, what is sent to all. Inside ``in_municipality``."""

import calendar
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from kizuna.lib import clock
from messages.domain.review import BroadcastState, ReviewState
from messages.models import Broadcast, LocalBlock

_MIDNIGHT = time(0)


@dataclass(slots=True)
class Day:
    """One day. ``running``: how many approved announcements are in force."""

    on: date
    within: bool
    begins: list[LocalBlock] = field(default_factory=list)
    ends: list[LocalBlock] = field(default_factory=list)
    broadcasts: list[Broadcast] = field(default_factory=list)
    running: int = 0


def month(first: date) -> list[list[Day]]:
    """The weeks of the month that begins on ``first``, from Sunday on, with the days around it."""
    weeks = [
        [Day(on, on.month == first.month) for on in week]
        for week in calendar.Calendar(calendar.SUNDAY).monthdatescalendar(first.year, first.month)
    ]
    days = {day.on: day for week in weeks for day in week}
    for block in LocalBlock.objects.exclude(state=ReviewState.WITHDRAWN).defer("body"):
        _put(block, days)
    start, end = min(days), max(days) + timedelta(days=1)
    sent = Broadcast.objects.filter(
        send_at__gte=clock.at(start, _MIDNIGHT), send_at__lt=clock.at(end, _MIDNIGHT)
    )
    for one in sent.exclude(state=BroadcastState.WITHDRAWN).defer("body").order_by("send_at", "pk"):
        if one.send_at:
            days[one.send_at.astimezone(clock.TOKYO).date()].broadcasts.append(one)
    return weeks


def _put(block: LocalBlock, days: dict[date, Day]) -> None:
    if block.shown_from in days:
        days[block.shown_from].begins.append(block)
    if block.shown_until in days:
        days[block.shown_until].ends.append(block)
    if block.state != ReviewState.APPROVED:
        return
    for on, day in days.items():
        begun = block.shown_from is None or block.shown_from <= on
        day.running += begun and (block.shown_until is None or on <= block.shown_until)
