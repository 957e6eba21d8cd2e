"""Between planning and sending a family's life can change: whatever was committed first wins."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from delivery.models import Delivery
from kizuna.lib import clock
from municipalities.models import Course, Endpoint, Municipality, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import Family, line_id, make_endpoint, make_family, make_text

Change = Callable[[Morning, Family], object]


def stop(morning: Morning, family: Family) -> object:
    return Subscription.objects.filter(pk=family.subscription.pk).update(stopped_at=clock.now())


def pause(morning: Morning, family: Family) -> object:
    return Subscription.objects.filter(pk=family.subscription.pk).update(paused_at=clock.now())


def lose(morning: Morning, family: Family) -> object:
    return Course.objects.filter(pk=family.course.pk).update(closed_at=clock.now())


def correct_the_date(morning: Morning, family: Family) -> object:
    assert family.course.birth_date
    return Course.objects.filter(pk=family.course.pk).update(
        birth_date=family.course.birth_date + timedelta(days=3)
    )


def block(morning: Morning, family: Family) -> object:
    return Endpoint.objects.filter(pk=family.endpoint.pk).update(
        blocked_at=clock.now(), blocked_reason="blocked"
    )


def choose_line(morning: Morning, family: Family) -> object:
    line = make_endpoint(morning.municipality, family.reader, line=line_id(9))
    return Subscription.objects.filter(pk=family.subscription.pk).update(endpoint=line)


def pause_the_service(morning: Morning, family: Family) -> object:
    return Municipality.objects.filter(pk=morning.municipality.pk).update(service="paused")


def let_it_get_late(morning: Morning, family: Family) -> object:
    return Delivery.objects.update(expires_at=clock.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (stop, "stopped"),
        (pause, "paused"),
        (lose, "stopped"),
        (correct_the_date, "date_changed"),
        (block, "blocked"),
        (choose_line, "endpoint_changed"),
        (pause_the_service, "service_paused"),
        (let_it_get_late, "late"),
    ],
)
def test_what_changed_after_planning_is_not_sent(
    morning: Morning, change: Change, reason: str
) -> None:
    make_text("d45")
    family = make_family(morning.municipality)
    neighbour = make_family(morning.municipality)
    morning.plan()
    with in_municipality(morning.municipality.pk):
        change(morning, family)

    morning.send()

    by_subscription = {row.subscription_id: (row.state, row.reason) for row in morning.rows()}
    assert by_subscription[family.subscription.pk] == ("skipped", reason)
    if change not in (pause_the_service, let_it_get_late):
        assert by_subscription[neighbour.subscription.pk] == ("sent", "")
    assert family.endpoint.address not in [sent.address for sent in morning.email.sent]


def test_a_worker_that_slept_past_its_lease_may_not_send(morning: Morning) -> None:
    from delivery import ledger
    from delivery.ledger import Shift

    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    sleeper = Shift(morning.on, "email", "sleeper")
    with in_municipality(morning.municipality.pk):
        [claimed] = ledger.claim(sleeper, 10)
        Delivery.objects.update(lease_until=clock.now() - timedelta(seconds=1))
        assert ledger.pre_mark(sleeper, [claimed[0]]) == set()
        ledger.sweep(morning.on, ["line"])

    morning.send(owner="somebody else")

    assert morning.states() == [("sent", "")]
    assert len(morning.email.sent) == 1
