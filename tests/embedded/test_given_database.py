"""DATABASE_URL switches our server off: what it may name, and what is said when it does not fit."""

import os
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from kizuna.embedded import binaries, postgres
from kizuna.embedded.database import ROLES, Urls, owner_of, prepare_given
from kizuna.embedded.places import throwaway
from kizuna.embedded.services import require_answer
from kizuna.embedded.speech import CannotStart
from tests.embedded.clones import Clone

pytestmark = pytest.mark.slow

Address = Callable[..., str]


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """A server of somebody else; gives the URL of a role and a database on it."""
    with throwaway() as places:
        found = binaries.reachable_postgres(
            binaries.find_postgres(), places.account, places.services / "programs"
        )
        server = postgres.start(found, places, {}, quick=True)
        try:
            yield lambda role="postgres", name="postgres": postgres.url(places.sockets, role, name)
        finally:
            server.end()


@pytest.fixture(autouse=True)
def _as_new(address: Address) -> Iterator[None]:
    yield
    with psycopg.connect(address(), autocommit=True) as connection:
        for kind, query in (
            ("DATABASE", "SELECT datname FROM pg_database WHERE datname !~ '^(postgres|template)'"),
            ("ROLE", "SELECT rolname FROM pg_roles WHERE rolname !~ '^(postgres|pg_)'"),
        ):
            for (name,) in connection.execute(query).fetchall():
                statement = "DROP DATABASE {} WITH (FORCE)"
                if kind == "ROLE":
                    statement = "DROP OWNED BY {0} CASCADE; DROP ROLE {0}"
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def refusal(**variables: str) -> str:
    """What is said on refusing: one line."""
    with pytest.raises(CannotStart) as caught:
        prepare_given(variables)
    (line,) = str(caught.value).splitlines()
    return line


def who(given: str) -> set[str]:
    """Role and database behind the two URLs that come out."""
    urls = prepare_given({"DATABASE_URL": given})
    found = set()
    for url in (urls.app, urls.owner):
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT current_user, current_database()").fetchone()
            assert row
            found.add(f"{row[0]} on {row[1]}")
    return found


PREPARED = {"kizuna_app on kizuna", "kizuna_owner on kizuna"}


def test_the_supervisor_ends_with_that_sentence_and_nothing_else(shared_clone: Clone) -> None:
    shared_clone.extra["DATABASE_URL"] = "postgresql://app:opensesame@127.0.0.1:1/kizuna"
    done = shared_clone.run("run", "--", "true")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "opensesame" not in done.stderr
    assert not (shared_clone.path / "var" / "postgres").exists()
    shared_clone.extra.clear()


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://a@b/c", "postgresql://", "postgresql://host:port/db", "host=x"]
)
def test_what_is_no_address_is_called_so(url: str) -> None:
    line = refusal(DATABASE_URL=url)
    assert "DATABASE_URL が PostgreSQL のアドレスではありません" in line


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    line = refusal(DATABASE_URL="postgresql://app:opensesame@127.0.0.1:1/kizuna")
    assert "127.0.0.1:1, user app" in line
    assert "つながりません" in line
    assert "opensesame" not in line


def test_a_wrong_login_is_refused(address: Address) -> None:
    line = refusal(DATABASE_URL=address("stranger"))
    assert "user stranger" in line
    assert 'role "stranger" does not exist' in line


def test_a_wrong_owner_is_refused(address: Address) -> None:
    line = refusal(DATABASE_URL=address(), DATABASE_OWNER_URL=address("stranger"))
    assert line.startswith("DATABASE_OWNER_URL")


def test_a_superuser_is_no_application(address: Address) -> None:
    line = refusal(DATABASE_URL=address(), DATABASE_OWNER_URL=address())
    assert "kizuna_app" in line
    assert "bypasses row-level security" in line


def test_an_administrators_url_prepares_roles_and_database(address: Address) -> None:
    assert who(address(name="kizuna")) == PREPARED
    assert who(address(name="kizuna")) == PREPARED


def test_a_foreign_database_is_left_alone(
    address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    assert who(address()) == PREPARED
    assert "postgres はほかの用途のもの" in capsys.readouterr().out


def test_a_taken_name_is_refused_with_the_remedy(address: Address) -> None:
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE kizuna")
    line = refusal(DATABASE_URL=address(name="kizuna"))
    assert "ALTER DATABASE kizuna OWNER TO kizuna_owner" in line


def test_an_administrator_who_is_no_superuser_suffices(address: Address) -> None:
    """What a managed server gives: CREATEROLE and CREATEDB, nothing more."""
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute("CREATE ROLE manager LOGIN CREATEROLE CREATEDB")
    assert who(address("manager", "kizuna")) == PREPARED
    assert who(address("manager", "kizuna")) == PREPARED


def test_a_weak_role_alone_is_told_what_to_set(address: Address) -> None:
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute("CREATE ROLE weak LOGIN")
    assert "DATABASE_OWNER_URL" in refusal(DATABASE_URL=address("weak"))


def test_prepared_roles_with_both_urls_are_taken_as_they_are(address: Address) -> None:
    who(address(name="kizuna"))
    both = Urls(app=address("kizuna_app", "kizuna"), owner=address("kizuna_owner", "kizuna"))
    given = {"DATABASE_URL": both.app, "DATABASE_OWNER_URL": both.owner}
    assert prepare_given(given) == both


def test_a_role_that_became_a_superuser_is_made_weak_again(address: Address) -> None:
    who(address(name="kizuna"))
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute("ALTER ROLE kizuna_app SUPERUSER BYPASSRLS INHERIT CREATEDB")
        who(address(name="kizuna"))
        weak = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolinherit, rolcreatedb FROM pg_roles"
            " WHERE rolname = 'kizuna_app'"
        ).fetchone()
    assert weak == (False, False, False, False)


def test_other_options_of_the_url_are_kept(address: Address) -> None:
    given = address(name="kizuna") + "&options=" + quote("-c statement_timeout=1234")
    with psycopg.connect(prepare_given({"DATABASE_URL": given}).app) as connection:
        row = connection.execute(
            "SELECT current_user, current_setting('statement_timeout')"
        ).fetchone()
    assert row == ("kizuna_app", "1234ms")


def test_what_docker_compose_runs_sets_passwords_and_the_database(address: Address) -> None:
    psql = binaries.find_postgres().bin / "psql"
    if not psql.exists():
        pytest.skip("no psql beside the server")
    scripts = [ROLES, ROLES.with_name("compose.sql")]
    files = [word for script in scripts for word in ("-f", str(script))]
    passwords = {"KIZUNA_OWNER_PASSWORD": "o'wn \"er", "KIZUNA_APP_PASSWORD": "app"}
    command = [str(psql), "-v", "ON_ERROR_STOP=1", "-X", "-q", *files, address()]
    subprocess.run(command, env=dict(os.environ) | passwords, check=True, capture_output=True)
    with psycopg.connect(address()) as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'SCRAM%' ORDER BY 1"
        ).fetchall()
        assert [name for (name,) in rows] == ["kizuna_app", "kizuna_owner"]
        assert owner_of(connection, "kizuna") == "kizuna_owner"


def test_a_redis_that_does_not_answer_is_named() -> None:
    with pytest.raises(CannotStart, match="REDIS_URL のサーバーにつながりません"):
        require_answer("REDIS_URL", "redis://127.0.0.1:1/0", 6379)
