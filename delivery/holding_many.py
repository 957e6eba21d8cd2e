"""The NPO lets many municipalities' days wait, or go on, by one act. Inside ``across_for_npo`` only.

Which ones is read from facts and holds. Each is changed under its own policy and noted in its own
records, all by one statement (``sql/hold_many.sql``, ``sql/resume_many.sql``): 1,741 of them take less
than a second. The ledger follows with the next sweep, within a minute.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import connection
from django.db.models import Sum

from delivery import today_facts
from delivery.domain.states import PENDING
from delivery.holding import BOTH, MANY, Obstacle, Refused
from delivery.models import DailyFact, DayFact, Hold
from delivery.queries import in_force
from kizuna.lib import clock, sqlfile
from municipalities.domain.words import Service
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import stepping_out


class Wish(StrEnum):
    """What somebody wants of many pauses (``sql/resume_many.sql``)."""

    ASK = "ask"
    RESUME = "resume"
    AGREE = "agree"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Free:
    """A municipality whose day is not held as a whole; ``waiting`` are still to be sent."""

    municipality: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Pauses:
    """Some open pauses. ``waiting``: what waits of their days, each counted once."""

    holds: tuple[Hold, ...]
    waiting: int

    @property
    def towns(self) -> list[Municipality]:
        """Where they are, by name."""
        found = {one.municipality_id: one.municipality for one in self.holds}
        return sorted(found.values(), key=lambda town: town.name)

    @property
    def mark(self) -> str:
        """Changes when a pause comes or goes: what is confirmed is what was looked at."""
        return f"{len(self.holds)}-{sum(one.pk for one in self.holds)}"

    @property
    def needs_two(self) -> bool:
        """Whether so many go on that a second person has to say the same."""
        return self.waiting > MANY


def free_today(now: datetime) -> list[Free]:
    """Live municipalities that still send today, or may, and are not held as a whole."""
    held = _held_channels(now.date())
    return [
        Free(town.pk, _left(town))
        for town in today_facts.towns(now)
        if town.facts.service == Service.LIVE
        and now < town.facts.closes_at
        and (town.facts.pending or town.facts.planned_at is None)
        and not held.get(town.pk, set()) >= BOTH
    ]


def pause_all(by: StaffUser, reason: str) -> int:
    """Everything waits from this moment on; in how many municipalities that is new."""
    now = clock.now()
    chosen = [{"municipality": one.municipality, "waiting": one.waiting} for one in free_today(now)]
    if not reason:
        raise Refused(Obstacle.NO_REASON)
    return _run("hold_many", by, now, day=now.date().isoformat(), reason=reason, chosen=chosen)


def open_pauses(today: date) -> list[Hold]:
    """Every pause of today or later that is neither over nor taken back."""
    rows = Hold.objects.filter(kind="pause", run_day__gte=today, withdrawn_at=None, resumed_at=None)
    return list(rows.select_related("municipality").order_by("pk"))


def together(holds: Sequence[Hold]) -> Pauses:
    """These, with what waits behind them."""
    return Pauses(tuple(holds), sum(_waiting(holds).values()))


def wish(pauses: Pauses, wanted: Wish, by: StaffUser, reason: str = "") -> int:
    """Do it to all of them; to how many it was done. Without a reason nothing is asked for."""
    asks = wanted in {Wish.ASK, Wish.RESUME}
    if asks and not reason:
        raise Refused(Obstacle.NO_REASON)
    if wanted is Wish.RESUME and pauses.needs_two:
        raise Refused(Obstacle.SOMEBODY_ELSE)
    chosen = [{"municipality": one.municipality_id, "hold": one.pk} for one in pauses.holds]
    return _run("resume_many", by, clock.now(), wish=wanted.value, reason=reason, chosen=chosen)


def _run(name: str, by: StaffUser, now: datetime, **asked: object) -> int:
    """The statement takes no parameters: what is asked for is a setting of this transaction."""
    said = json.dumps({"by": by.pk, "at": now.isoformat(), **asked})
    with stepping_out(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.asked', %s, true)", [said])
        cursor.execute(sqlfile.load(__file__, name))
        cursor.execute("SELECT current_setting('app.done')::integer")
        (done,) = cursor.fetchone()
    return int(done)


def _left(town: today_facts.Town) -> int:
    """Before the planning: how many were expected the evening before."""
    return town.facts.pending if town.facts.planned_at else town.expected or 0


def _held_channels(on: date) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = Hold.objects.filter(in_force(), run_day=on)
    for municipality, channel in rows.values_list("municipality_id", "channel"):
        found.setdefault(municipality, set()).update({channel} if channel else BOTH)
    return found


def _waiting(holds: Collection[Hold]) -> dict[tuple[int, date], int]:
    """What waits of each day, by the facts; where nothing was counted yet, as it was written then."""
    days = {one.run_day for one in holds}
    counted = set(
        DayFact.objects.filter(run_day__in=days).values_list("municipality_id", "run_day")
    )
    sums = DailyFact.objects.filter(run_day__in=days, state__in=[one.value for one in PENDING])
    pending = {
        (municipality, day): count
        for municipality, day, count in sums.values_list("municipality_id", "run_day").annotate(
            all=Sum("count")
        )
    }
    found: dict[tuple[int, date], int] = {}
    for one in holds:
        key = (one.municipality_id, one.run_day)
        known = pending.get(key, 0)
        found[key] = known if known or key in counted else max(found.get(key, 0), one.waiting)
    return found
