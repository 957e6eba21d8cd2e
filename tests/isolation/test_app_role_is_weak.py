"""Web, workers and tests connect as a role that could not walk through a policy if it tried."""

import psycopg.errors
import pytest
from django.db import DatabaseError, connection, transaction

from municipalities.tenancy.checks import the_role_is_weak
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.isolation.catalogue import as_owner

READER = "municipalities_reader"
REFUSED = [
    "SET ROLE kizuna_owner",
    "SET SESSION AUTHORIZATION kizuna_owner",
    f"TRUNCATE {READER} CASCADE",
    f"ALTER TABLE {READER} DISABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {READER} NO FORCE ROW LEVEL SECURITY",
    f"DROP POLICY own_municipality ON {READER}",
    f"CREATE POLICY generous ON {READER} FOR SELECT USING (true)",
    f"DROP TABLE {READER} CASCADE",
    f"CREATE TRIGGER spy BEFORE UPDATE ON {READER} FOR EACH ROW"
    " EXECUTE FUNCTION stage_messages_approval_is_lost()",
    f"CREATE VIEW window_pane AS SELECT * FROM {READER}",
    "CREATE TABLE mine (id bigint)",
    "CREATE FUNCTION mine() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    "CREATE FUNCTION pg_temp.spy(bigint) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'",
    "CREATE ROLE mighty SUPERUSER",
    "ALTER ROLE kizuna_app BYPASSRLS",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
    "DELETE FROM delivery_delivery",
    "UPDATE stage_messages_edition SET subject = ''",
    "UPDATE municipalities_consentrecord SET given = false",
    "UPDATE stage_messages_textversion SET body = ''",
    "DELETE FROM stage_messages_textversion",
]


def test_the_suite_runs_as_the_weak_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user")
        assert cursor.fetchone() == ("kizuna_app", "kizuna_app")


@pytest.mark.parametrize("statement", REFUSED, ids=[sql[:50] for sql in REFUSED])
def test_what_would_open_a_wall_is_refused(db: None, statement: str) -> None:
    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_row_security_off_is_an_error_and_not_everything(db: None) -> None:
    world.make_family(world.make_municipality())
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute(f"SELECT * FROM {READER}")


def test_a_partition_is_closed_under_its_own_name(db: None) -> None:
    aoba = world.make_municipality()
    with in_municipality(aoba.pk), connection.cursor() as cursor:
        cursor.execute("SELECT delivery_ensure_month('2026-04-01')")
        cursor.execute("SELECT count(*) FROM delivery_delivery")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("SELECT count(*) FROM delivery_delivery_2026_04")


def test_a_temporary_type_does_not_run_inside_the_owner_s_function(db: None) -> None:
    """pg_temp comes first for types unless the function says otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE ran_as (who name)")
        cursor.execute("GRANT ALL ON ran_as TO PUBLIC")
        cursor.execute(
            "CREATE FUNCTION pg_temp.evil(pg_catalog.date) RETURNS boolean LANGUAGE plpgsql AS"
            " 'BEGIN INSERT INTO ran_as VALUES (current_user); RETURN true; END'"
        )
        cursor.execute("CREATE DOMAIN pg_temp.date AS pg_catalog.date CHECK (pg_temp.evil(VALUE))")
        cursor.execute("GRANT USAGE ON DOMAIN pg_temp.date TO PUBLIC")
        cursor.execute("SELECT public.delivery_ensure_month('2031-01-01'::pg_catalog.date)")
        cursor.execute("SELECT to_regclass('delivery_delivery_2031_01') IS NOT NULL")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT who FROM ran_as")
        assert cursor.fetchall() == []


def test_the_start_is_refused_for_an_owner_and_not_for_the_weak_role(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert the_role_is_weak(app_configs=None, databases=["default"]) == []
    with as_owner() as owner:
        monkeypatch.setattr("municipalities.tenancy.checks.connections", {"default": owner})
        [error] = the_role_is_weak(app_configs=None, databases=["default"])
    assert error.id == "municipalities.E001"
    assert "kizuna_owner" in error.msg
