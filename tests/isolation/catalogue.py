"""What PostgreSQL's own catalogue says about the walls. Each function returns its findings as
sentences; an empty list is a wall without a hole. Pure SQL, as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import models

from municipalities.tenancy.models import MunicipalityOwned
from municipalities.tenancy.shared import SHARED_TABLES

WEAK = ("kizuna_app", "kizuna_npo", "kizuna_dispatch")
LEDGER = "delivery_delivery"

# Permissive policies are joined by OR: each one beside own_municipality opens something.
EXTRA_POLICIES: dict[tuple[str, str], str] = {
    ("municipalities_membership", "own_memberships"): "staff choose where to work after login",
    ("municipalities_municipality", "everybody_reads"): "what is on its public page",
    ("municipalities_municipality", "operators_add"): "operators open a new municipality",
    ("municipalities_municipality", "own_row"): "its own staff change its settings",
    ("delivery_dailyfact", "kizuna_npo_reads"): "figures without people",
    ("delivery_run", "kizuna_npo_reads"): "whether the morning was on time",
    ("stage_messages_localblock", "kizuna_npo_reads"): "local texts, seen by the NPO",
    ("delivery_audiencefact", "kizuna_npo_reads"): "how many were active, without people",
    ("delivery_dayfact", "kizuna_npo_reads"): "whether the day adds up",
    ("delivery_flowfact", "kizuna_npo_reads"): "how many came and went",
    ("delivery_forecast", "kizuna_npo_reads"): "what was expected of a day",
    ("delivery_hold", "kizuna_npo_reads"): "whose sending waits, and why",
    ("delivery_monthend", "kizuna_npo_reads"): "the reported figures",
    ("delivery_monthflow", "kizuna_npo_reads"): "how many came and went in a month",
    ("delivery_pacefact", "kizuna_npo_reads"): "how fast it went",
    ("delivery_retentionfact", "kizuna_npo_reads"): "how many stayed",
    ("municipalities_births", "kizuna_npo_reads"): "what registrations are held against",
    ("municipalities_contractend", "kizuna_npo_reads"): "whose time here ends",
    ("municipalities_externalfigure", "kizuna_npo_reads"): "figures reported from other systems",
    ("municipalities_sendercheck", "kizuna_npo_reads"): "what a resolver said about a domain",
    (
        "municipalities_thanks",
        "kizuna_npo_reads",
    ): "what readers allowed to be quoted, and nothing else",
    ("municipalities_thanks", "kizuna_npo_notes"): "the words as they may be quoted",
    ("stage_messages_broadcast", "kizuna_npo_reads"): "what a municipality sends on its own",
    ("stage_messages_caseadoption", "kizuna_npo_reads"): "which case was taken over",
    ("stage_messages_contact", "kizuna_npo_reads"): "whose telephone numbers are old",
    ("stage_messages_meetinginvitation", "kizuna_npo_reads"): "who comes to a meeting",
    ("stage_messages_meetinginvitation", "kizuna_npo_adds"): "the NPO invites",
    ("stage_messages_meetinginvitation", "kizuna_npo_notes"): "groups and who came",
    (
        "stage_messages_textreport",
        "kizuna_npo_reads",
    ): "what readers found wrong in a text, without the reader",
    ("stage_messages_textreport", "kizuna_npo_notes"): "what was done about it",
    ("stage_messages_versionuse", "kizuna_npo_reads"): "who sent which version",
    ("stage_messages_exchangecase", "everybody_reads"): "what is offered to all",
    ("stage_messages_exchangecase", "own_adds"): "its own staff offer it",
    ("stage_messages_exchangecase", "own_row"): "its own staff change it",
    ("delivery_delivery", "owner_forgets"): "after a contract's end, inside that municipality only",
    ("municipalities_readerspan", "owner_forgets"): "after a contract's end, inside that one only",
    ("delivery_run", "kizuna_dispatch_reads"): "which day is planned",
    ("delivery_lane", "kizuna_dispatch_reads"): "which lane waited longest",
    ("delivery_lane", "kizuna_dispatch_notes"): "when a lane was served",
    ("stage_messages_broadcast", "kizuna_dispatch_reads"): "which approved broadcast is due",
    ("municipalities_servicemail", "kizuna_dispatch_reads"): "which municipality has mail waiting",
}
DEFINERS = {
    "delivery_forget": "the weak role may delete neither ledger nor history; only of an ended service",
    "delivery_ensure_month": "the weak role may not create partitions; it takes a date",
    "delivery_refresh_statistics": "the weak role may not analyse; it takes a date and a number",
}

MINE = (
    "(municipality_id = ( SELECT (NULLIF(current_setting('app.municipality_id'::text, true),"
    " ''::text))::bigint AS \"nullif\"))"
)
TABLES = """
    SELECT c.oid, c.relname::text AS name, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""
Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def as_owner() -> Iterator[Connection]:
    """The owner, in a transaction that is always rolled back: the walls may be broken at will."""
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"] or None,
        user=owner["USER"],
        password=owner["PASSWORD"] or None,
        dbname=settings.DATABASES["default"]["NAME"],
        options="-c lock_timeout=5s",
    ) as connection:
        try:
            yield connection
        finally:
            connection.rollback()


