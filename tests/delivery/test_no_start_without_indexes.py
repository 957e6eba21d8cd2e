"""An index on which a promise stands is missing or invalid: nothing starts."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connection, connections

from delivery import checks
from tests.conftest import _as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def said() -> list[str]:
    found = checks.the_indexes_are_there(app_configs=None, databases=["default"])
    return [str(error.msg) for error in found]


@pytest.fixture
def owner() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    connection.close()
    with _as_owner(str(connection.settings_dict["NAME"])) as opened:
        yield opened


def test_all_of_them_are_there() -> None:
    assert said() == []
    checks.refuse_without_indexes()


def test_a_missing_one_and_one_that_is_not_unique_are_named(
    owner: psycopg.Connection[tuple[object, ...]],
) -> None:
    owner.execute("ALTER INDEX delivery_once RENAME TO another")
    owner.execute(
        "CREATE INDEX delivery_once ON delivery_delivery"
        " (run_day, municipality_id, subscription_id, endpoint_id, text_id)"
    )
    owner.execute("ALTER INDEX delivery_claim RENAME TO elsewhere")
    try:
        assert len(said()) == 2
        with pytest.raises(SystemExit, match="planned twice"):
            checks.refuse_without_indexes()
    finally:
        owner.execute("DROP INDEX delivery_once")
        owner.execute("ALTER INDEX another RENAME TO delivery_once")
        owner.execute("ALTER INDEX elsewhere RENAME TO delivery_claim")
    assert said() == []


def test_an_invalid_one_counts_as_missing(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    owner.execute("ALTER INDEX delivery_lease RENAME TO another")
    # On a partitioned table an index made with ONLY stays invalid until every partition has its own.
    owner.execute("SELECT delivery_ensure_month('2026-11-01')")
    owner.execute("CREATE INDEX delivery_lease ON ONLY delivery_delivery (municipality_id)")
    try:
        assert said() == [
            "The index 'delivery_lease' is missing or invalid: each sweep would read the whole day."
        ]
    finally:
        owner.execute("DROP INDEX delivery_lease")
        owner.execute("ALTER INDEX another RENAME TO delivery_lease")


def test_a_database_that_is_away_is_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(connections["default"], "cursor", gone)
    checks.refuse_without_indexes()
