"""A day of any size: municipalities of very different sizes, readers who are due and who are not.

Rows are made by ``generate_series`` inside the server: a million readers in seconds. Addresses are
not real ones; whatever opens them takes its readers from ``tests.bench.country``.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg

from delivery.planning import due_today
from messages.domain.stage import Kind
from tests.bench import country

SEED = 20260401
SPREAD = 600
"""The largest municipality has this many times the readers of the smallest."""
NOT_DUE = 0.5
"""Readers who have no text today, for each who has: planning must pass them by."""


@dataclass(frozen=True)
class World:
    """``sizes`` are readers with a text today, one for each municipality."""

    ids: list[int]
    sizes: list[int]

    @property
    def due(self) -> int:
        return sum(self.sizes)


def sizes_log_uniform(due: int, places: int) -> list[int]:
    """As many small as large ones on a scale of factors, in random order; they add up to ``due``."""
    draw = random.Random(SEED)
    weights = [SPREAD ** draw.random() for _ in range(places)]
    sizes = [max(1, int(due * weight / sum(weights))) for weight in weights]
    sizes[sizes.index(max(sizes))] += due - sum(sizes)
    return sizes


def make(due: int, places: int, today: date) -> World:
    """Texts of the full course, municipalities, readers. The database must be empty."""
    country._publish(today)
    municipalities = country._municipalities(places)
    country._blocks(municipalities)
    ids, sizes = [one.pk for one in municipalities], sizes_log_uniform(due, places)
    add_readers(ids, sizes, today)
    return World(ids, sizes)


def add_readers(ids: Sequence[int], sizes: Sequence[int], today: date) -> None:
    """Readers for each municipality, all of one place side by side, as an import leaves them.

    One in 50 rests, one in 50 is blocked, one in 20 reads easy Japanese, one in 200 had a date
    moved. Keys and triggers rest meanwhile: the rows fit by construction.
    """
    due = sorted(due_today(today, last_birthday=3))
    idle = [(Kind.CHILD, day) for day in _days_without_text(due, today)]
    with psycopg.connect(country.administrator()) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("CREATE TEMP TABLE place (id bigint, size int)")
        connection.execute("CREATE TEMP TABLE anchor (at int, is_due bool, kind text, day date)")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO place VALUES (%s, %s)", zip(ids, sizes, strict=True))
            for is_due, days in ((True, due), (False, idle)):
                cursor.executemany(
                    "INSERT INTO anchor VALUES (%s, %s, %s, %s)",
                    [(at, is_due, kind, day) for at, (kind, day) in enumerate(days)],
                )
        connection.execute(PEOPLE, [NOT_DUE, len(due), len(idle)])
        for statement in TABLES:
            connection.execute(statement, {"begun": today - timedelta(days=30)})
    with psycopg.connect(country.administrator(), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _days_without_text(due: Sequence[tuple[Kind, date]], today: date) -> list[date]:
    taken = {day for kind, day in due if kind is Kind.CHILD}
    days = (today - timedelta(days=number) for number in range(101, 1_095))
    return [day for day in days if day not in taken]


# A number's digest stands for chance: the same world every time.
PEOPLE = """
    CREATE TEMP TABLE person AS
    SELECT numbered.id, home, kind, day, dice
    FROM (
        SELECT
            nextval('municipalities_reader_id_seq') AS id, place.id AS home, nth <= size AS is_due,
            abs(hashint8extended(nth * 100000 + place.id, 7)) AS dice
        FROM place CROSS JOIN generate_series(1, size + (size * %s)::int) AS nth
    ) AS numbered
    JOIN anchor ON anchor.is_due = numbered.is_due
        AND anchor.at = (dice / 1000000) %% CASE WHEN numbered.is_due THEN %s ELSE %s END
    ORDER BY numbered.id
"""
TABLES = (
    """
    INSERT INTO municipalities_reader (id, municipality_id, variant, language, area, no_broadcasts,
        link_generation, created_at)
    SELECT id, home, CASE WHEN dice %% 20 = 0 THEN 'easy' ELSE 'standard' END, 'ja', '', false, 1,
        now()
    FROM person
    """,
    """
    INSERT INTO municipalities_endpoint (id, municipality_id, reader_id, kind, address_sealed,
        address_key, verified_at, blocked_at, blocked_reason)
    SELECT id, home, id, CASE WHEN dice %% 100 < 55 THEN 'line' ELSE 'email' END,
        sha256(int8send(id)), sha256(int8send(id)), now(),
        CASE WHEN dice %% 50 = 7 THEN now() END,
        CASE WHEN dice %% 50 = 7 THEN 'unknown_recipient' ELSE '' END
    FROM person
    """,
    """
    INSERT INTO municipalities_course (id, municipality_id, due_date, birth_date, children,
        is_provisional, realigned_on)
    SELECT id, home, CASE WHEN kind = 'pregnancy' THEN day END,
        CASE WHEN kind = 'child' THEN day END, 1, false,
        CASE WHEN dice %% 200 = 11 THEN %(begun)s::date END
    FROM person
    """,
    """
    INSERT INTO municipalities_subscription (id, municipality_id, reader_id, course_id,
        endpoint_id, relation, starts_on, paused_at, created_at)
    SELECT id, home, id, id, id,
        (ARRAY['father', 'undisclosed', 'grandparent', 'father', 'mother', 'mother', 'mother',
            'mother', 'mother', 'mother'])[1 + dice %% 10],
        %(begun)s, CASE WHEN dice %% 50 = 13 THEN now() END, now()
    FROM person
    """,
)
