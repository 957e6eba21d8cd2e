"""Is the morning under way? Asked every minute, of runs and facts."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from django.db.models import Sum

from delivery import invariants
from delivery.alarms.cause import Finding, NoDataError, State
from delivery.alarms.look import Look
from delivery.due import oldest_service_mail_seconds
from delivery.models import DailyFact, DayFact, Forecast, Heartbeat, Run
from kizuna.lib import clock

BEAT_LATE = timedelta(minutes=10)
PLANNING_AHEAD = timedelta(hours=1)
"""As in ``delivery/sql/due_runs.sql``."""
PATIENCE = timedelta(minutes=10)
STUCK = timedelta(minutes=5)
STUCK_TAIL = timedelta(minutes=30)
"""A handful that a mail server asked us to bring again later is no standstill yet."""
FEW = 20
SPIKE = 0.03
SPIKE_TIMES = 3
SPIKE_DAYS = 28
SERVICE_MAIL_LATE = 300
DIFFERENT = 0.1
DAYS_LOOKED_BACK = 7


def beat_stopped(look: Look) -> Iterator[Finding]:
    """The timetable has not spoken for ten minutes. Workers go on by themselves, and see it."""
    last = Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()
    if last is None:
        raise NoDataError
    if look.now - last > BEAT_LATE:
        yield Finding(facts={"minutes": int((look.now - last).total_seconds() // 60)})


def run_not_started(look: Look) -> Iterator[Finding]:
    """No municipality at all was planned, though the first should be: not a word from the morning."""
    due = _due_to_be_planned(look)
    if due and not any(run.planned_at for run in look.runs.values()):
        yield Finding(facts={"count": len(due)}, state=State.NO_DATA)


def day_not_planned(look: Look) -> Iterator[Finding]:
    """One municipality's day is not planned while others' are."""
    due = _due_to_be_planned(look)
    if any(run.planned_at for run in look.runs.values()):
        for municipality in due:
            begins = clock.at(look.today, look.live[municipality].send_time) - PLANNING_AHEAD
            yield Finding(municipality, facts={"time": f"{begins:%H:%M}"})


def _due_to_be_planned(look: Look) -> list[int]:
    found = []
    for pk, one in look.live.items():
        begins = clock.at(look.today, one.send_time) - PLANNING_AHEAD
        run = look.runs.get(pk)
        if look.now > begins + PATIENCE and (run is None or run.planned_at is None):
            found.append(pk)
    return found


def counting_stopped(look: Look) -> Iterator[Finding]:
    """A run that is under way was not counted for ten minutes: what the pages say of it is old."""
    for pk, run in look.runs.items():
        if run.planned_at is None or run.finished_at or look.now < run.opens_at + PATIENCE:
            continue
        seen = max(run.swept_at or run.planned_at, run.opens_at)
        if look.now - seen > PATIENCE:
            minutes = int((look.now - seen).total_seconds() // 60)
            yield Finding(pk, facts={"minutes": minutes}, state=State.NO_DATA)


def run_stuck(look: Look) -> Iterator[Finding]:
    """Something was sent, something is left, and nothing moves."""
    for (pk, channel), sums in look.sums.items():
        run = look.runs.get(pk)
        if run is None or not run.opens_at <= look.now < run.closes_at:
            continue
        if not (sums.sent and sums.pending) or look.is_held(pk, channel):
            continue
        few = sums.pending < FEW and sums.pending < sums.owed * 0.05
        still = look.still(run, channel)
        if still > (STUCK_TAIL if few else STUCK):
            minutes, left = int(still.total_seconds() // 60), sums.pending
            yield Finding(pk, channel, {"channel": channel, "pending": left, "minutes": minutes})


def nothing_sent(look: Look) -> Iterator[Finding]:
    """Ten minutes after the send time (or later, where it began later), of all that was owed not one
    went out."""
    for (pk, channel), sums in look.sums.items():
        run = look.runs.get(pk)
        if run is None or look.now < run.opens_at + PATIENCE or look.is_held(pk, channel):
            continue
        if sums.owed and not sums.sent and look.still(run, channel) >= PATIENCE:
            yield Finding(pk, channel, {"channel": channel, "owed": sums.owed})


def unexplained(look: Look) -> Iterator[Finding]:
    """A day that is over, and the ledger cannot say what became of everything that was planned."""
    first = look.today - timedelta(days=DAYS_LOOKED_BACK)
    rows = DayFact.objects.filter(run_day__gte=first, unexplained__gt=0)
    for row in rows.order_by("run_day"):
        run = look.runs.get(row.municipality_id)
        over = row.run_day < look.today or (
            run is not None and (run.finished_at is not None or look.now >= run.closes_at)
        )
        if over:
            yield Finding(
                row.municipality_id,
                f"{row.run_day} {row.channel}",
                {
                    "count": row.unexplained,
                    "channel": row.channel,
                    "day": row.run_day.isoformat(),
                },
            )


def failure_spike(look: Look) -> Iterator[Finding]:
    """Over 3 % (and at least 20) could not be sent, or three times one's own usual share (and 10)."""
    suspects = {key: sums for key, sums in look.sums.items() if sums.failed >= FEW // 2}
    usual = _usual_shares(look, {pk for pk, _ in suspects})
    for (pk, channel), sums in suspects.items():
        share = sums.failed / (sums.sent + sums.failed)
        before = usual.get((pk, channel))
        many = sums.failed >= FEW and share > SPIKE
        unusual = before is not None and before > 0 and share > SPIKE_TIMES * before
        if many or unusual:
            yield Finding(
                pk,
                channel,
                {
                    "channel": channel,
                    "failed": sums.failed,
                    "share": round(share * 100, 1),
                    "usual": round((before or 0) * 100, 1),
                },
            )


def _usual_shares(look: Look, municipalities: set[int]) -> dict[tuple[int, str], float]:
    """The median share of failures of the four weeks before, by municipality and channel."""
    if not municipalities:
        return {}
    rows = (
        DailyFact.objects.filter(
            municipality__in=municipalities,
            run_day__lt=look.today,
            run_day__gte=look.today - timedelta(days=SPIKE_DAYS),
            state__in=["sent", "failed"],
        )
        .values_list("municipality_id", "channel", "run_day", "state")
        .annotate(count=Sum("count"))
    )
    days: dict[tuple[int, str], dict[object, dict[str, int]]] = {}
    for pk, channel, day, state, count in rows:
        days.setdefault((pk, channel), {}).setdefault(day, {})[state] = count
    return {
        key: median(
            one.get("failed", 0) / (one.get("failed", 0) + one.get("sent", 0))
            for one in by_day.values()
        )
        for key, by_day in days.items()
    }


def forecast_differs(look: Look) -> Iterator[Finding]:
    """Planned was a tenth (and 20) fewer or more than was expected the evening before.

    Of the texts of the day: a broadcast leaves in its own hour, or is written later that day.
    """
    planned = {key: fact.planned - fact.broadcasts for key, fact in look.days.items()}
    expected = {
        (one.municipality_id, one.channel): one.expected - one.broadcasts
        for one in Forecast.objects.filter(run_day=look.today)
    }
    if planned and not expected and _ran_yesterday(look):
        raise NoDataError
    for (pk, channel), wanted in expected.items():
        run = look.runs.get(pk)
        if pk not in look.live or run is None or run.planned_at is None:
            continue
        got = planned.get((pk, channel), 0)
        apart = abs(got - wanted)
        if apart >= FEW and apart > wanted * DIFFERENT:
            yield Finding(pk, channel, {"channel": channel, "expected": wanted, "planned": got})


def service_mails_wait(look: Look) -> Iterator[Finding]:
    """Somebody who has just registered waits for the confirmation longer than five minutes."""
    del look
    seconds = oldest_service_mail_seconds()
    if seconds > SERVICE_MAIL_LATE:
        yield Finding(facts={"minutes": int(seconds // 60)})


def invariant_broken(look: Look) -> Iterator[Finding]:
    """The night asked yesterday sixteen questions, and an answer contradicts the ledger."""
    answers = invariants.remembered()
    if not answers:
        if _ran_yesterday(look):
            raise NoDataError
        return
    for name, municipalities in answers.items():
        if municipalities:
            yield Finding(about=name, facts={"name": name, "count": municipalities})


def _ran_yesterday(look: Look) -> bool:
    return Run.objects.filter(run_day=look.counted_day).exists()
