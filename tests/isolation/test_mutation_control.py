"""A check that cannot fail proves nothing: each wall is torn down once, and the check must say so.

As the owner, in a transaction that is rolled back.
"""

from collections.abc import Callable

import pytest

from tests.isolation import catalogue as c

READER = "municipalities_reader"
BROKEN: list[tuple[Callable[[c.Connection], list[str]], str]] = [
    (c.tables_without_policy, f"DROP POLICY own_municipality ON {READER}"),
    (c.tables_without_policy, f"ALTER TABLE {READER} NO FORCE ROW LEVEL SECURITY"),
    (c.tables_without_policy, f"ALTER TABLE {READER} DISABLE ROW LEVEL SECURITY"),
    (c.tables_without_policy, f"ALTER POLICY own_municipality ON {READER} USING (true)"),
    (c.tables_without_policy, f"ALTER POLICY own_municipality ON {READER} WITH CHECK (true)"),
    (c.tables_without_policy, f"ALTER POLICY own_municipality ON {READER} TO PUBLIC"),
    (c.tables_without_policy, "CREATE TABLE forgotten (municipality_id bigint NOT NULL)"),
    (c.unlisted_policies, f"CREATE POLICY generous ON {READER} FOR SELECT USING (true)"),
    (
        c.nullable_municipalities,
        f"ALTER TABLE {READER} ALTER COLUMN municipality_id DROP NOT NULL",
    ),
    (c.nullable_municipalities, "CREATE TABLE forgotten (id bigint)"),
    (
        c.unique_keys_that_tell,
        "CREATE UNIQUE INDEX ON municipalities_endpoint (kind, address_key)",
    ),
    (c.unique_keys_that_tell, f"CREATE UNIQUE INDEX ON {READER} ((variant || id))"),
    (
        c.unique_keys_that_tell,
        "CREATE UNIQUE INDEX ON delivery_delivery (run_day, subscription_id)",
    ),
    (
        c.plain_foreign_keys,
        f"ALTER TABLE municipalities_endpoint ADD FOREIGN KEY (reader_id) REFERENCES {READER}",
    ),
    (
        c.plain_foreign_keys,
        "ALTER TABLE municipalities_endpoint"
        " DROP CONSTRAINT municipalities_endpoint_reader_id_tenant_fk",
    ),
    (c.views_that_look_through, f"CREATE VIEW window_pane AS SELECT * FROM {READER}"),
    (c.views_that_look_through, f"CREATE MATERIALIZED VIEW stone AS SELECT * FROM {READER}"),
    (
        c.functions_that_look_through,
        f"CREATE FUNCTION peep() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
        f" SET search_path = pg_catalog, pg_temp AS 'SELECT count(*) FROM public.{READER}'",
    ),
    (
        c.functions_that_look_through,
        "ALTER FUNCTION delivery_ensure_month(date) SET search_path = pg_catalog, public",
    ),
    (
        c.functions_that_look_through,
        "GRANT EXECUTE ON FUNCTION delivery_ensure_month(date) TO PUBLIC",
    ),
    (c.strong_roles, "GRANT CREATE ON SCHEMA public TO kizuna_app"),
    (c.grants_beyond_the_list, f"GRANT TRUNCATE ON {READER} TO kizuna_app"),
    (c.grants_beyond_the_list, "GRANT SELECT ON delivery_delivery_2026_04 TO kizuna_app"),
    (c.grants_beyond_the_list, "GRANT SELECT ON delivery_delivery_2026_04 TO kizuna_npo"),
    (c.grants_beyond_the_list, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC"),
    (c.grants_beyond_the_list, "GRANT INSERT ON django_migrations TO kizuna_app"),
    (c.grants_beyond_the_list, "REVOKE SELECT ON django_session FROM kizuna_app"),
    (
        c.grants_beyond_the_list,
        "GRANT UPDATE (body) ON stage_messages_textversion TO kizuna_app",
    ),
    (
        c.grants_beyond_the_list,
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO kizuna_app",
    ),
]


@pytest.mark.parametrize(("check", "mutation"), BROKEN, ids=[sql[:60] for _, sql in BROKEN])
def test_the_check_reports_what_was_torn_down(
    db: None, check: Callable[[c.Connection], list[str]], mutation: str
) -> None:
    with c.as_owner() as owner:
        owner.execute("SELECT delivery_ensure_month('2026-04-01')")
        assert check(owner) == []
        owner.execute(mutation.encode())
        assert check(owner) != []


def test_every_check_was_seen_to_fail() -> None:
    assert {check for check, _ in BROKEN} == set(c.CHECKS)
