"""Two transactions change the same reader in the same moment: the history has both, nobody fails."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from kizuna.lib import clock
from municipalities.models import Course, Endpoint, Municipality, ReaderSpan, Subscription
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests.isolation.catalogue import as_owner
from tests.world import Family, make_family, make_municipality

pytestmark = pytest.mark.django_db(transaction=True)

DUE = clock.today() + timedelta(days=100)
Change = Callable[[Family], object]


def stop(family: Family) -> None:
    stop_subscription(family.subscription.pk)


def block(family: Family) -> None:
    here = Endpoint.objects.filter(pk=family.endpoint.pk)
    here.update(blocked_at=clock.now(), blocked_reason="gone")


def relate(family: Family) -> None:
    Subscription.objects.filter(pk=family.subscription.pk).update(relation="father")


def twins(family: Family) -> None:
    Course.objects.filter(pk=family.course.pk).update(children=2)


@pytest.fixture
def aoba() -> Municipality:
    return make_municipality()


@pytest.mark.parametrize(
    ("first", "second", "ends"),
    [
        (stop, block, ["stopped"]),
        (block, stop, ["blocked"]),
        (relate, twins, ["changed", "changed", ""]),
        (twins, relate, ["changed", "changed", ""]),
        (relate, block, ["changed", "blocked"]),
        (block, relate, ["blocked"]),
    ],
)
def test_whoever_comes_second_waits_and_goes_on_from_the_first(
    aoba: Municipality, first: Change, second: Change, ends: list[str]
) -> None:
    family = make_family(aoba, due_date=DUE)
    errors: list[BaseException] = []

    def other() -> None:
        try:
            with in_municipality(aoba.pk):
                second(family)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with in_municipality(aoba.pk), transaction.atomic():
        first(family)
        thread.start()
        wait_until_somebody_waits()
    thread.join(30)
    assert errors == []
    with in_municipality(aoba.pk):
        found = list(ReaderSpan.objects.order_by("from_at", "pk"))
        now = Subscription.objects.select_related("course").get(pk=family.subscription.pk)
    assert [one.ended_by for one in found] == ends
    if not ends[-1]:
        assert (found[-1].relation, found[-1].children) == (now.relation, now.course.children)


def wait_until_somebody_waits() -> None:
    """Until the other transaction stands before a lock of this one."""
    pause = threading.Event()
    with as_owner() as owner:
        for _ in range(200):
            waiting = owner.execute(
                "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                " OR l.database IS NULL WHERE NOT l.granted"
            ).fetchall()
            if waiting:
                return
            pause.wait(0.05)
    raise AssertionError("nobody waits")
