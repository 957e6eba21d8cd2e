"""The tables that belong to no municipality, each with the reason why that is right.

A test walks all tables and fails for one that is neither here nor under a policy.
"""

from typing import Any

from django.db import connections

READ = "SELECT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"

# table → (what the application's role may do, why the table has no municipality)
SHARED_TABLES: dict[str, tuple[str, str]] = {
    "django_migrations": (READ, "the schema's history; /readyz compares it with the code"),
    "django_content_type": (READ, "names of models"),
    "auth_permission": (READ, "names of permissions of Django's own admin"),
    "auth_group": (WRITE, "operators' groups of Django's own admin"),
    "auth_group_permissions": (WRITE, "operators' groups of Django's own admin"),
    "django_admin_log": (WRITE, "what operators did in Django's own admin"),
    "django_session": (WRITE, "opened before it is known who comes in"),
    "account_emailaddress": (WRITE, "staff log in before a municipality is known"),
    "account_emailconfirmation": (WRITE, "staff log in before a municipality is known"),
    "mfa_authenticator": (WRITE, "the second step of a login, before a municipality is known"),
    "usersessions_usersession": (WRITE, "where a person is logged in, for all municipalities"),
    "municipalities_staffuser": (WRITE, "one person may work for several municipalities"),
    "municipalities_staffuser_groups": (WRITE, "operators' groups of Django's own admin"),
    "municipalities_staffuser_user_permissions": (WRITE, "operators of Django's own admin"),
    "municipalities_localgovernment": (WRITE, "the state's public register of codes"),
    "municipalities_municipality": (WRITE, "the tenants themselves; what is on their public page"),
    "municipalities_mailasked": (
        "SELECT, INSERT, DELETE",
        "one address is protected from a flood of mails by all municipalities together",
    ),
    "stage_messages_basetext": (
        "SELECT, INSERT",
        "the NPO's texts are the same for all; what has been sent once keeps its place for ever",
    ),
    "stage_messages_textversion": (
        "SELECT, INSERT, UPDATE (withdrawn_at)",
        "the NPO's texts are the same for all; a version never changes",
    ),
    "delivery_heartbeat": (WRITE, "when beat and the workers last showed a sign of life"),
}


def grant_shared_tables(using: str, **_: Any) -> None:
    """Give the application's role its rights after every migrate. Repeating it changes nothing."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, (grants, _why) in SHARED_TABLES.items():
            if table in existing:
                cursor.execute(f"REVOKE ALL ON {table} FROM kizuna_app")
                cursor.execute(f"GRANT {grants} ON {table} TO kizuna_app")
                if table.startswith("stage_messages_") or table == "municipalities_municipality":
                    cursor.execute(f"GRANT SELECT ON {table} TO kizuna_npo")
