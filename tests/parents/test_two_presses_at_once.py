"""A double tap arrives as two requests at the same moment: one thing happens, and no error."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kizuna.lib import clock
from municipalities.models import (
    ConsentRecord,
    Course,
    Endpoint,
    Municipality,
    Registration,
    ServiceMail,
    Subscription,
)
from municipalities.services.entrance import confirm_url
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.own_page import boxes, come_in, course_of, reader_of, subscription_of
from tests.world import Family

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW = "hanako@example.jp", "hanako@example.com"


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, email=OLD)


def at_once(*presses: Callable[[], Any]) -> list[int]:
    """All of them in the same moment, each on a connection of its own; their answers."""
    start = Barrier(len(presses))

    def press(one: Callable[[], Any]) -> int:
        start.wait(5)
        try:
            return int(one().status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as hands:
        return list(hands.map(press, presses))


def test_one_child_is_added(aoba: Municipality, family: Family) -> None:
    browsers = [come_in(aoba, family) for _ in range(4)]
    typed = boxes(clock.today(), state="born", relation="mother", step="save")
    answers = at_once(*(lambda b=b: b.post("/m/aoba/my/child/", typed) for b in browsers))
    assert answers == [302] * 4
    with in_municipality(aoba.pk):
        assert Subscription.objects.count() == Course.objects.count() == 2
        assert ConsentRecord.objects.count() == 1


def test_one_birth_is_reported(aoba: Municipality) -> None:
    today = clock.today()
    family = world.make_family(aoba, due_date=today + timedelta(days=3))
    path = f"/m/aoba/my/birth/{family.subscription.pk}/"
    browsers = [come_in(aoba, family) for _ in range(3)]
    days = [today, today - timedelta(days=1), today]
    answers = at_once(
        *(
            lambda b=b, day=day: b.post(path, boxes(day, step="save"))
            for b, day in zip(browsers, days, strict=True)
        )
    )
    assert answers == [302] * 3
    assert course_of(family).birth_date in days


def test_a_new_address_is_taken_once_beside_a_stop(aoba: Municipality, family: Family) -> None:
    browser = come_in(aoba, family)
    browser.post("/m/aoba/my/address/", {"present": OLD, "new": NEW})
    with in_municipality(aoba.pk):
        path = "/m/" + confirm_url(aoba, Registration.objects.get()).split("/m/", 1)[1]
    stop = f"/m/aoba/my/stop/{family.subscription.pk}/"
    answers = at_once(
        lambda: Client().post(path),
        lambda: Client().post(path),
        lambda: browser.post(stop, {"List-Unsubscribe": "One-Click"}),
    )
    assert answers[:2] == [200, 200]
    assert answers[2] == 302
    assert reader_of(family).link_generation == 2
    assert subscription_of(family).endpoint.address == NEW
    with in_municipality(aoba.pk):
        assert Endpoint.objects.count() == 1


def test_one_wish_for_a_new_address_is_kept(aoba: Municipality, family: Family) -> None:
    browsers = [come_in(aoba, family) for _ in range(3)]
    typed = {"present": OLD, "new": NEW}
    answers = at_once(*(lambda b=b: b.post("/m/aoba/my/address/", typed) for b in browsers))
    assert answers == [200] * 3
    with in_municipality(aoba.pk):
        assert Registration.objects.count() == 1
        assert ServiceMail.objects.count() == 1
