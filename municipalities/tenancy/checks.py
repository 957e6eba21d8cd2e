"""System checks that stop a start with walls missing."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def the_role_is_weak(
    *, app_configs: Any, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """A superuser, a role with BYPASSRLS or the tables' owner walks through every policy."""
    del app_configs
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user"
        )
        strong, name = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        (owned,) = cursor.fetchone()
    if strong or owned:
        return [
            Error(
                f"DATABASE_URL connects as {name!r}, who is not bound by the row-level policies.",
                hint="Use the role kizuna_app of kizuna/embedded/roles.sql; migrate with "
                "DATABASE_OWNER_URL and `migrate --database owner`.",
                id="municipalities.E001",
            )
        ]
    return []
