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


def test_the_second_waits_and_finds_it_made() -> None:
    failed: list[Exception] = []

    def second() -> None:
        try:
            ensure_month(ON)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        ensure_month(ON)
        other.start()
        _wait_until_it_waits()
    other.join(timeout=20)
    assert failed == []
    with as_owner() as owner:
        made = owner.execute("SELECT to_regclass('delivery_delivery_2033_05')::text").fetchone()
    assert made == ("delivery_delivery_2033_05",)


def test_what_the_first_gave_up_the_second_makes() -> None:
    other = threading.Thread(target=lambda: (ensure_month(ON), connection.close()))
    with transaction.atomic():
        ensure_month(ON)
        other.start()
        _wait_until_it_waits()
        transaction.set_rollback(True)
    other.join(timeout=20)
    with as_owner() as owner:
        made = owner.execute("SELECT to_regclass('delivery_delivery_2033_05')::text").fetchone()
    assert made == ("delivery_delivery_2033_05",)
