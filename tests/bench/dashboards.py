"""The two first pages with ten million rows of the past in the ledger."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import psycopg
from django.test import Client, override_settings

import kizuna.wsgi  # noqa: F401  The requests are answered in a process that started as the web's.
from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests.bench import country, world
from tests.bench.harness import Measured, Options, measure, percentile

PAST, QUICK_PAST = 10_000_000, 100_000
DAYS, PLACES, QUICK_PLACES = 40, 1_741, 20
REQUESTS, QUICK_REQUESTS, WARM_UP = 200, 20, 5
TARGET = 300.0
"""Milliseconds, 95 of 100 requests."""
BACKEND = "django.contrib.auth.backends.ModelBackend"
STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@measure
def first_pages(options: Options) -> Iterator[Measured]:
    """Both pages with today alone, then with the past behind it. Sending is under way today."""
    past = options.rows or (QUICK_PAST if options.quick else PAST)
    count = QUICK_REQUESTS if options.quick else REQUESTS
    today = clock.today()
    places = country._municipalities(QUICK_PLACES if options.quick else PLACES)
    sizes = world.sizes_log_uniform(past // DAYS, len(places))
    largest = places[sizes.index(max(sizes))]
    pages = {
        f"console, today, {max(sizes):,} rows of it today": (
            _clerk(largest),
            f"/console/{largest.slug}/",
        ),
        f"NPO, today, {len(places)} municipalities": (_npo(), "/npo/"),
        "NPO, today, those behind one reason": (_npo(2), "/npo/?reason=unknown_mailbox"),
        "NPO, one municipality's day": (_npo(3), f"/npo/today/{largest.slug}/{today}/"),
        "NPO, the next seven days": (_npo(4), "/npo/days/"),
    }
    add_days(places, sizes, [today], today)
    alone = {name: times(client, path, count) for name, (client, path) in pages.items()}
    add_days(places, sizes, [today - timedelta(days=n) for n in range(1, DAYS + 1)], today)
    for name, (client, path) in pages.items():
        took = times(client, path, count)
        p95, before = percentile(took.wall, 0.95), percentile(alone[name].wall, 0.95)
        yield Measured(
            f"{name}, {past:,} rows of the past: p95",
            "ms",
            p95,
            {"p95 without a past": before, "p50": percentile(took.wall, 0.5)},
            p95 / before,
            f"< {TARGET:.0f} ms",
            p95 < TARGET,
            count,
            (f"CPU of a request here, without the database: {percentile(took.cpu, 0.5):.0f} ms",),
        )


@dataclass
class Times:
    """Milliseconds of each request: by the wall, and of this process's own CPU."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def times(
    client: Client, path: str, count: int, before: Callable[[], object] = lambda: None
) -> Times:
    """``count`` requests through all middleware, one after the other, ``before`` each of them what is
    not measured."""
    took = Times()
    # Nobody collected the static files here; finding one's name costs nothing either way.
    with override_settings(STORAGES={"staticfiles": STATIC}):
        for number in range(WARM_UP + count):
            before()
            began, busy = time.perf_counter(), time.process_time()
            answer = client.get(path)
            if number >= WARM_UP:
                took.wall.append((time.perf_counter() - began) * 1000)
                took.cpu.append((time.process_time() - busy) * 1000)
            assert answer.status_code == 200, answer.status_code
    return took


def add_days(
    places: Sequence[Municipality], sizes: Sequence[int], days: Sequence[date], today: date
) -> None:
    """Runs, lanes, ledger and facts of these days. Of today's rows a fifth is still to be sent."""
    with psycopg.connect(country.administrator()) as administrator:
        administrator.execute("SET synchronous_commit = off")
        administrator.execute("CREATE TEMP TABLE place (id bigint, size int)")
        with administrator.cursor() as cursor:
            rows = zip([one.pk for one in places], sizes, strict=True)
            cursor.executemany("INSERT INTO place VALUES (%s, %s)", list(rows))
        for day in days:
            is_today = day == today
            named = {"day": day, "pending": 20 if is_today else 0, "ahead": 7 if is_today else 0}
            administrator.execute("SELECT delivery_ensure_month(%(day)s)", named)
            for statement in STATEMENTS:
                administrator.execute(statement, named)
            administrator.commit()
    with psycopg.connect(country.administrator(), autocommit=True) as administrator:
        administrator.execute("VACUUM ANALYZE")


