"""The next seven days as the NPO prepares for them: what is expected, what is missing, what ends.

Inside ``across_for_npo`` only: forecasts, texts, announcements and broadcasts; no reader.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Sum

from delivery.models import Forecast, Hold
from kizuna.lib import clock, sqlfile
from messages.domain.review import BroadcastState, ReviewState
from messages.domain.stage import Stage
from messages.models import Broadcast, LocalBlock, TextVersion

DAYS = 7
MOST_PLACES = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality with a number of readers."""

    slug: str
    name: str
    count: int


@dataclass(slots=True)
class Ahead:
    """One day to come. ``expected`` is None where no forecast has been made yet; ``without_text`` are
    the first of the ``places`` that have readers without a text, ``held`` the first of the ``holds``
    that wait or are stopped on that day."""

    day: date
    expected: int | None = None
    gaps: Counter[str] = field(default_factory=Counter)
    places: int = 0
    without_text: list[Place] = field(default_factory=list)
    holds: int = 0
    held: list[Hold] = field(default_factory=list)
    ending: list[LocalBlock] = field(default_factory=list)
    broadcasts: list[Broadcast] = field(default_factory=list)
    overdue: list[TextVersion] = field(default_factory=list)
    beginning: list[TextVersion] = field(default_factory=list)

    @property
    def stages(self) -> list[tuple[Stage, int]]:
        """The stages without a text, in their order, with how many readers meet them."""
        found = ((Stage.parse(key), count) for key, count in self.gaps.items())
        return sorted(found, key=lambda pair: pair[0])

    @property
    def readers(self) -> int:
        """How many get nothing for want of a text."""
        return self.gaps.total()

    @property
    def quiet(self) -> bool:
        """Whether nothing that is known of this day asks for a look."""
        texts = self.gaps or self.overdue or self.beginning
        return not (texts or self.ending or self.broadcasts or self.holds)


def days_ahead(today: date) -> list[Ahead]:
    """From tomorrow on, each day with what is known about it."""
    days = {
        day: Ahead(day) for day in (today + timedelta(days=number + 1) for number in range(DAYS))
    }
    _add_forecasts(days)
    _add_holds(days)
    _add_ends(days)
    _add_broadcasts(days)
    _add_texts(days)
    return list(days.values())


def _add_forecasts(days: dict[date, Ahead]) -> None:
    rows = Forecast.objects.filter(run_day__in=days).values_list("run_day")
    for on, expected in rows.annotate(all=Sum("expected")):
        days[on].expected = expected
    with connection.cursor() as cursor:
        named = {"first": min(days), "last": max(days)}
        cursor.execute(sqlfile.load(__file__, "gaps_ahead"), named)
        for on, key, count in cursor.fetchall():
            days[on].gaps[key] = count
    for ahead in days.values():
        if ahead.gaps:
            _add_places(ahead)


def _add_places(ahead: Ahead) -> None:
    """Where the readers are who get nothing, most of them first."""
    rows = (
        Forecast.objects.filter(run_day=ahead.day, without_text__gt=0)
        .values_list("municipality__slug", "municipality__name")
        .annotate(all=Sum("without_text"))
        .order_by("-all", "municipality__slug")
    )
    ahead.places = rows.count()
    ahead.without_text = [Place(*row) for row in rows[:MOST_PLACES]]


def _add_holds(days: dict[date, Ahead]) -> None:
    """What somebody has let wait, asked to stop, or stopped already."""
    rows = Hold.objects.filter(run_day__in=days, withdrawn_at=None, resumed_at=None)
    counts = rows.values_list("run_day").annotate(all=Count("municipality_id", distinct=True))
    for on, count in counts.order_by("run_day"):
        named = rows.filter(run_day=on).select_related("municipality")
        days[on].holds = count
        days[on].held = list(named.order_by("municipality__name", "pk")[:MOST_PLACES])


def _add_ends(days: dict[date, Ahead]) -> None:
    ending = LocalBlock.objects.filter(state=ReviewState.APPROVED, shown_until__in=days)
    for block in ending.select_related("municipality").defer("body").order_by("municipality__name"):
        if block.shown_until:
            days[block.shown_until].ending.append(block)


def _add_broadcasts(days: dict[date, Ahead]) -> None:
    begin, end = _span(days)
    waiting = Broadcast.objects.filter(
        state=BroadcastState.APPROVED, send_at__gte=begin, send_at__lt=end
    )
    for one in waiting.select_related("municipality").defer("body").order_by("send_at", "pk"):
        if one.send_at:
            days[one.send_at.astimezone(clock.TOKYO).date()].broadcasts.append(one)


def _add_texts(days: dict[date, Ahead]) -> None:
    versions = TextVersion.objects.filter(withdrawn_at=None).select_related("base_text")
    light = versions.defer("body").order_by("base_text__unit", "base_text__number")
    for version in light.filter(review_by__in=days):
        if version.review_by:
            days[version.review_by].overdue.append(version)
    for version in light.filter(effective_from__in=days):
        days[version.effective_from].beginning.append(version)


def _span(days: Iterable[date]) -> tuple[datetime, datetime]:
    there = list(days)
    return clock.at(min(there), time.min), clock.at(max(there) + timedelta(days=1), time.min)
