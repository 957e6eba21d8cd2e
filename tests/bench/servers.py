"""PostgreSQL and Valkey for one benchmark: fresh, tuned as one would on two cores, thrown away.

Durability is as in production (fsync on, synchronous_commit on): a figure without it is no figure.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from kizuna.embedded import binaries, database, keys, postgres, valkey
from kizuna.embedded.places import Places, throwaway
from kizuna.embedded.services import NOWHERE, SWITCHES

MIGRATED = "kizuna_migrated"
# For 16 GB of memory and two cores; `docs/scale.md` repeats them.
TUNED = {
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "max_connections": "100",
    "jit": "off",
}


@dataclass(frozen=True)
class Servers:
    """Both, running. ``environment`` has everything a process of ours needs but a database."""

    places: Places
    environment: dict[str, str]

    @property
    def administrator(self) -> str:
        """The superuser's address: it makes databases and measures nothing."""
        return postgres.url(self.places.sockets, "postgres", "postgres")

    def with_database(self, name: str) -> dict[str, str]:
        """The environment for one database; the owner's role is there for loading the past."""
        return {
            **self.environment,
            "DATABASE_URL": postgres.url(self.places.sockets, database.APP, name),
            "DATABASE_OWNER_URL": postgres.url(self.places.sockets, database.OWNER, name),
        }

    @contextmanager
    def fresh_database(self, name: str) -> Iterator[dict[str, str]]:
        """A copy of the migrated one, dropped afterwards; yields the environment for it."""
        with psycopg.connect(self.administrator, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    *map(sql.Identifier, (name, database.OWNER, MIGRATED))
                )
            )
        try:
            yield self.with_database(name)
        finally:
            with psycopg.connect(self.administrator, autocommit=True) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )


@contextmanager
def running() -> Iterator[Servers]:
    """Both up with an empty database ``kizuna_migrated``; ended and removed afterwards."""
    # Whatever database or broker the caller works with, it is not measured and not written to.
    given = {k: v for k, v in os.environ.items() if k not in SWITCHES and not k.startswith("PG")}
    with throwaway() as places, ExitStack() as ending:
        environment = keys.load_or_make(places.base / "keys.json") | given
        programs = places.services / "programs"
        found = binaries.find_postgres()
        found = binaries.reachable_postgres(found, places.account, programs)
        _tune(found, places, environment)
        ending.callback(postgres.start(found, places, environment).end)
        program = binaries.reachable_valkey(binaries.find_valkey(), places.account, programs)
        ending.callback(valkey.start(program, places, environment).end)
        servers = Servers(
            places,
            {
                **environment,
                "REDIS_URL": valkey.url(places.sockets),
                "EMAIL_URL": f"smtp://127.0.0.1:{NOWHERE}",
                "LINE_API_BASE_URL": f"http://127.0.0.1:{NOWHERE}",
                "LOG_LEVEL": "WARNING",
            },
        )
        with psycopg.connect(servers.administrator, autocommit=True) as connection:
            database.prepare_roles(connection)
            database.make_database(connection, MIGRATED)
        yield servers


def _tune(found: binaries.Postgres, places: Places, environment: dict[str, str]) -> None:
    """A server's memory is decided at its start: start, write, end."""
    server = postgres.start(found, places, environment)
    try:
        administrator = postgres.url(places.sockets, "postgres", "postgres")
        with psycopg.connect(administrator, autocommit=True) as connection:
            for name, value in TUNED.items():
                connection.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(
                        sql.Identifier(name), sql.Literal(value)
                    )
                )
    finally:
        server.end()
