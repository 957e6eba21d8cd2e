"""PostgreSQL and Valkey, or what the environment names instead, and the variables that name them."""

import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from kizuna.embedded import binaries, database, keys, postgres, valkey
from kizuna.embedded.places import CHECKOUT, Places
from kizuna.embedded.process import Child
from kizuna.embedded.speech import CannotStart, say

NOWHERE = 9
"""The discard port. Tests must not reach the mail catcher of a demo that runs beside them."""


SWITCHES = frozenset(
    {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "LINE_API_BASE_URL",
        "SECRET_KEY",
        "ENCRYPTION_KEYS",
        "BLIND_INDEX_KEY",
    }
)
"""What we provide unless it is given."""


@dataclass
class Services:
    """What runs, and the environment for whoever works with it."""

    environment: dict[str, str]
    given: frozenset[str] = frozenset()
    """The variables of ``SWITCHES`` that the caller set."""
    children: list[Child] = field(default_factory=list)

    def require_alive(self) -> None:
        """
        Raises:
            ChildDied: one of them has ended by itself.
        """
        for child in self.children:
            child.require_alive()

    def without_owner(self) -> dict[str, str]:
        """The environment of web and workers: the role that owns the tables is not theirs."""
        return {k: v for k, v in self.environment.items() if k != "DATABASE_OWNER_URL"}


def read_env_file(path: Path) -> dict[str, str]:
    """``NAME=value`` lines, read as the settings read them."""
    found: dict[str, str] = {}
    if not path.is_file():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        pair = re.fullmatch(r"(?:export )?([A-Za-z_0-9]+)=(.*)", line.strip())
        if pair:
            name, value = pair.groups()
            quoted = re.fullmatch(r"(['\"])(.*)\1", value)
            found[name] = quoted[2] if quoted else value
    return found


def given_environment(*, throwaway: bool) -> dict[str, str]:
    """The caller's environment over .env. Tests go without .env: it may name real services."""
    from_file = {} if throwaway else read_env_file(CHECKOUT / ".env")
    together = from_file | dict(os.environ)
    # ``REDIS_URL=`` means not set.
    return {name: value for name, value in together.items() if value or name not in SWITCHES}


@contextmanager
def running_services(places: Places, *, throwaway: bool = False) -> Iterator[Services]:
    """Both up, their addresses and our keys in the environment; both ended afterwards.

    Raises:
        CannotStart: a program is missing, or a given address does not fit.
        ChildDied: one ended while starting.
    """
    given = given_environment(throwaway=throwaway)
    services = Services(keys.load_or_make(places.base / "keys.json") | given, SWITCHES & set(given))
    with ExitStack() as ending:
        _start_postgres(services, places, given, ending, quick=throwaway)
        _start_valkey(services, places, given, ending)
        mail, line = (NOWHERE, NOWHERE) if throwaway else (1025, 8026)
        services.environment.setdefault("EMAIL_URL", f"smtp://127.0.0.1:{mail}")
        services.environment.setdefault("LINE_API_BASE_URL", f"http://127.0.0.1:{line}")
        yield services


def _start_postgres(
    services: Services,
    places: Places,
    given: Mapping[str, str],
    ending: ExitStack,
    *,
    quick: bool,
) -> None:
    if given.get("DATABASE_URL"):
        urls = database.prepare_given(given)
        say("DATABASE_URL のデータベースを使います", "using the database of DATABASE_URL")
    else:
        urls = _start_our_postgres(services, places, ending, quick=quick)
    services.environment |= {"DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}


def _start_our_postgres(
    services: Services, places: Places, ending: ExitStack, *, quick: bool
) -> database.Urls:
    # PGPORT, PGHOST, PGSERVICE … of another server would lead us and our children there.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
        services.environment.pop(name, None)
    began = time.monotonic()
    found = binaries.find_postgres()
    found = binaries.reachable_postgres(found, places.account, places.services / "programs")
    child = postgres.start(found, places, services.environment, quick=quick)
    ending.callback(child.end)
    services.children.append(child)
    administrator = postgres.url(places.sockets, "postgres", "postgres")
    with psycopg.connect(administrator, autocommit=True) as connection:
        database.prepare_roles(connection)
        database.make_database(connection, database.DATABASE)
    took = time.monotonic() - began
    say(
        f"PostgreSQL {found.major} を起動しました({took:.1f} 秒)",
        f"PostgreSQL {found.major} is up ({took:.1f} s)",
    )
    return database.Urls(
        app=postgres.url(places.sockets, database.APP, database.DATABASE),
        owner=postgres.url(places.sockets, database.OWNER, database.DATABASE),
    )


def _start_valkey(
    services: Services, places: Places, given: Mapping[str, str], ending: ExitStack
) -> None:
    if given.get("REDIS_URL"):
        require_answer("REDIS_URL", given["REDIS_URL"], 6379)
        say("REDIS_URL のサーバーを使います", "using the server of REDIS_URL")
        return
    began = time.monotonic()
    room = places.services / "programs"
    program = binaries.reachable_valkey(binaries.find_valkey(), places.account, room)
    child = valkey.start(program, places, given)
    ending.callback(child.end)
    services.children.append(child)
    services.environment["REDIS_URL"] = valkey.url(places.sockets)
    took = time.monotonic() - began
    say(f"Valkey を起動しました({took:.1f} 秒)", f"Valkey is up ({took:.1f} s)")


def require_answer(variable: str, url: str, usual_port: int) -> None:
    """Somebody must listen at a given address; what they answer is for the settings to judge.

    Raises:
        CannotStart: nobody does.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(parts.path)
        else:
            where = (parts.hostname or "", parts.port or usual_port)
            socket.create_connection(where, timeout=5).close()
    except (OSError, ValueError) as error:
        raise CannotStart(
            f"{variable} のサーバーにつながりません。アドレスをお確かめください。 / "
            f"Cannot reach the server of {variable}: {error}."
        ) from error
