"""One look at the day over all municipalities, read once and shared by all questions of that look.

Inside ``across_for_npo``: facts, runs, content. Nothing here is of a reader.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Max, Q

from delivery.domain.states import PENDING, State
from delivery.models import DailyFact, DayFact, Hold, PaceFact, Run
from delivery.reasons import ON_PURPOSE
from kizuna.lib import clock
from municipalities.domain.words import Service
from municipalities.models import Municipality

SLOT = timedelta(minutes=5)
Key = tuple[int, str]
"""A municipality and a channel."""


@dataclass(slots=True)
class Sums:
    """One municipality's day on one channel. ``owed``: what should have gone out or still should."""

    sent: int = 0
    failed: int = 0
    unclear: int = 0
    pending: int = 0
    lost: int = 0
    skipped: int = 0

    @property
    def owed(self) -> int:
        return self.sent + self.failed + self.unclear + self.pending + self.lost

    def add(self, state: str, reason: str, count: int) -> None:
        if State(state) in PENDING:
            # A paused broadcast waits for a person, and somebody knows.
            self.pending += 0 if reason == "broadcast_paused" else count
        elif state == State.SKIPPED:
            self.skipped += count
            self.lost += 0 if reason in ON_PURPOSE else count
        else:
            setattr(self, state, getattr(self, state) + count)


@dataclass
class Look:
    """``now`` is what every question means by now."""

    now: datetime = field(default_factory=clock.now)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def counted_day(self) -> date:
        """The last day whose nightly figures must be there: they are counted at 2:30."""
        return self.today - timedelta(days=1 if self.now.hour >= 4 else 2)

    @cached_property
    def live(self) -> dict[int, Municipality]:
        """The municipalities that send."""
        return {one.pk: one for one in Municipality.objects.filter(service=Service.LIVE)}

    @cached_property
    def runs(self) -> dict[int, Run]:
        """Today's runs by municipality."""
        return {run.municipality_id: run for run in Run.objects.filter(run_day=self.today)}

    @cached_property
    def sums(self) -> dict[tuple[int, str], Sums]:
        """Today by municipality and channel, from the facts."""
        found: dict[tuple[int, str], Sums] = defaultdict(Sums)
        rows = DailyFact.objects.filter(run_day=self.today).values_list(
            "municipality_id", "channel", "state", "reason", "count"
        )
        for municipality, channel, state, reason, count in rows:
            found[municipality, channel].add(state, reason, count)
        return dict(found)

    @cached_property
    def last_sent(self) -> dict[tuple[int, str], datetime]:
        """The end of the last five minutes in which something was sent today."""
        rows = (
            PaceFact.objects.filter(run_day=self.today, count__gt=0)
            .values_list("municipality_id", "channel")
            .annotate(last=Max("slot"))
        )
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return {(m, channel): midnight + SLOT * (last + 1) for m, channel, last in rows}

    @cached_property
    def days(self) -> dict[Key, DayFact]:
        """Today's reconciliation by municipality and channel."""
        rows = DayFact.objects.filter(run_day=self.today)
        return {(one.municipality_id, one.channel): one for one in rows}

    @cached_property
    def resumed(self) -> dict[Key, datetime]:
        """When somebody last let it go on today; '' is every channel."""
        rows = Hold.objects.filter(run_day=self.today, resumed_at__isnull=False)
        last = rows.values_list("municipality_id", "channel").annotate(last=Max("resumed_at"))
        return {(municipality, channel): moment for municipality, channel, moment in last}

    def still(self, run: Run, channel: str) -> timedelta:
        """How long the facts know that something could have been sent and nothing was.

        Not since the last message alone: who joins at noon, a broadcast, a run that was let go on
        began later. And what was not counted since says nothing.
        """
        key, day = (run.municipality_id, channel), self.days.get((run.municipality_id, channel))
        began = [
            run.opens_at,
            self.last_sent.get(key),
            self.resumed.get(key),
            self.resumed.get((run.municipality_id, "")),
            day.waiting_since if day else None,
        ]
        seen = min(self.now, day.counted_at) if day else self.now
        return seen - max(one for one in began if one is not None)

    @cached_property
    def held(self) -> set[tuple[int, str]]:
        """Where somebody of the NPO has asked to wait or to stop today; '' is every channel."""
        open_ones = Hold.objects.filter(run_day=self.today, withdrawn_at=None, resumed_at=None)
        asked = open_ones.filter(Q(kind="pause") | Q(agreed_at__isnull=False))
        return set(asked.values_list("municipality_id", "channel"))

    def is_held(self, municipality: int, channel: str) -> bool:
        return bool({(municipality, ""), (municipality, channel)} & self.held)
