"""Plan one municipality's day: open the run, freeze the editions, write the ledger in one statement.

May be killed, repeated, or run twice at once: a transaction, a row lock on the run, and a unique
key see to it that the result is the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Coalesce

from delivery.models import Lane, Run
from delivery.queries import is_held
from kizuna.lib import clock, sqlfile
from messages.domain.schedule import due_stages, falls_on
from messages.domain.stage import Kind, Stage, Unit
from messages.services.compose import areas_in_force, shelf
from messages.services.editions import Wanted, freeze
from municipalities.domain.words import AUDIENCE_OF, Relation, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality

# People who join after planning are added this often (as delivery/sql/due_runs.sql and to_top_up.sql
# say).
TOP_UP_EVERY = timedelta(minutes=9)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one planning added, per (channel, state): ``planned``, or ``skipped`` with a reason."""

    added: dict[tuple[str, str], int]

    @property
    def total(self) -> int:
        return sum(self.added.values())


def open_run(
    municipality: Municipality, on: date, window: tuple[datetime, datetime] | None = None
) -> Run:
    """The run of that day, locked; made if it is missing. Inside ``in_municipality`` only.

    ``window`` overrides the municipality's own hours for a run that does not exist yet.
    """
    opens_at, closes_at = window or (
        clock.at(on, municipality.send_time),
        clock.at(on, municipality.last_hour),
    )
    Run.objects.bulk_create(
        [Run(municipality=municipality, run_day=on, opens_at=opens_at, closes_at=closes_at)],
        ignore_conflicts=True,
    )
    return Run.objects.select_for_update().get(run_day=on)


def plan_day(
    municipality_id: int,
    on: date,
    window: tuple[datetime, datetime] | None = None,
    *,
    only_if_due: bool = False,
) -> Planned:
    """Plan, or top up, one municipality's day. Repeating it adds nothing.

    ``only_if_due`` returns at once when somebody else planned or topped up a moment ago.
    """
    with in_municipality(municipality_id):
        if only_if_due and not _may_plan(municipality_id):
            return Planned({})
        municipality = Municipality.objects.get(pk=municipality_id)
        run = open_run(municipality, on, window)
        if only_if_due and _is_fresh(run):
            return Planned({})
        ensure_month(on)
        added = _write(municipality, run)
        _note(municipality, run, added)
    if added:
        # After the commit: until then nobody's statistics would see the rows.
        with connection.cursor() as cursor:
            cursor.execute("SELECT delivery_refresh_statistics(%s, %s)", [on, sum(added.values())])
    return Planned(added)


def _is_fresh(run: Run) -> bool:
    """Whether somebody planned or topped up a moment ago, by the database's clock."""
    recently = TransactionNow() - TOP_UP_EVERY
    return Run.objects.filter(pk=run.pk, topped_up_at__gt=recently).exists()


def due_today(on: date, last_birthday: int) -> dict[tuple[Kind, date], Stage]:
    """Which anchor dates meet which text on that day, up to the municipality's last birthday."""
    stages = frozenset(stage for stage, _audience, _variant in shelf(on))
    return dict(_due(on, last_birthday, stages))


@lru_cache(maxsize=8)
def _due(
    on: date, last_birthday: int, stages: frozenset[Stage]
) -> Mapping[tuple[Kind, date], Stage]:
    """The same for every municipality: worked out once, not 1,741 times a morning."""
    last = Stage(Unit.BIRTHDAY, last_birthday)
    return {
        (kind, anchor): stage
        for (kind, anchor), stage in due_stages(stages, on).items()
        if kind is Kind.PREGNANCY or on <= falls_on(last, anchor)
    }


