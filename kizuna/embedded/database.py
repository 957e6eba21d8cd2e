"""Roles and database on any PostgreSQL: our own, or the one DATABASE_URL names.

The owner migrates; the application's role is weak. Under a superuser row-level security is
silent, and one municipality would see another's families: such a URL is never passed on as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from kizuna.embedded.speech import CannotStart, say

OWNER, APP, DATABASE = "kizuna_owner", "kizuna_app", "kizuna"
ROLES = Path(__file__).with_name("roles.sql")
OLDEST_SERVER = 150000
CONNECT_SECONDS = 5


@dataclass(frozen=True)
class Urls:
    """What the settings read as DATABASE_URL and DATABASE_OWNER_URL."""

    app: str
    owner: str


def prepare_roles(connection: psycopg.Connection) -> None:
    """The four roles as ``roles.sql`` wants them; changes nothing the second time."""
    connection.execute(ROLES.read_bytes())


def make_database(connection: psycopg.Connection, name: str) -> None:
    """The owner's database, made when missing."""
    if owner_of(connection, name) is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )


def owner_of(connection: psycopg.Connection, name: str) -> str | None:
    """The role that owns the database, None when there is no such database."""
    row = connection.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return str(row[0]) if row else None


def prepare_given(environment: Mapping[str, str]) -> Urls:
    """Make sure that DATABASE_URL, and DATABASE_OWNER_URL if set, can be worked with.

    Raises:
        CannotStart: one does not lead to a fitting server, or a role is wrong.
    """
    given = environment["DATABASE_URL"]
    owner = environment.get("DATABASE_OWNER_URL", "")
    if not owner:
        return _prepare_with_administrator(given)
    with _connect("DATABASE_OWNER_URL", owner) as connection:
        _require_version(connection)
    with _connect("DATABASE_URL", given) as connection:
        _require_weak(connection)
    return Urls(app=given, owner=owner)


def _prepare_with_administrator(given: str) -> Urls:
    wanted = _database_name("DATABASE_URL", given)
    with _connect_somewhere(given) as connection:
        _require_version(connection)
        _require_may_make_roles(connection)
        try:
            prepare_roles(connection)
            _join_owner(connection)
            name = _choose_database(connection, wanted)
            make_database(connection, name)
        except psycopg.Error as error:
            raise CannotStart(
                f"DATABASE_URL のサーバーにロールとデータベースを用意できません({_brief(error)})。"
                "kizuna/embedded/roles.sql を管理者で実行し、DATABASE_URL と DATABASE_OWNER_URL を"
                "設定してください。 / Cannot prepare roles and database there: run "
                "kizuna/embedded/roles.sql as an administrator, then set both URLs."
            ) from error
    return Urls(app=_as_role(given, name, APP), owner=_as_role(given, name, OWNER))


def _join_owner(connection: psycopg.Connection) -> None:
    """An administrator who is no superuser must be a member to hand a database to the owner."""
    row = connection.execute(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row and not row[0]:
        for role in (OWNER, APP):
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))


def _choose_database(connection: psycopg.Connection, wanted: str) -> str:
    """The named database when it is the owner's or missing; beside a foreign one our own name."""
    if owner_of(connection, wanted) in {None, OWNER}:
        return wanted
    if owner_of(connection, DATABASE) in {None, OWNER}:
        say(
            f"データベース {wanted} はほかの用途のもののため、同じサーバーの {DATABASE} を使います",
            f"using the database {DATABASE} on that server: {wanted} is not {OWNER}'s",
        )
        return DATABASE
    raise CannotStart(
        f"データベース {wanted} の所有者が {OWNER} ではありません。"
        f"`ALTER DATABASE {wanted} OWNER TO {OWNER}` を実行するか、別の名前を指定してください。 / "
        f"The database {wanted} is not owned by {OWNER}: change its owner or name another."
    )


def _as_role(given: str, database: str, role: str) -> str:
    """The same login, stepping down to the role as soon as it is connected."""
    parts = urlsplit(given)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    query["options"] = f"{query.get('options', '')} -c role={role}".strip()
    return urlunsplit(
        parts._replace(path="/" + quote(database), query=urlencode(query, quote_via=quote))
    )


def _database_name(variable: str, given: str) -> str:
    """
    Raises:
        CannotStart: it is not the address of a PostgreSQL database.
    """
    try:
        parts = urlsplit(given)
        name = parts.path.strip("/")
        fits = parts.scheme in {"postgres", "postgresql"} and bool(name)
        if fits:
            _ = parts.port
            return str(psycopg.conninfo.conninfo_to_dict(given)["dbname"])
    except (ValueError, KeyError, psycopg.Error):
        pass
    raise CannotStart(
        f"{variable} が PostgreSQL のアドレスではありません。"
        "例: postgresql://user:password@host:5432/kizuna / "
        f"{variable} is not the address of a PostgreSQL database."
    )


def _where(given: str) -> str:
    """Host, port and user for a message: never the password."""
    known = psycopg.conninfo.conninfo_to_dict(given)
    return f"{known.get('host', 'localhost')}:{known.get('port', 5432)}, user {known.get('user')}"


def _brief(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _connect(variable: str, given: str) -> psycopg.Connection:
    """
    Raises:
        CannotStart: not an address, nobody answers, or the login is refused.
    """
    _database_name(variable, given)
    try:
        return psycopg.connect(given, autocommit=True, connect_timeout=CONNECT_SECONDS)
    except psycopg.Error as error:
        raise CannotStart(
            f"{variable} のデータベースにつながりません({_where(given)})。"
            "アドレス、ユーザー名、パスワードをお確かめください。 / "
            f"Cannot connect with {variable}: {_brief(error)}"
        ) from error


def _connect_somewhere(given: str) -> psycopg.Connection:
    """To the named database, or to ``postgres`` beside it when the named one is still missing."""
    try:
        return _connect("DATABASE_URL", given)
    except CannotStart as refused:
        neighbour = urlunsplit(urlsplit(given)._replace(path="/postgres"))
        try:
            return _connect("DATABASE_URL", neighbour)
        except CannotStart:
            raise refused from refused.__cause__


def _require_version(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise CannotStart(
            f"データベースは PostgreSQL {version // 10000} です。15 以上が必要です。 / "
            f"That server is PostgreSQL {version // 10000}; 15 or newer is needed."
        )


def _require_weak(connection: psycopg.Connection) -> None:
    row = connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
    ).fetchone()
    if row:
        raise CannotStart(
            f"DATABASE_URL のロール {row[0]} は行単位の保護を素通りします。{APP} を使ってください。 / "
            f"The role {row[0]} of DATABASE_URL bypasses row-level security: use {APP}."
        )


def _require_may_make_roles(connection: psycopg.Connection) -> None:
    row = connection.execute(
        "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles"
        " WHERE rolname = current_user"
    ).fetchone()
    if not (row and row[0]):
        raise CannotStart(
            "DATABASE_URL だけではロールを作る権限がありません。管理者の URL にするか、"
            f"DATABASE_OWNER_URL({OWNER})も設定してください。 / The role of DATABASE_URL may "
            f"not create roles: give an administrator's URL, or set DATABASE_OWNER_URL ({OWNER})."
        )
