"""All of Japan behind the NPO's door: 1,741 municipalities, a million readers, ten million past rows.

The history is counted as production counts it, once; older months and days are copies of what came
out, with other numbers. Nothing else is made up: the pages are asked through all middleware.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import psycopg
from django.core.cache import cache
from django.test import Client

from delivery import facts
from kizuna.lib import clock
from municipalities.models import Municipality
from tests.bench import country, dashboards, planning, world
from tests.bench.harness import Measured, Options, measure, percentile, seconds

PLACES, QUICK_PLACES = 1_741, 30
READERS, QUICK_READERS = 1_000_000, 3_000
PAST, QUICK_PAST = 10_000_000, 60_000
DAYS = 40
MONTHS = 36
"""So many months of figures are behind the charts."""
REQUESTS, QUICK_REQUESTS = 100, 10
TARGET = 300.0
"""Milliseconds, 95 of 100 requests."""


@measure
def npo_pages(options: Options) -> Iterator[Measured]:
    """The night's count, then every page of Today and Figures that is read most."""
    past = options.rows or (QUICK_PAST if options.quick else PAST)
    readers = QUICK_READERS if options.quick else READERS
    today = clock.today()
    places = country._municipalities(QUICK_PLACES if options.quick else PLACES)
    sizes = world.sizes_log_uniform(past // DAYS, len(places))
    dashboards.add_days(places, sizes, [today - timedelta(n) for n in range(DAYS + 1)], today)
    _add_history(places, readers, today)
    yield _counted("the end of a month", lambda: facts.take_month_ends(today), len(places), readers)
    yield _counted(
        "yesterday's figures", lambda: facts.count_yesterday(today), len(places), readers
    )
    _add_past()
    client, largest = dashboards._npo(), places[sizes.index(max(sizes))]
    for path in _paths(largest, today):
        yield _page(client, path, QUICK_REQUESTS if options.quick else REQUESTS, past)


def _paths(largest: Municipality, today: date) -> Sequence[str]:
    return (
        "/npo/",
        "/npo/?page=2",
        f"/npo/today/{largest.slug}/{today.isoformat()}/",
        "/npo/days/",
        "/npo/figures/",
        "/npo/figures/?months=36",
        "/npo/figures/municipalities/",
        "/npo/figures/municipalities/?sort=size",
        f"/npo/figures/m/{largest.slug}/",
        f"/npo/figures/m/{largest.slug}/?months=36",
        "/status/",
    )


def _page(client: Client, path: str, count: int, past: int) -> Measured:
    busy = planning._server_cpu()
    # Everybody's page is kept a minute: measured is the request that counts it anew.
    took = dashboards.times(client, path, count, cache.clear)
    in_server = (planning._server_cpu() - busy) * 1000 / (count + dashboards.WARM_UP)
    p95 = percentile(took.wall, 0.95)
    return Measured(
        f"{path}, {past:,} rows of the past: p95", "ms", p95,
        {
            "p50": percentile(took.wall, 0.5),
            "CPU of a request here, p50": percentile(took.cpu, 0.5),
            "CPU of a request in the database, mean": in_server,
        },
        p95 / TARGET, f"< {TARGET:.0f} ms", p95 < TARGET, count,
    )  # fmt: skip


def _counted(what: str, work: Callable[[], object], places: int, readers: int) -> Measured:
    took = seconds(work)
    return Measured(
        f"{what} of {places:,} municipalities and {readers:,} readers", "s", took,
        notes=(f"{took / places * 1000:.1f} ms each",),
    )  # fmt: skip


def _add_history(places: Sequence[Municipality], readers: int, today: date) -> None:
    """Spans of readers who came in the last three years; one in eight has left again."""
    sizes = world.sizes_log_uniform(readers, len(places))
    with psycopg.connect(country.administrator()) as administrator:
        administrator.execute("SET synchronous_commit = off")
        administrator.execute("CREATE TEMP TABLE home (id bigint, size int)")
        with administrator.cursor() as cursor:
            rows = zip([one.pk for one in places], sizes, strict=True)
            cursor.executemany("INSERT INTO home VALUES (%s, %s)", list(rows))
        for statement in HISTORY:
            administrator.execute(statement, {"today": today})
    _vacuum()


def _add_past() -> None:
    """What production would have counted before: months, days, births."""
    with psycopg.connect(country.administrator()) as administrator:
        administrator.execute("SET synchronous_commit = off")
        for statement in COPIES:
            administrator.execute(statement, {"months": MONTHS - 1, "days": 60})
    _vacuum()


def _vacuum() -> None:
    with psycopg.connect(country.administrator(), autocommit=True) as administrator:
        administrator.execute("VACUUM ANALYZE")


HISTORY = (
    "UPDATE municipalities_municipality SET created_at = now() - interval '3 years'",
    """
    INSERT INTO municipalities_readerspan (municipality_id, subscription_id, reader_id, course_id,
        kind, anchor, children, channel, relation, starts_on, from_at, until_at, ended_by)
    SELECT id, number, number, number - dice / 97 %% 2, kind, %(today)s::date - age, 1,
        CASE WHEN dice %% 100 < 55 THEN 'line' ELSE 'email' END,
        (ARRAY['father', 'undisclosed', 'grandparent', 'around', 'mother', 'mother', 'mother',
            'mother', 'mother', 'mother'])[1 + dice / 7 %% 10],
        '2020-01-01', now() - make_interval(days => since),
        CASE WHEN dice %% 8 = 3 THEN now() - make_interval(days => since / 3) END,
        CASE WHEN dice %% 8 = 3 THEN
            (ARRAY['stopped', 'blocked', 'closed', 'erased'])[1 + dice / 11 %% 4] ELSE '' END
    FROM (
        SELECT id, dice, row_number() OVER () * 2 AS number,
            CASE WHEN dice / 13 %% 4 = 0 THEN 'pregnancy' ELSE 'child' END AS kind,
            CASE WHEN dice / 13 %% 4 = 0 THEN dice / 17 %% 230 - 230 ELSE dice / 17 %% 1000 END AS age,
            dice / 19 %% 1000 AS since
        FROM (
            SELECT id, abs(hashint8(nth * 10000 + id)) AS dice
            FROM home, generate_series(1, size) AS nth
        ) AS chance
    ) AS reader
    """,
    # As if every night before had counted: only yesterday is owed.
    """
    INSERT INTO delivery_audiencefact (municipality_id, "on", dimension, value, readers,
        subscriptions, courses, children)
    SELECT id, %(today)s::date - 1, 'all', '', 0, 0, 0, 0 FROM home
    """,
)
COPIES = (
    """
    INSERT INTO delivery_monthend (municipality_id, month_end, dimension, value, readers,
        subscriptions, courses, children, last_birthday, taken_at)
    SELECT municipality_id,
        (date_trunc('month', month_end) - make_interval(months => back - 1))::date - 1,
        dimension, value, greatest(0, readers - back), greatest(0, subscriptions - back),
        greatest(0, courses - back), greatest(0, children - back), last_birthday, taken_at
    FROM delivery_monthend, generate_series(1, %(months)s) AS back
    """,
    """
    INSERT INTO delivery_monthflow (municipality_id, month, flow, dimension, value, count)
    SELECT municipality_id, (month - make_interval(months => back))::date, flow, dimension, value,
        count + back
    FROM delivery_monthflow, generate_series(1, %(months)s) AS back
    """,
    """
    INSERT INTO delivery_audiencefact (municipality_id, "on", dimension, value, readers,
        subscriptions, courses, children)
    SELECT municipality_id, "on" - back, dimension, value, readers, subscriptions, courses, children
    FROM delivery_audiencefact, generate_series(1, %(days)s) AS back
    """,
    """
    INSERT INTO delivery_flowfact (municipality_id, "on", flow, channel, count)
    SELECT municipality_id, "on" - back, flow, channel, count
    FROM delivery_flowfact, generate_series(1, %(days)s) AS back
    """,
    """
    INSERT INTO municipalities_births (municipality_id, year, count, noted_at, source)
    SELECT id, extract(year FROM now())::int - back, 50 + id %% 900, now(), ''
    FROM municipalities_municipality, generate_series(1, 4) AS back
    """,
)
