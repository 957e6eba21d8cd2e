"""What the NPO's page of today reads: facts and runs of all municipalities, in a few statements.

Inside ``across_for_npo`` only. Plain tuples, because 1,741 municipalities are looked at each time
and fifty are shown. Nothing here reads the ledger or a reader.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet, Sum

from delivery.domain.standing import Facts
from delivery.domain.states import PENDING, State
from delivery.models import Alarm, DailyFact, DayFact, Forecast, Hold, PaceFact, Run
from delivery.queries import Counts
from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Service
from municipalities.models import Assignment, Municipality

ELSEWHERE = (Service.ENDED, Service.EXTERNAL)
SLOT = timedelta(minutes=5)
STRIP_DAYS = 14
Fact = TypeVar("Fact", bound=Model)


@dataclass(slots=True)
class Town:
    """One municipality's line: who, and how its day stands. ``because``: how many for the reason
    that is asked for; ``expected``: what was expected the evening before, None where nobody did;
    ``lost``: planned and not in the ledger; below zero where more is there than was planned."""

    pk: int
    name: str
    slug: str
    service_name: str
    facts: Facts
    finished_at: datetime | None = None
    expected: int | None = None
    because: int = 0
    lost: int = 0

    @property
    def planned(self) -> int:
        """What planning counted, whether the ledger can account for it or not."""
        return self.facts.planned + self.lost


@dataclass(frozen=True, slots=True)
class _Look:
    """Which facts are read: of a day, of one channel or both, of one municipality or all."""

    on: date
    channel: str = ""
    only: int | None = None

    def at(self, rows: QuerySet[Fact]) -> QuerySet[Fact]:
        rows = rows.filter(run_day=self.on)
        if self.channel:
            rows = rows.filter(channel=self.channel)
        return rows if self.only is None else rows.filter(municipality_id=self.only)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why deliveries were left out or failed, and in how many municipalities."""

    state: str
    code: str
    count: int
    municipalities: int


@dataclass(slots=True)
class DayCounts:
    """One square of a strip. ``unexplained``: what the ledger cannot account for."""

    day: date
    counts: Counts = field(default_factory=Counts)
    unexplained: int = 0


def slot_of(moment: datetime) -> int:
    """Which five minutes of its day in Japan: 0 to 287."""
    local = moment.astimezone(clock.TOKYO)
    return (local.hour * 60 + local.minute) // 5


def towns(
    now: datetime, channel: str = "", reason: str = "", only: int | None = None
) -> list[Town]:
    """All municipalities that send from here, by name, with their day; or ``only`` one of them.

    A ``channel`` of '' means both; ``reason`` asks how many deliveries it stopped.
    """
    on = now.astimezone(clock.TOKYO).date()
    rows = Municipality.objects.exclude(service__in=ELSEWHERE)
    if only is not None:
        rows = rows.filter(pk=only)
    found = {
        pk: Town(pk, name, slug, service_name, _begin(now, on, service, opens, closes))
        for pk, name, slug, service_name, service, opens, closes in rows.order_by(
            "name", "pk"
        ).values_list("pk", "name", "slug", "service_name", "service", "send_time", "last_hour")
    }
    look = _Look(on, channel, only)
    _add_runs(found, _Look(on, "", only))
    _add_counts(found, look)
    _add_differences(found, look)
    _add_pace(found, now, look)
    _add_holds(found, look)
    _add_forecasts(found, look)
    if reason:
        _add_reason(found, look, reason)
    return list(found.values())


def reasons(on: date, channel: str = "") -> list[Reason]:
    """Why something was left out or failed today, over all: the most frequent first."""
    rows = (
        _Look(on, channel)
        .at(DailyFact.objects.all())
        .filter(state__in=(State.SKIPPED, State.FAILED))
        .values_list("state", "reason")
        .annotate(all=Sum("count"), where=Count("municipality_id", distinct=True))
        .order_by("state", "-all", "reason")
    )
    return [Reason(*row) for row in rows]


def per_minute(now: datetime, channel: str = "") -> float:
    """How many were sent a minute in the last two whole slots; 0 where none was."""
    on, here = now.astimezone(clock.TOKYO).date(), slot_of(now)
    rows = _Look(on, channel).at(PaceFact.objects.all()).filter(slot__gte=here - 2, slot__lt=here)
    slots = rows.values_list("slot").annotate(all=Sum("count"))
    counts = dict(slots)
    # A morning that began in the last slot is not half as fast for it.
    minutes = 5 * len(counts)
    return sum(counts.values()) / minutes if minutes else 0


def strips(pks: Collection[int], today: date) -> dict[int, list[DayCounts]]:
    """The last fourteen days of these municipalities, oldest first, today the last."""
    days = [today - timedelta(days=back) for back in range(STRIP_DAYS - 1, -1, -1)]
    found = {pk: [DayCounts(day) for day in days] for pk in pks}
    rows = (
        DailyFact.objects.filter(
            run_day__gte=days[0], run_day__lte=today, municipality_id__in=list(pks)
        )
        .values_list("municipality_id", "run_day", "state")
        .annotate(all=Sum("count"))
    )
    for pk, day, state, count in rows:
        found[pk][(day - days[0]).days].counts.add(state, count)
    differences = DayFact.objects.filter(
        run_day__gte=days[0], run_day__lte=today, municipality_id__in=list(pks), unexplained__gt=0
    )
    for pk, day, count in differences.values_list("municipality_id", "run_day", "unexplained"):
        found[pk][(day - days[0]).days].unexplained += count
    return found


