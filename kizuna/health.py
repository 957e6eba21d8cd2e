"""Seen from outside: is the process alive, can it work, and is the morning on time?"""

import hmac
import threading
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from delivery import clocks
from delivery.alarms import reading
from delivery.due import oldest_due_seconds, oldest_service_mail_seconds
from delivery.invariants import remembered
from delivery.models import Heartbeat
from kizuna.lib import clock
from kizuna.queues import Queue
from municipalities.tenancy.scope import across_for_npo

# Beat ticks every minute; two missed ones are not yet a fault, ten minutes are an alarm.
BEAT_LATE = timedelta(minutes=10)

_migrated = threading.Event()
"""This process has seen all its migrations in the database: while it lives, none is taken back."""


@login_not_required
@require_GET
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing, so that a database outage restarts no web process."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations, Redis, and beat's last sign of life; 503 where one is missing."""
    del request
    checks = {"database": _database(), "redis": _redis(), "beat": _beat()}
    # Without Redis and beat the web process still serves: only the database takes it out.
    status = 200 if checks["database"] == "ok" else 503
    return JsonResponse(checks, status=status)


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges in Prometheus' format, for whoever holds METRICS_TOKEN."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), wanted.encode()):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    oldest = Gauge(
        "kizuna_oldest_due_delivery_seconds",
        "Age of the oldest delivery that is due and not yet handed over",
        ["channel"],
        registry=registry,
    )
    for channel, seconds in oldest_due_seconds().items():
        oldest.labels(channel).set(seconds)
    service_mails = Gauge(
        "kizuna_service_mails_waiting_seconds",
        "How long the oldest confirmation or the like has been due and not handed over",
        registry=registry,
    )
    service_mails.set(oldest_service_mail_seconds())
    queue = Gauge("kizuna_queue_length", "Wake-ups waiting in Redis", ["queue"], registry=registry)
    for name, length in _queue_lengths().items():
        queue.labels(name).set(length)
    seen = Gauge(
        "kizuna_heartbeat_age_seconds", "Since beat or a worker spoke", ["name"], registry=registry
    )
    for name, at in Heartbeat.objects.values_list("name", "at"):
        seen.labels(name).set((clock.now() - at).total_seconds())
    apart = Gauge(
        "kizuna_clock_difference_seconds",
        "How far the database's clock is ahead of this host's; beyond six hours nobody works",
        registry=registry,
    )
    apart.set(clocks.difference().total_seconds())
    broken = Gauge(
        "kizuna_broken_invariants",
        "Municipalities in which an invariant of yesterday does not hold; absent: nobody checked",
        ["invariant"],
        registry=registry,
    )
    for name, municipalities in remembered().items():
        broken.labels(name).set(municipalities)
    _alarms(registry)
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4")


def _alarms(registry: CollectorRegistry) -> None:
    """How many are open, and since when nobody has looked: with that, their silence is heard too."""
    looked = Gauge(
        "kizuna_alarms_looked_age_seconds",
        "Since somebody last looked for alarms; absent: nobody ever did",
        registry=registry,
    )
    found = Gauge(
        "kizuna_alarms_open", "Alarms that are not over", ["cause", "state"], registry=registry
    )
    with across_for_npo():
        last = reading.last_looked()
        counts = reading.open_counts()
    if last is None:
        registry.unregister(looked)
    else:
        looked.set((clock.now() - last).total_seconds())
    for cause, state, count in counts:
        found.labels(cause, state).set(count)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "ok" if _is_migrated() else "migrations missing"
    except DatabaseError:
        return "unreachable"


def _is_migrated() -> bool:
    """Asked until it is so: a comparison reads every migration and costs 15 ms, a probe comes each second."""
    if not _migrated.is_set():
        executor = MigrationExecutor(connections["default"])
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _migrated.set()
    return _migrated.is_set()


def _client() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def _redis() -> str:
    try:
        _client().ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def _queue_lengths() -> dict[str, int]:
    try:
        client = _client()
        return {queue.value: int(client.llen(queue.value)) for queue in Queue}
    except redis.RedisError:
        return {}


def _beat() -> str:
    try:
        last = Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()
    except DatabaseError:
        return "unknown"
    if last is None:
        return "never seen"
    return "late" if clock.now() - last > BEAT_LATE else "ok"