def wanted_today(
    municipality: Municipality, on: date, areas: Sequence[str] = ()
) -> dict[Wanted, list[Relation]]:
    """The groups of readers not yet planned today, and the relations each group covers.

    ``areas`` are those whose readers make groups of their own; all others live nowhere special.
    """
    due = due_today(on, municipality.last_birthday)
    groups: dict[Wanted, list[Relation]] = {}
    with _joining_sets() as cursor:
        cursor.execute(
            sqlfile.load(__file__, "due_readers"),
            {
                "municipality": municipality.pk,
                "run_day": on,
                "kinds": [kind.value for kind, _ in due],
                "anchors": [anchor for _, anchor in due],
                "areas": list(areas),
            },
        )
        for kind, anchor, variant, relation, area in cursor.fetchall():
            stage = due[Kind(kind), anchor]
            audience = AUDIENCE_OF[Relation(relation)]
            group = Wanted(Kind(kind), anchor, stage, Variant(variant), audience, area)
            groups.setdefault(group, []).append(Relation(relation))
    return groups


def _may_plan(municipality_id: int) -> bool:
    """Whether nobody else plans this municipality now: two planners then share a list instead of
    waiting for each other at every entry. Held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('plan_day'), %s)", [municipality_id]
        )
        (free,) = cursor.fetchone()
    return bool(free)


def ensure_month(on: date) -> None:
    """Make the ledger's partition for that day's month, if it is missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery_ensure_month(%s)", [on])


@contextmanager
def _joining_sets() -> Iterator[CursorWrapper]:
    """A cursor whose statements join whole sets, never one row after the other.

    Every morning begins with statistics that do not know the day yet. The server then expects one
    row of today's and compares everybody with everybody: 4 s instead of 40 ms for a top-up of
    7,000 readers, and sixteen times as long for four times as many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")


def _write(municipality: Municipality, run: Run) -> dict[tuple[str, str], int]:
    areas = areas_in_force(run.run_day)
    groups = wanted_today(municipality, run.run_day, areas)
    if not groups:
        return {}  # as nearly every top-up finds it
    frozen = freeze(municipality, run.run_day, groups)
    rows = [
        (group, relation, edition)
        for group, edition in frozen.items()
        for relation in groups[group]
    ]
    if not rows:
        return {}
    with _joining_sets() as cursor:
        cursor.execute(
            sqlfile.load(__file__, "plan_day"),
            {
                "municipality": municipality.pk,
                "run_day": run.run_day,
                "opens_at": run.opens_at,
                "closes_at": run.closes_at,
                "kinds": [group.kind.value for group, _, _ in rows],
                "anchors": [group.anchor for group, _, _ in rows],
                "variants": [group.variant.value for group, _, _ in rows],
                "relations": [relation.value for _, relation, _ in rows],
                "places": [group.area for group, _, _ in rows],
                "texts": [edition.text_id for _, _, edition in rows],
                "editions": [edition.edition_id for _, _, edition in rows],
                "areas": areas,
            },
        )
        return {(channel, state): count for channel, state, count in cursor.fetchall()}


def _note(municipality: Municipality, run: Run, added: dict[tuple[str, str], int]) -> None:
    for channel in {channel for channel, _ in added}:
        count = sum(n for (where, _), n in added.items() if where == channel)
        lane, _ = Lane.objects.get_or_create(
            municipality=municipality,
            run_day=run.run_day,
            channel=channel,
            defaults={"not_before": run.opens_at, "is_held": is_held(run.run_day, channel)},
        )
        lane.planned += count
        lane.is_open = True
        lane.save(update_fields=["planned", "is_open"])
    # The database's clock, and the moment this planning began to look: with a planner's clock an
    # hour ahead, people who join would have waited for an hour; who joins meanwhile comes next time.
    Run.objects.filter(pk=run.pk).update(
        planned_at=Coalesce("planned_at", TransactionNow()), topped_up_at=TransactionNow()
    )
    if added:
        Run.objects.filter(pk=run.pk).update(finished_at=None)


def whole_day(on: date) -> tuple[datetime, datetime]:
    """A window from this moment on that leaves at least two hours: for a run by hand."""
    now = clock.now()
    return now - timedelta(seconds=1), max(clock.at(on, time(23, 59, 59)), now + timedelta(hours=2))
