"""Spans by hand, for days that are long past; and a history that is made older than it is."""

from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg

from kizuna.lib import clock
from municipalities.models import Municipality, ReaderSpan
from tests.isolation.catalogue import as_owner

_numbers = iter(range(1_000_000, 9_000_000))


def make_span(municipality: Municipality, **fields: Any) -> ReaderSpan:
    """A child born a hundred days ago, followed by mail since sixty days. Inside ``in_municipality``."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "subscription_id": number, "reader_id": number, "course_id": number, "kind": "child",
        "anchor": clock.today() - timedelta(days=100), "children": 1, "channel": "email",
        "relation": "mother", "starts_on": date(2020, 1, 1),
        "from_at": noon(clock.today() - timedelta(days=60)),
    } | fields  # fmt: skip
    if given.get("until_at"):
        given.setdefault("ended_by", "stopped")
    return ReaderSpan.objects.create(municipality=municipality, **given)


def noon(on: date) -> datetime:
    return clock.at(on, time(12))


def make_older(days: int) -> None:
    """All that happened so far happened so many days earlier. Only the owner can do that."""
    with as_owner() as owner:
        _without_guard(owner, days)
        owner.commit()


def _without_guard(owner: psycopg.Connection[Any], days: int) -> None:
    table = "municipalities_readerspan"
    owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER span_is_history")
    owner.execute(
        f"UPDATE {table} SET from_at = from_at - make_interval(days => %(days)s),"
        " until_at = until_at - make_interval(days => %(days)s)",
        {"days": days},
    )
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER span_is_history")
    owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
