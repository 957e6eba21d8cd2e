"""Whoever holds all municipalities does not wait for the one that is being planned or swept."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import connection

from delivery import holding_many
from delivery.models import Hold, Lane
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.console.days import DAY, NOON, Rows, make_facts, make_run
from tests.npo_today.lanes import make_lane

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def aoba() -> Municipality:
    town = world.make_municipality()
    make_run(town)
    for channel in ("email", "line"):
        make_lane(town, channel, 10)
        make_facts(town, DAY, Rows(channel, "planned", 10))
    return town


@contextmanager
def somebody_writes(town: Municipality, *statements: str) -> Iterator[None]:
    """Another process has these rows of the town while it plans or sweeps."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT set_config('app.municipality_id', %s, true)", [str(town.pk)])
            for statement in statements:
                cursor.execute(statement)
                assert cursor.rowcount == 1
        yield
    finally:
        other.rollback()
        other.close()


def hold_all() -> None:
    olga = world.make_npo_staff("operator", "olga@npo.example.jp")
    with time_machine.travel(NOON, tick=False), across_for_npo():
        assert holding_many.pause_all(olga, "誤り") == 1


def held(town: Municipality) -> list[str]:
    with in_municipality(town.pk):
        assert Hold.objects.get().channel == ""
        return list(
            Lane.objects.filter(is_held=True).order_by("channel").values_list("channel", flat=True)
        )


def test_lanes_hold_at_once_while_the_run_is_swept(aoba: Municipality) -> None:
    with somebody_writes(aoba, "SELECT FROM delivery_run FOR UPDATE"):
        hold_all()
        assert held(aoba) == ["email", "line"]


def test_a_lane_that_is_being_written_is_left_to_the_next_sweep(aoba: Municipality) -> None:
    lane = "SELECT FROM delivery_lane WHERE channel = 'line' FOR UPDATE"
    with somebody_writes(aoba, "SELECT FROM delivery_run FOR UPDATE", lane):
        hold_all()
        assert held(aoba) == ["email"]