def tenant_tables(db: Connection) -> list[str]:
    return sorted(row[1] for row in db.execute(TABLES) if row[1] not in SHARED_TABLES)


def tables_without_policy(db: Connection) -> list[str]:
    """Neither shared nor under ENABLE, FORCE and the one policy with both of its sides."""
    found = []
    for oid, name, enabled, forced in db.execute(TABLES).fetchall():
        if name in SHARED_TABLES:
            continue
        if not enabled or not forced:
            found.append(f"{name}: row-level security is not enabled and forced")
        row = db.execute(
            "SELECT pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), polcmd,"
            " polroles = ARRAY['kizuna_app'::regrole::oid] FROM pg_policy"
            " WHERE polrelid = %s AND polname = 'own_municipality'",
            [oid],
        ).fetchone()
        if row is None or (*row[:2], row[2], row[3]) != (MINE, MINE, "*", True):
            found.append(f"{name}: own_municipality is missing or says something else")
    return found


def unlisted_policies(db: Connection) -> list[str]:
    rows = db.execute("SELECT polrelid::regclass::text, polname::text FROM pg_policy").fetchall()
    return [
        f"{table}: policy {policy} is on no list"
        for table, policy in rows
        if policy != "own_municipality" and (table, policy) not in EXTRA_POLICIES
    ]


def nullable_municipalities(db: Connection) -> list[str]:
    found = []
    for table in tenant_tables(db):
        row = db.execute(
            "SELECT attnotnull FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attname = 'municipality_id'",
            [table],
        ).fetchone()
        if row != (True,):
            found.append(f"{table}: municipality_id may be missing")
    return found


def unique_keys_that_tell(db: Connection) -> list[str]:
    """A unique key across municipalities tells one of them what another one has."""
    rows = db.execute(
        """
        SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,
               ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k (num, place)
                     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num
                     ORDER BY k.place)
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND NOT c.relispartition
        WHERE i.indisunique AND NOT i.indisprimary
        """
    ).fetchall()
    mine = set(tenant_tables(db))
    return [
        f"{table}: {index} does not begin with the municipality"
        for table, index, columns in rows
        if table in mine
        and columns[: 2 if table == LEDGER else 1]
        != (["run_day", "municipality_id"] if table == LEDGER else ["municipality_id"])
    ]


