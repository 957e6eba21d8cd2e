"""Two planners find the first day of a month without its partition, in the same moment."""

import threading
import time
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction

from delivery.planning import ensure_month
from tests.isolation.catalogue import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2033, 5, 20)
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


@pytest.fixture(autouse=True)
def _month_gone() -> Iterator[None]:
    yield
    with as_owner() as owner:
        owner.execute("DROP TABLE IF EXISTS delivery_delivery_2033_05")
        owner.commit()


def _wait_until_it_waits() -> None:
    until = time.monotonic() + 20
    with as_owner() as owner:
        while owner.execute(WAITING).fetchone() == (0,):
            assert time.monotonic() < until, "the second planner never waited"
            time.sleep(0.02)


def _second_planner(failed: list[Exception]) -> threading.Thread:
    def plan() -> None:
        try:
            ensure_month(ON)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    return threading.Thread(target=plan)


def _is_there() -> bool:
    with as_owner() as owner:
        row = owner.execute("SELECT to_regclass('delivery_delivery_2033_05')::text").fetchone()
    return row == ("delivery_delivery_2033_05",)


@pytest.mark.parametrize("first_gives_up", [False, True])
def test_the_second_waits_and_goes_on_with_the_month_made(*, first_gives_up: bool) -> None:
    failed: list[Exception] = []
    second = _second_planner(failed)
    with transaction.atomic():
        ensure_month(ON)
        second.start()
        _wait_until_it_waits()
        transaction.set_rollback(first_gives_up)
    second.join(timeout=20)
    assert failed == []
    assert _is_there()
