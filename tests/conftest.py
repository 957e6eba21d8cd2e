"""The suite runs as production does: tables made by the owner, everything else by the weak role."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

# Filled by migrations and needed by every test: a cleaning between tests leaves them alone.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def _as_owner(name: str) -> psycopg.Connection[tuple[object, ...]]:
    return _connect("owner", name)


def _connect(alias: str, name: str) -> psycopg.Connection[tuple[object, ...]]:
    database = settings.DATABASES[alias]
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"] or None,
        dbname=name,
        autocommit=True,
        # An administrator's URL becomes the owner by an option (``-c role=…``).
        **{k: v for k, v in database.get("OPTIONS", {}).items() if k == "options"},
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One database for this process, migrated by the owner and dropped at the end."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    home = settings.DATABASES["owner"]["NAME"]
    name = f"test_{home}_{worker}_{os.getpid()}"
    with _as_owner(home) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    for alias in ("owner", "default"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
        yield
        connections.close_all()
    # A thread of a live server may still hold a connection. Only its own role may end it.
    with _connect("default", home) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [name],
        )
    with _as_owner(home) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _clean_as_owner(case: TransactionTestCase) -> None:
    """After a test that really committed: the weak role has no TRUNCATE, by design."""
    del case
    connections["default"].close()
    with _as_owner(settings.DATABASES["default"]["NAME"]) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            )
            if row[0] not in KEPT
        ]
        connection.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(
                sql.SQL(", ").join(sql.Identifier(str(table)) for table in tables)
            )
        )


setattr(TransactionTestCase, "_fixture_teardown", _clean_as_owner)  # noqa: B010  a private name


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Login limits and the like must not travel from test to test."""
    from django.core.cache import cache

    cache.clear()
