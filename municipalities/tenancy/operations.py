"""Migration operations that put a table under its policy and its keys inside the municipality."""

from django.db.migrations.operations import RunSQL

# The sub-select makes PostgreSQL ask for the setting once a query, not once a row, and keeps the
# index usable: 0.1–0.4 ms against 23.5 ms for a policy with OR.
MINE = "municipality_id = (SELECT nullif(current_setting('app.municipality_id', true), '')::bigint)"


class EnableMunicipalityPolicy(RunSQL):
    """Enable and force row-level security; one policy for the application's role.

    Args:
        table: the table's name.
        grants: what the application may do to its own rows.
    """

    def __init__(self, table: str, grants: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
        super().__init__(
            sql=f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY own_municipality ON {table} FOR ALL TO kizuna_app
                USING ({MINE}) WITH CHECK ({MINE});
            GRANT {grants} ON {table} TO kizuna_app;
            """,
            reverse_sql=f"""
            REVOKE ALL ON {table} FROM kizuna_app;
            DROP POLICY own_municipality ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
            """,
        )


class ReadableAcross(RunSQL):
    """Let a role that is entered on purpose read all municipalities' rows of one table.

    Args:
        table: the table's name.
        role: ``kizuna_npo`` or ``kizuna_dispatch``.
        columns: the columns it may see; empty for all of them.
        update: the columns it may change (the dispatcher notes whom it served).
        insert: whether it may add rows (the NPO invites a municipality).
        where: which rows it may see and change; empty for all of them.
    """

    def __init__(
        self,
        table: str,
        role: str,
        columns: str = "",
        *,
        update: str = "",
        insert: bool = False,
        where: str = "true",
    ) -> None:
        grant = f"GRANT SELECT {f'({columns})' if columns else ''} ON {table} TO {role};"
        policy = f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO {role} USING ({where});"
        drop = f"DROP POLICY {role}_reads ON {table};"
        if update:
            grant += f"GRANT UPDATE ({update}) ON {table} TO {role};"
            policy += (
                f"CREATE POLICY {role}_notes ON {table} FOR UPDATE TO {role}"
                f" USING ({where}) WITH CHECK ({where});"
            )
            drop += f"DROP POLICY {role}_notes ON {table};"
        if insert:
            grant += f"GRANT INSERT ON {table} TO {role};"
            policy += (
                f"CREATE POLICY {role}_adds ON {table} FOR INSERT TO {role} WITH CHECK (true);"
            )
            drop += f"DROP POLICY {role}_adds ON {table};"
        super().__init__(
            sql=grant + policy, reverse_sql=f"REVOKE ALL ON {table} FROM {role};" + drop
        )


class AddTenantKey(RunSQL):
    """Make ``(municipality_id, id)`` a key that other tables can point at."""

    def __init__(self, table: str) -> None:
        name = f"{table}_tenant_key"
        super().__init__(
            sql=f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (municipality_id, id);",
            reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )


class AddTenantForeignKey(RunSQL):
    """``(municipality_id, column)`` → ``(municipality_id, id)``: never into a neighbour's table."""

    def __init__(self, table: str, column: str, to: str) -> None:
        name = f"{table}_{column}_tenant_fk"
        super().__init__(
            sql=f"""
            ALTER TABLE {table} ADD CONSTRAINT {name}
                FOREIGN KEY (municipality_id, {column}) REFERENCES {to} (municipality_id, id)
                DEFERRABLE INITIALLY DEFERRED;
            """,
            reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )
