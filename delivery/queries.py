"""What pages and commands read of runs, facts and the ledger. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet

from delivery.domain.states import PENDING, State
from delivery.models import DailyFact, Delivery, Run
from municipalities.domain.words import Service
from municipalities.models import Municipality
from municipalities.tenancy.scope import the_municipality_id


@dataclass(slots=True)
class Counts:
    """How many deliveries ended how. ``pending`` may still be sent."""

    sent: int = 0
    skipped: int = 0
    failed: int = 0
    unclear: int = 0
    pending: int = 0

    @property
    def planned(self) -> int:
        """All of them, whatever became of them."""
        return self.sent + self.skipped + self.failed + self.unclear + self.pending

    @property
    def settled(self) -> int:
        """Those that need no more work."""
        return self.planned - self.pending

    def add(self, state: str, count: int) -> None:
        """Count deliveries in that state of the ledger."""
        name = "pending" if State(state) in PENDING else state
        setattr(self, name, getattr(self, name) + count)


@dataclass(slots=True)
class MunicipalityDay:
    """One municipality's day as the NPO sees it: facts and run, no reader."""

    municipality: Municipality
    run: Run | None
    counts: Counts = field(default_factory=Counts)


def run_of(day: date) -> Run | None:
    """The current municipality's run, or None where nothing was begun."""
    return Run.objects.filter(run_day=day).first()


def held_up(day: date) -> dict[str, dict[str, int]]:
    """Why deliveries of the current municipality wait: channel → reason of the last try → how many."""
    rows = (
        _ledger(day)
        .filter(state=State.PLANNED)
        .exclude(reason="")
        .values_list("channel", "reason")
        .annotate(count=Count("id"))
        .order_by("channel", "reason")
    )
    waiting: dict[str, dict[str, int]] = {}
    for channel, reason, count in rows:
        waiting.setdefault(channel, {})[reason] = count
    return waiting


def settled_since(day: date, moment: datetime) -> int:
    """How many deliveries of the current municipality's day ended since then: the pace."""
    return _ledger(day).filter(settled_at__gte=moment).count()


def counts_by_edition(day: date, edition_id: int | None = None) -> dict[int, dict[str, Counts]]:
    """Edition → channel → counts, for all of the day's editions or one of them."""
    rows = _ledger(day)
    if edition_id is not None:
        rows = rows.filter(edition_id=edition_id)
    found: dict[int, dict[str, Counts]] = {}
    for edition, channel, state, count in (
        rows.values_list("edition_id", "channel", "state")
        .annotate(count=Count("id"))
        .order_by("channel")
    ):
        found.setdefault(edition, {}).setdefault(channel, Counts()).add(state, count)
    return found


def days_before(day: date, days: int) -> list[tuple[date, Counts | None]]:
    """The days before ``day``, latest first, from the daily facts; None where there are none."""
    first = day - timedelta(days=days)
    found: dict[date, Counts] = {}
    for fact in DailyFact.objects.filter(run_day__gte=first, run_day__lt=day):
        found.setdefault(fact.run_day, Counts()).add(fact.state, fact.count)
    back = [day - timedelta(days=n) for n in range(1, days + 1)]
    return [(one, found.get(one)) for one in back]


def every_municipality(day: date) -> list[MunicipalityDay]:
    """All municipalities that are not ended. Inside ``across_for_npo``: facts and runs only."""
    municipalities = Municipality.objects.exclude(service=Service.ENDED).order_by("name", "pk")
    runs = {run.municipality_id: run for run in Run.objects.filter(run_day=day)}
    days = {one.pk: MunicipalityDay(one, runs.get(one.pk)) for one in municipalities}
    for fact in DailyFact.objects.filter(run_day=day):
        if fact.municipality_id in days:
            days[fact.municipality_id].counts.add(fact.state, fact.count)
    return list(days.values())


def total(counts: Iterable[Counts]) -> Counts:
    """The sum."""
    whole = Counts()
    for one in counts:
        for name in ("sent", "skipped", "failed", "unclear", "pending"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    return whole


def _ledger(day: date) -> QuerySet[Delivery]:
    """The ledger has no scoped manager: its municipality is named here, and by the policy."""
    municipality_id = the_municipality_id()
    return Delivery.objects.filter(run_day=day, municipality_id=municipality_id)