STATEMENTS = (
    """
    INSERT INTO delivery_delivery (run_day, municipality_id, subscription_id, endpoint_id,
        course_id, text_id, edition_id, not_before, expires_at, first_attempt_at, settled_at,
        anchor, kind, channel, state, reason, provider_id)
    SELECT %(day)s, id, nth, nth, nth, 1 + nth %% 533, 1 + nth %% 533, now(), now() + '13 hours',
        CASE WHEN dice >= %(pending)s + 3 THEN now() END,
        CASE WHEN dice >= %(pending)s THEN now() END,
        %(day)s, 'child', CASE WHEN nth %% 100 < 55 THEN 'line' ELSE 'email' END,
        CASE WHEN dice < %(pending)s THEN 'planned' WHEN dice < %(pending)s + 3 THEN 'skipped'
            WHEN dice < %(pending)s + 5 THEN 'failed' ELSE 'sent' END,
        CASE WHEN dice < %(pending)s THEN '' WHEN dice < %(pending)s + 3 THEN 'paused'
            WHEN dice < %(pending)s + 5 THEN 'unknown_recipient' ELSE '' END,
        md5(nth::text)
    FROM place, LATERAL (
        SELECT nth, abs(hashint8(nth)) %% 100 AS dice FROM generate_series(1, size) AS nth
    ) AS reader
    """,
    """
    INSERT INTO delivery_run (municipality_id, run_day, opens_at, closes_at, planned_at,
        topped_up_at, finished_at)
    SELECT id, %(day)s, %(day)s + time '00:00', %(day)s + time '23:59', now(), now(),
        CASE WHEN %(pending)s = 0 THEN now() END
    FROM place
    """,
    """
    INSERT INTO delivery_dailyfact (municipality_id, run_day, channel, state, reason, count)
    SELECT municipality_id, run_day, channel, state, reason, count(*)
    FROM delivery_delivery WHERE run_day = %(day)s GROUP BY 1, 2, 3, 4, 5
    """,
    """
    INSERT INTO delivery_lane (municipality_id, run_day, channel, planned, is_open, is_held,
        not_before, failures)
    SELECT municipality_id, run_day, channel, sum(count), %(pending)s > 0, false, now(), 0
    FROM delivery_dailyfact WHERE run_day = %(day)s GROUP BY 1, 2, 3
    """,
    """
    INSERT INTO delivery_dayfact (municipality_id, run_day, channel, planned, unexplained, is_held,
        counted_at)
    SELECT municipality_id, run_day, channel, planned, 0, false, now()
    FROM delivery_lane WHERE run_day = %(day)s
    """,
    """
    INSERT INTO delivery_pacefact (municipality_id, run_day, channel, slot, count)
    SELECT municipality_id, run_day, channel, slot, count
    FROM delivery_dailyfact, generate_series(96, 96 + least(count, 12)::int - 1) AS slot
    WHERE run_day = %(day)s AND state = 'sent'
    """,
    """
    INSERT INTO delivery_forecast (municipality_id, run_day, channel, expected, without_text, gaps,
        made_at)
    SELECT municipality_id, day, channel, planned, 3, '{"d45": 3}', now()
    FROM delivery_lane, generate_series(run_day, run_day + %(ahead)s, '1 day') AS day
    WHERE run_day = %(day)s
    """,
)


def _clerk(municipality: Municipality) -> Client:
    user = StaffUser.objects.create_user("clerk@example.jp", None, name="窓口")
    with in_municipality(municipality.pk):
        Membership.objects.create(municipality=municipality, user=user, role=Role.EDITOR)
    return _logged_in(user)


def _npo(number: int = 1) -> Client:
    return _logged_in(
        StaffUser.objects.create_user(f"npo{number}@example.jp", None, name="NPO", npo_role="head")
    )


def _logged_in(user: StaffUser) -> Client:
    client = Client(headers={"host": "127.0.0.1", "accept-language": "ja"})
    client.force_login(user, backend=BACKEND)
    return client