def looked_after_by(user_id: int) -> set[int]:
    """The municipalities that this colleague looks after now."""
    rows = Assignment.objects.filter(partner_id=user_id, until=None)
    return set(rows.values_list("municipality_id", flat=True))


def open_alarms(now: datetime) -> int:
    """How many alarms wait for somebody: neither done nor quiet for a day."""
    rows = Alarm.objects.filter(closed_at=None, done_at=None)
    return rows.filter(Q(quiet_until=None) | Q(quiet_until__lte=now)).count()


def open_holds(on: date) -> QuerySet[Hold]:
    """What is asked for or in force for that day or later, and not over."""
    return Hold.objects.filter(run_day__gte=on, withdrawn_at=None, resumed_at=None)


def _begin(now: datetime, on: date, service: str, opens: time, closes: time) -> Facts:
    return Facts(now, clock.at(on, opens), clock.at(on, closes), service)


def _add_runs(found: dict[int, Town], look: _Look) -> None:
    for pk, opens, closes, planned, swept, finished in look.at(Run.objects.all()).values_list(
        "municipality_id", "opens_at", "closes_at", "planned_at", "swept_at", "finished_at"
    ):
        if town := found.get(pk):
            facts = town.facts
            facts.has_run, facts.opens_at, facts.closes_at = True, opens, closes
            facts.planned_at, facts.swept_at, town.finished_at = planned, swept, finished


def _add_counts(found: dict[int, Town], look: _Look) -> None:
    rows = (
        look.at(DailyFact.objects.all())
        .values_list("municipality_id", "state")
        .annotate(all=Sum("count"))
    )
    for pk, state, count in rows:
        if town := found.get(pk):
            name = "pending" if State(state) in PENDING else state
            setattr(town.facts, name, getattr(town.facts, name) + count)


def _add_differences(found: dict[int, Town], look: _Look) -> None:
    different = list(
        look.at(DayFact.objects.all())
        .filter(unexplained__gt=0)
        .values_list("municipality_id", "channel", "unexplained", "planned")
    )
    if not different:
        return
    rows = look.at(DailyFact.objects.all()).filter(
        municipality_id__in={row[0] for row in different}
    )
    there = {
        (pk, channel): count
        for pk, channel, count in rows.values_list("municipality_id", "channel").annotate(
            all=Sum("count")
        )
    }
    for pk, channel, unexplained, planned in different:
        if town := found.get(pk):
            town.facts.unexplained += unexplained
            town.lost += planned - there.get((pk, channel), 0)


def _add_pace(found: dict[int, Town], now: datetime, look: _Look) -> None:
    rows = look.at(PaceFact.objects.all()).filter(slot__gte=slot_of(now) - 3)
    for pk, count in rows.values_list("municipality_id").annotate(all=Sum("count")):
        if town := found.get(pk):
            town.facts.recent = count


def _add_holds(found: dict[int, Town], look: _Look) -> None:
    rows = _Look(look.on, "", look.only).at(open_holds(look.on))
    if look.channel:
        rows = rows.filter(channel__in=("", look.channel))
    wanted = {look.channel} if look.channel else {kind.value for kind in EndpointKind}
    stopped: dict[int, set[str]] = {}
    # What waits for a second person outweighs what only waits.
    weight = {"": 0, "pause": 1, "resume": 2, "asked": 3}
    for pk, channel, kind, agreed_at, resume_asked_by in rows.values_list(
        "municipality_id", "channel", "kind", "agreed_at", "resume_asked_by_id"
    ):
        if (town := found.get(pk)) is None:
            continue
        if kind == "stop" and agreed_at is not None:
            stopped.setdefault(pk, set()).update({channel} if channel else wanted)
            town.facts.stopped = "whole" if stopped[pk] >= wanted else "part"
            continue
        held = "asked" if kind == "stop" else "resume" if resume_asked_by else "pause"
        town.facts.held = max(town.facts.held, held, key=weight.__getitem__)


def _add_forecasts(found: dict[int, Town], look: _Look) -> None:
    rows = look.at(Forecast.objects.all()).values_list("municipality_id")
    for pk, expected in rows.annotate(all=Sum("expected")):
        if town := found.get(pk):
            town.expected = expected


def _add_reason(found: dict[int, Town], look: _Look, reason: str) -> None:
    rows = look.at(DailyFact.objects.all()).filter(
        reason=reason, state__in=(State.SKIPPED, State.FAILED)
    )
    for pk, count in rows.values_list("municipality_id").annotate(all=Sum("count")):
        if town := found.get(pk):
            town.because = count


def total(some: Iterable[Town]) -> Counts:
    """The sum of their days."""
    whole = Counts()
    for town in some:
        facts = town.facts
        whole.sent += facts.sent
        whole.skipped += facts.skipped
        whole.failed += facts.failed
        whole.unclear += facts.unclear
        whole.pending += facts.pending
    return whole
