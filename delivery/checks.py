"""A start is refused while an index is missing on which a promise stands.

A concurrent index build that failed leaves an invalid index behind: it looks as if it were there,
forbids nothing and finds nothing.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from celery import signals
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

log = structlog.get_logger("delivery.checks")

# index → (must be unique, what goes wrong without it)
INDEXES: dict[str, tuple[bool, str]] = {
    "delivery_once": (True, "a text could be planned twice"),
    "one_run_a_day": (True, "a day could be planned by two at once"),
    "one_lane_each": (True, "the sums of a day could be counted twice"),
    "one_request_a_key": (True, "a LINE request could be made twice"),
    "one_edition_a_text": (True, "one text could be frozen in two forms"),
    "delivery_claim": (False, "each claim would read the whole day"),
    "delivery_lease": (False, "each sweep would read the whole day"),
    "course_by_anchor": (False, "each planning would read every family"),
}


@register(Tags.database)
def the_indexes_are_there(
    *, app_configs: Any, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Each index of ``INDEXES`` exists, is valid and, where it has to be, unique."""
    del app_configs
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('delivery_delivery') IS NULL")
        if cursor.fetchone()[0]:
            return []  # not migrated yet
        cursor.execute(
            "SELECT c.relname, i.indisunique FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname = ANY(%s) AND c.relnamespace = 'public'::regnamespace"
            " AND i.indisvalid AND i.indisready",
            [list(INDEXES)],
        )
        found = dict(cursor.fetchall())
    return [
        Error(
            f"The index {name!r} is missing or invalid: {harm}.",
            hint="Make it again as the owner, without CONCURRENTLY; its definition is in the "
            "migrations or in delivery/sql/ledger.sql.",
            id="delivery.E001",
        )
        for name, (unique, harm) in INDEXES.items()
        if name not in found or (unique and not found[name])
    ]


@signals.worker_init.connect
def refuse_without_indexes(**_: Any) -> None:
    """End a starting worker with a sentence if one is missing. A database that is away is no reason:
    the worker waits for it as always.

    Raises:
        SystemExit: with every sentence.
    """
    try:
        errors = the_indexes_are_there(app_configs=None, databases=["default"])
    except DatabaseError:
        log.warning("indexes not checked")
        return
    finally:
        connections["default"].close()
    if errors:
        raise SystemExit("\n".join(str(error.msg) for error in errors))