def foreign_keys(db: Connection) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(from, to, pairs of columns) between tables of municipalities."""
    rows = db.execute(
        """
        SELECT conrelid::regclass::text, confrelid::regclass::text, ARRAY(
            SELECT ARRAY[a.attname::text, b.attname::text]
            FROM unnest(conkey, confkey) AS k (here, there)
            JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.here
            JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = k.there)
        FROM pg_constraint WHERE contype = 'f'
        """
    ).fetchall()
    mine = set(tenant_tables(db))
    return [
        (here, there, [(a, b) for a, b in pairs])
        for here, there, pairs in rows
        if here in mine and there in mine
    ]


def plain_foreign_keys(db: Connection) -> list[str]:
    """The check of a foreign key ignores policies: only the municipality in the key helps."""
    found = [
        f"{here} → {there}: {pairs} leads into any municipality"
        for here, there, pairs in foreign_keys(db)
        if ("municipality_id", "municipality_id") not in pairs
    ]
    keyed = {(here, a, there) for here, there, pairs in foreign_keys(db) for a, _ in pairs}
    for model in owned_models():
        for field in model._meta.concrete_fields:
            to = field.related_model
            if (
                isinstance(field, models.ForeignKey)
                and isinstance(to, type)
                and issubclass(to, MunicipalityOwned)
                and (model._meta.db_table, field.column, to._meta.db_table) not in keyed
            ):
                found.append(f"{model._meta.db_table}.{field.column}: no key in the database")
    return found


def views_that_look_through(db: Connection) -> list[str]:
    rows = db.execute(
        """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND (c.relkind = 'm' OR (c.relkind = 'v'
               AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)))
        """
    ).fetchall()
    return [f"{view}: a view without security_invoker, or a materialized one" for (view,) in rows]


def functions_that_look_through(db: Connection) -> list[str]:
    rows = db.execute(
        """
        SELECT p.proname::text, p.prosecdef, p.proleakproof, coalesce(p.proconfig, '{}'),
               has_function_privilege('kizuna_npo', p.oid, 'EXECUTE')
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
        """
    ).fetchall()
    found = []
    for name, definer, leakproof, config, everybody in rows:
        if leakproof or (definer and name not in DEFINERS):
            found.append(f"{name}: SECURITY DEFINER or LEAKPROOF and on no list")
        # Else pg_temp is searched first for types: a temporary domain would run code as the owner.
        if definer and "search_path=pg_catalog, pg_temp" not in config:
            found.append(f"{name}: its search_path does not put pg_temp last")
        if definer and everybody:
            found.append(f"{name}: open to PUBLIC")
    return found


def strong_roles(db: Connection) -> list[str]:
    """Attributes, memberships and property that walk through policies."""
    found = []
    for name, strong, login in db.execute(
        "SELECT rolname::text, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
        " OR rolreplication, rolcanlogin FROM pg_roles WHERE rolname = ANY (%s)",
        [list(WEAK)],
    ).fetchall():
        if strong:
            found.append(f"{name}: has an attribute of the mighty")
        if login != (name == "kizuna_app"):
            found.append(f"{name}: may log in, or may not")
    for role, member in db.execute(
        "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members"
        " WHERE member::regrole::text = ANY (%s)",
        [list(WEAK)],
    ).fetchall():
        if member != "kizuna_app" or role not in {"kizuna_npo", "kizuna_dispatch"}:
            found.append(f"{member}: is a member of {role}")
    for (name,) in db.execute(
        "SELECT relname::text FROM pg_class WHERE relowner::regrole::text = ANY (%s)",
        [list(WEAK)],
    ).fetchall():
        found.append(f"{name}: belongs to a weak role")
    for role in WEAK:
        row = db.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'),"
            " has_database_privilege(%s, current_database(), 'CREATE')",
            [role, role],
        ).fetchone()
        if row != (False, False):
            found.append(f"{role}: may create things beside the tables")
    return found


def grants(db: Connection, role: str) -> dict[str, set[str]]:
    """table → what the role, or everybody, was granted; columns in brackets."""
    rows = db.execute(
        """
        SELECT c.relname::text, g.privilege_type FROM pg_class c, aclexplode(c.relacl) g
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
          AND g.grantee IN (0, %(role)s::regrole)
        UNION ALL
        SELECT c.relname::text, g.privilege_type || ' (' || a.attname || ')'
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) g
        WHERE c.relnamespace = 'public'::regnamespace AND g.grantee IN (0, %(role)s::regrole)
        """,
        {"role": role},
    ).fetchall()
    found: dict[str, set[str]] = {}
    for table, privilege in rows:
        found.setdefault(table, set()).add(privilege)
    return found


def grants_beyond_the_list(db: Connection) -> list[str]:
    """Shared tables: exactly what is listed. Others: never more than rows; partitions: nothing."""
    given = grants(db, "kizuna_app")
    mine = set(tenant_tables(db))
    found = [
        f"{table}: granted {sorted(given.get(table, ()))}, listed {listed}"
        for table, (listed, _why) in SHARED_TABLES.items()
        if given.get(table, set()) != {one.strip() for one in listed.split(",") if one.strip()}
    ]
    for table, privileges in given.items():
        if table not in mine and table not in SHARED_TABLES:
            found.append(f"{table}: a partition or a view with grants of its own")
        elif table in mine and not privileges <= {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            found.append(f"{table}: {sorted(privileges)} is more than rows")
    partitions = db.execute(
        "SELECT relname::text FROM pg_class WHERE relispartition AND relkind = 'r'"
        " AND EXISTS (SELECT FROM aclexplode(relacl) g WHERE g.grantee <> relowner)"
    ).fetchall()
    found += [f"{name}: a partition with grants of its own" for (name,) in partitions]
    if db.execute("SELECT FROM pg_default_acl").fetchone() is not None:
        found.append("default privileges would open tables that nobody looked at")
    return found


def owned_models() -> list[type[MunicipalityOwned]]:
    return [model for model in apps.get_models() if issubclass(model, MunicipalityOwned)]


CHECKS = (
    tables_without_policy,
    unlisted_policies,
    nullable_municipalities,
    unique_keys_that_tell,
    plain_foreign_keys,
    views_that_look_through,
    functions_that_look_through,
    strong_roles,
    grants_beyond_the_list,
)
