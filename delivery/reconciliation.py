"""planned = sent + skipped + failed + unclear + pending, per channel; and what is missing.

What was planned is counted when planning, what became of it is counted in the ledger: two sources.
The third, that every eligible subscription has a row, is asked of the readers' tables again.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from delivery import ledger
from delivery.domain.states import PENDING, State
from delivery.models import DailyFact, DayFact, Lane, PaceFact, Run
from delivery.planning import wanted_today
from kizuna.lib import clock
from messages.services.compose import pick, shelf
from municipalities.domain.words import Service
from municipalities.models import Municipality
from municipalities.tenancy.scope import the_municipality_id


@dataclass(slots=True)
class ChannelDay:
    """One municipality's day on one channel. Reasons are short codes; see ``delivery.reasons``."""

    channel: str
    planned: int = 0
    sent: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    unclear: int = 0
    pending: int = 0
    missing: int = 0

    @property
    def rows(self) -> int:
        """All of them, whatever became of them."""
        told = self.sent + sum(self.skipped.values()) + sum(self.failed.values())
        return told + self.unclear + self.pending

    @property
    def unexplained(self) -> int:
        """0, or the system is wrong: rows lost or doubled, or readers without a row."""
        return abs(self.planned - self.rows) + self.missing


def reconcile(on: date) -> list[ChannelDay]:
    """The day of the current municipality, one entry per channel that has planned anything."""
    days = {
        lane.channel: ChannelDay(lane.channel, planned=lane.planned)
        for lane in Lane.objects.filter(run_day=on).order_by("channel")
    }
    for channel, state, reason, count in ledger.run("reconcile", run_day=on):
        day = days.setdefault(channel, ChannelDay(channel))
        _add(day, State(state), reason, count)
    return list(days.values())


def _add(day: ChannelDay, state: State, reason: str, count: int) -> None:
    if state is State.SENT:
        day.sent += count
    elif state is State.SKIPPED:
        day.skipped[reason] = day.skipped.get(reason, 0) + count
    elif state is State.FAILED:
        day.failed[reason] = day.failed.get(reason, 0) + count
    elif state is State.UNCLEAR:
        day.unclear += count
    elif state in PENDING:
        day.pending += count


def missing(on: date) -> dict[str, int]:
    """Readers per channel who should have a text on that day and have no row: none after planning.

    Asked of the readers' tables as they are now, so it speaks of today only.
    """
    municipality = Municipality.objects.get(pk=the_municipality_id())
    texts = shelf(on)
    counts: dict[str, int] = {}
    for group, relations in wanted_today(municipality, on).items():
        if pick(texts, group.stage, group.audience, group.variant) is None:
            continue
        rows = ledger.run(
            "count_readers",
            run_day=on,
            kind=group.kind.value,
            anchor=group.anchor,
            relations=[relation.value for relation in relations],
            variant=group.variant.value,
        )
        for channel, count in rows:
            counts[channel] = counts.get(channel, 0) + count
    return counts


def reconcile_with_readers(municipality: Municipality, on: date) -> list[ChannelDay]:
    """``reconcile``, and while today's run should stand, the readers whom the plan forgot.

    A municipality whose planning failed has no row in the ledger: this is where it is seen. Inside
    ``in_municipality`` only.
    """
    days = {day.channel: day for day in reconcile(on)}
    run = Run.objects.filter(run_day=on).first()
    closes_at = run.closes_at if run else clock.at(on, municipality.last_hour)
    begins_at = run.opens_at if run else clock.at(on, municipality.send_time)
    if municipality.service == Service.LIVE and begins_at <= clock.now() < closes_at:
        for channel, count in missing(on).items():
            days.setdefault(channel, ChannelDay(channel)).missing = count
    return [days[channel] for channel in sorted(days)]


def remembered(municipality_id: int, on: date) -> list[ChannelDay]:
    """The same from the day's facts, as they were counted last; for the NPO, who sees no ledger."""
    here = {"municipality_id": municipality_id, "run_day": on}
    days = {
        channel: ChannelDay(channel, planned=planned)
        for channel, planned in DayFact.objects.filter(**here)
        .order_by("channel")
        .values_list("channel", "planned")
    }
    counted = set(days)
    for channel, state, reason, count in (
        DailyFact.objects.filter(**here)
        .order_by("channel")
        .values_list("channel", "state", "reason", "count")
    ):
        # Facts of days before the plan was counted have no such row: what is there was planned.
        day = days.setdefault(channel, ChannelDay(channel))
        _add(day, State(state), reason, count)
    for day in days.values():
        if day.channel not in counted:
            day.planned = day.rows
    return list(days.values())


def rollup(on: date) -> int:
    """Rebuild the day's facts from the ledger: delete and insert. How many deliveries are open.

    Inside ``in_municipality``; with the run locked, so that no planning comes in between.
    """
    with transaction.atomic():
        for fact in (DailyFact, DayFact, PaceFact):
            fact.objects.filter(run_day=on).delete()
        ((still_open,),) = ledger.run("rollup_day", run_day=on)
    return int(still_open)
