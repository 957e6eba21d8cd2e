"""A PostgreSQL of our own: made once, run in the foreground on a private Unix socket, ended fast.

There is no password and no TCP port: whoever can enter the socket's directory (0700) may connect.
"""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from kizuna.embedded.account import Account
from kizuna.embedded.binaries import Postgres
from kizuna.embedded.places import Places, private
from kizuna.embedded.process import Child, die_with_parent, running, see_off
from kizuna.embedded.speech import CannotStart

PORT = 5432
"""Only part of the socket's name."""
FIRST_BUILTIN_LOCALE = 17
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For data that is thrown away: a power cut may take it."""
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    # Error messages quote rows; rows hold families' addresses.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
)
LONGEST_RECOVERY = 120
"""Seconds. After a kill the write-ahead log is replayed before the first answer."""


def start(
    found: Postgres, places: Places, environment: Mapping[str, str], *, quick: bool = False
) -> Child:
    """A server that answers on ``places.sockets``; the cluster is made when there is none.

    Raises:
        CannotStart: the data belongs to another major version, or cannot be made.
        ChildDied: the server ended while starting.
    """
    data = places.services / "postgres"
    see_off("PostgreSQL", "postgres", places.mark(), number=signal.SIGINT)
    _make_cluster(found, data, places.account, environment)
    _require_version(found, data)
    _forget_reused_pid(data / "postmaster.pid")
    options = [*SETTINGS, f"cluster_name={places.mark()}", *(QUICK if quick else ())]
    command = [str(found.bin / "postgres"), "-D", str(data), "-k", str(places.sockets)]
    for option in options:
        command += ["-c", option]
    child = Child(
        "PostgreSQL",
        command,
        log=places.logs / "postgres.log",
        environment=_environment(environment),
        account=places.account,
        cwd=data,
        ends_with=signal.SIGINT,  # "fast": SIGTERM would wait for every client to leave.
        patience=30,
    )
    try:
        child.wait_until(lambda: _answers(places.sockets), LONGEST_RECOVERY)
    except BaseException:
        child.end()
        raise
    return child


def url(sockets: Path, role: str, database: str) -> str:
    """The address for Django and libpq."""
    return f"postgresql://{role}@/{database}?host={quote(str(sockets), safe='/')}"


def _answers(sockets: Path) -> bool:
    try:
        psycopg.connect(url(sockets, "postgres", "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    """In the plain locale: the server's and initdb's words are for logs."""
    return {**environment, "LC_ALL": "C"}


def _make_cluster(
    found: Postgres, data: Path, account: Account | None, environment: Mapping[str, str]
) -> None:
    if (data / "PG_VERSION").exists():
        return
    new = data.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    private(new, account)
    command = [str(found.bin / "initdb"), "-D", str(new), "-U", "postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C", "--no-sync"]
    if found.major >= FIRST_BUILTIN_LOCALE:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    done = subprocess.run(
        command,
        env=_environment(environment),
        cwd=new,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=die_with_parent(signal.SIGTERM),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        shutil.rmtree(new, ignore_errors=True)
        last = "\n".join(f"  | {line}" for line in done.stderr.splitlines()[-10:])
        raise CannotStart(
            f"データベースを {data} に作れません。 / Cannot make a database in {data}:\n{last}"
        )
    new.replace(data)  # A cluster that was cut off half-way never gets its name.


def _forget_reused_pid(pid_file: Path) -> None:
    """After a kill the number in this file may be another program's, and PostgreSQL would take
    that for a running server. A PostgreSQL that somebody else started on these data keeps it.
    """
    if not pid_file.exists():
        return
    number = pid_file.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
    foreign = set(running("postgres")) - set(running("postgres", "kizuna-"))
    if not number.isdigit() or int(number) not in foreign:
        pid_file.unlink()


def _require_version(found: Postgres, data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != str(found.major):
        raise CannotStart(
            f"{data} のデータは PostgreSQL {made_by} のもので、見つかったのは {found.major} です"
            f"({found.bin})。{made_by} を入れるか、`make clean` で作り直してください。 / "
            f"The data in {data} were made by PostgreSQL {made_by}, found is {found.major}: "
            f"install {made_by}, or start over with `make clean`."
        )
