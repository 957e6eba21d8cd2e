"""The servers of the drills: one PostgreSQL and one Valkey for all, a fresh world for each.

Single-threaded on purpose: children are started between fork and exec with a parent-death signal.
"""

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta, timezone

import psycopg
from psycopg import sql as sqltext

from kizuna.embedded import binaries, database, keys, postgres, valkey
from kizuna.embedded.places import CHECKOUT, Places
from kizuna.embedded.process import Child, die_with_parent
from kizuna.embedded.services import SWITCHES
from tests.drills.world import World

JAPAN = timezone(timedelta(hours=9))
SHORT = {"CLAIM_LEASE_SECONDS": "4", "SEND_LEASE_SECONDS": "12", "TICK_SECONDS": "2"}


def today() -> str:
    return datetime.now(JAPAN).date().isoformat()


class Rig:
    """The servers that outlive a drill. Ended by ``ending``."""

    def __init__(self, places: Places, ending: ExitStack, *, short: bool = False) -> None:
        """``short``: a round for CI; a drill may do its damage for a shorter while."""
        self.places, self.short = places, short
        # PGHOST and the like of another server would lead our children there.
        for name in [name for name in os.environ if name.startswith("PG") or name in SWITCHES]:
            del os.environ[name]
        self.environment = {**os.environ, **keys.load_or_make(places.base / "keys.json"), **SHORT}
        self.environment["DJANGO_SETTINGS_MODULE"] = "kizuna.settings"
        self.environment["PYTHONPATH"] = str(CHECKOUT)
        room = places.services / "programs"
        found = binaries.find_postgres()
        self._postgres_programs = binaries.reachable_postgres(found, places.account, room)
        self._valkey_program = binaries.reachable_valkey(
            binaries.find_valkey(), places.account, room
        )
        self.postgres = self.start_postgres()
        ending.callback(self.stop_postgres)
        with self.admin("postgres") as connection:
            database.prepare_roles(connection)
        self.valkey = self.start_redis()
        ending.callback(self.stop_redis)
        self._worlds: dict[tuple[str, int], World] = {}

    # --- PostgreSQL ---------------------------------------------------------------------------

    def start_postgres(self) -> Child:
        """Durable, unlike a test's: a crash may lose nothing that was committed."""
        self.postgres = postgres.start(self._postgres_programs, self.places, self.environment)
        return self.postgres

    def crash_postgres(self) -> None:
        """Immediate shutdown: what a crash of the machine's service leaves behind."""
        self.postgres.process.send_signal(signal.SIGQUIT)
        self.postgres.process.wait(30)

    def stop_postgres(self) -> None:
        self.postgres.end()

    def admin(self, name: str) -> psycopg.Connection:
        """As the superuser: row-level security is silent."""
        return psycopg.connect(
            postgres.url(self.places.sockets, "postgres", name), autocommit=True, connect_timeout=5
        )

    def url(self, role: str, name: str) -> str:
        return postgres.url(self.places.sockets, role, name)

    def clone(self, template: str, name: str) -> None:
        with self.admin("postgres") as connection:
            for text in (
                sqltext.SQL("DROP DATABASE IF EXISTS {0} WITH (FORCE)"),
                sqltext.SQL("CREATE DATABASE {0} OWNER {1} TEMPLATE {2}"),
            ):
                connection.execute(
                    text.format(
                        sqltext.Identifier(name),
                        sqltext.Identifier(database.OWNER),
                        sqltext.Identifier(template),
                    )
                )

    def drop(self, name: str) -> None:
        with self.admin("postgres") as connection:
            connection.execute(
                sqltext.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sqltext.Identifier(name)
                )
            )

    # --- Valkey -------------------------------------------------------------------------------

    def start_redis(self) -> Child:
        self.valkey = valkey.start(self._valkey_program, self.places, self.environment)
        return self.valkey

    def stop_redis(self) -> None:
        self.thaw_redis()
        self.valkey.end()

    def restart_redis(self) -> None:
        self.stop_redis()
        self.start_redis()

    def freeze_redis(self) -> None:
        self.valkey.process.send_signal(signal.SIGSTOP)

    def thaw_redis(self) -> None:
        with suppress(ProcessLookupError):
            self.valkey.process.send_signal(signal.SIGCONT)

    def redis(self, *words: str) -> bytes:
        """One command; the raw answer."""
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(self.places.sockets / valkey.SOCKET))
            client.sendall(f"*{len(words)}\r\n{''.join(parts)}".encode())
            return client.recv(65_536)

    # --- Worlds -------------------------------------------------------------------------------

    def environment_for(self, name: str, *, owner: bool = False) -> dict[str, str]:
        urls = {"DATABASE_URL": self.url(database.APP, name)}
        if owner:
            urls["DATABASE_OWNER_URL"] = self.url(database.OWNER, name)
        return {
            **self.environment,
            **urls,
            "REDIS_URL": valkey.url(self.places.sockets),
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "LINE_API_BASE_URL": "http://127.0.0.1:9",
        }

    def world(self, seed: int) -> World:
        """The world of that seed and of today, as the template database ``world_…``."""
        key = today(), seed
        if key not in self._worlds:
            with self.admin("postgres") as connection:
                database.make_database(connection, "empty")
            self._desk("empty", "migrate")
            name = self.template(key)
            self.clone("empty", name)
            path = self.places.base / f"{name}.json"
            self._desk(name, "build", str(seed), str(path))
            with self.admin(name) as connection:
                connection.execute("ANALYZE")
            self._worlds[key] = World.read(path)
        return self._worlds[key]

    @staticmethod
    def template(key: tuple[str, int]) -> str:
        return f"world_{key[0].replace('-', '')}_{key[1]}"

    def _desk(self, name: str, command: str, *arguments: str) -> None:
        answer = self.places.base / "desk.json"
        subprocess.run(
            [sys.executable, "-m", "tests.drills.desk", command, str(answer), *arguments],
            env=self.environment_for(name, owner=True),
            cwd=CHECKOUT,
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGTERM),
            timeout=300,
        )
