"""What pages and commands read of runs, facts and the ledger. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from delivery.domain.states import PENDING, State
from delivery.models import DailyFact, Delivery, Hold, Run
from municipalities.domain.words import EndpointKind
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


def tried_since(day: date, moment: datetime) -> int:
    """How many deliveries of the current municipality's day were tried to their end since then: the
    pace. What was left out, by thousands in one moment, says nothing about it."""
    return _ledger(day).filter(settled_at__gte=moment).exclude(state=State.SKIPPED).count()


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


def held_channels(day: date) -> set[str]:
    """What the NPO holds or has stopped that day in the current municipality."""
    rows = Hold.objects.filter(in_force(), run_day=day).values_list("channel", flat=True)
    held = set(rows)
    return {kind.value for kind in EndpointKind} if "" in held else held


def is_held(day: date, channel: str) -> bool:
    """Whether a lane that is made now begins held."""
    return channel in held_channels(day)


def in_force() -> Q:
    """Pauses that go on, and stops that are done."""
    is_pause = Q(kind="pause", resumed_at=None, withdrawn_at=None)
    return is_pause | Q(kind="stop", agreed_at__isnull=False)


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
