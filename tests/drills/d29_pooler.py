"""PgBouncer in transaction mode: each transaction may find itself on another's connection."""

import shutil
import signal

import psycopg

from kizuna.embedded import database
from kizuna.embedded.postgres import url
from kizuna.embedded.process import Child
from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day
from tests.drills.replant import replant

CONNECTIONS = 4
"""Of the pool: a fifth of the threads that send, so that they take turns on every one of them."""
PORT = 6432


def _program() -> str | None:
    """Debian keeps it where only root's PATH leads."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@drill("D29", "a pooler swaps connections between transactions", needs=_program)
def pooler(day: Day) -> Expected:
    room = day.rig.places.sockets
    settings = room / "pgbouncer.ini"
    settings.write_text(
        f"""
[databases]
{day.database} = host={room} dbname={day.database} user={database.APP}
[pgbouncer]
listen_addr =
listen_port = {PORT}
unix_socket_dir = {room}
auth_type = any
pool_mode = transaction
default_pool_size = {CONNECTIONS}
max_client_conn = 200
""",
        encoding="utf-8",
    )
    settings.chmod(0o644)
    program = _program()
    assert program is not None
    child = Child(
        "PgBouncer",
        [program, str(settings)],
        log=day.directory / "pgbouncer.log",
        environment=day.rig.environment,
        account=day.rig.places.account,
        ends_with=signal.SIGINT,
    )
    day.ending.callback(child.end)
    through = f"{url(room, database.APP, day.database)}&port={PORT}"
    if not day.until(lambda: _answers(through), 10):
        raise RuntimeError(child.said())
    replant(day, DATABASE_URL=through)
    day.begin()
    day.start_workers(2, beat=True)
    day.until_sent(day.rng.uniform(0.3, 0.6))
    used = day.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = %s",
        database.APP,
    )[0][0]
    day.fault(f"threads shared {used} connections")
    expected = Expected(on_time=90)
    expected.demand(0 < used <= CONNECTIONS, f"{used} connections: the pooler was passed by")
    return expected


def _answers(address: str) -> bool:
    with psycopg.connect(address, connect_timeout=2) as connection:
        connection.execute("SELECT 1")
    return True
