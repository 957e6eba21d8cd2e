"""Planning may be killed, repeated, or run twice at once: the ledger is the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from delivery.models import Delivery, Lane
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_municipality, make_text


def test_planning_twice_adds_nothing(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)

    assert morning.plan().total == 1
    assert morning.plan().total == 0
    assert len(morning.rows()) == 1


def test_a_reader_who_joined_meanwhile_is_added_and_nobody_else(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)
    morning.plan()

    make_family(morning.municipality)

    assert morning.plan().added == {("email", "planned"): 1}
    with in_municipality(morning.municipality.pk):
        assert Lane.objects.get().planned == 2


def test_a_planner_that_dies_leaves_nothing_half_written(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)

    with pytest.raises(RuntimeError), in_municipality(morning.municipality.pk):
        plan_day(morning.municipality.pk, morning.on)
        raise RuntimeError("killed before the commit")

    assert morning.rows() == []
    assert morning.plan().total == 1


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_plan_everybody_once() -> None:
    aoba = make_municipality()
    make_text("d45")
    for _ in range(20):
        make_family(aoba)

    def plan() -> int:
        try:
            return plan_day(aoba.pk, clock.today()).total
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        added = [job.result() for job in [pool.submit(plan) for _ in range(8)]]

    assert sorted(added) == [0] * 7 + [20]
    with in_municipality(aoba.pk):
        assert Delivery.objects.values("subscription_id").distinct().count() == 20
        assert Delivery.objects.count() == 20
        assert Lane.objects.get().planned == 20


def test_each_day_is_planned_for_itself(morning: Morning) -> None:
    make_text("d45")
    make_text("d46")
    make_family(morning.municipality)
    morning.plan()

    plan_day(morning.municipality.pk, morning.on + timedelta(days=1))

    assert [row.run_day - morning.on for row in morning.rows()] == [
        timedelta(days=0),
        timedelta(days=1),
    ]
