"""Every ten minutes one look finds, over all municipalities, where somebody has joined the day."""

from datetime import date, timedelta

import pytest
from django.db import connection

from delivery import running
from delivery.models import Delivery, Run
from delivery.topping_up import to_top_up
from kizuna.lib import clock
from municipalities.models import Course, Municipality, Subscription
from municipalities.tenancy.scope import current_municipality_id, in_municipality
from tests.world import make_family, make_minato, make_municipality, make_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns() -> list[Municipality]:
    """Aoba and Minato, planned eleven minutes ago with one family each."""
    make_text("d45")
    towns = [make_municipality(), make_minato()]
    for town in towns:
        make_family(town, email=f"first@{town.slug}.example.jp")
    assert running.plan_due(clock.today()) == 2
    for town in towns:
        looked(town, minutes_ago=11)
    return towns


def looked(town: Municipality, minutes_ago: int) -> None:
    with in_municipality(town.pk):
        Run.objects.update(topped_up_at=clock.now() - timedelta(minutes=minutes_ago))


def last_look(town: Municipality) -> timedelta:
    with in_municipality(town.pk):
        found = Run.objects.get().topped_up_at
        assert found is not None
        return clock.now() - found


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def waiting(*towns: Municipality) -> list[int]:
    return to_top_up(clock.today(), [town.pk for town in towns])


def rows(town: Municipality) -> int:
    with in_municipality(town.pk):
        return Delivery.objects.filter(municipality_id=town.pk).count()


def test_a_family_that_joins_gets_today_s_text(towns: list[Municipality]) -> None:
    aoba, minato = towns
    make_family(aoba, email="late@aoba.example.jp")
    assert running.plan_due(clock.today()) == 1
    assert (rows(aoba), rows(minato)) == (2, 1)


def test_only_the_town_where_somebody_joined_is_planned_again(towns: list[Municipality]) -> None:
    aoba, minato = towns
    make_family(aoba, email="late@aoba.example.jp")
    assert waiting(aoba, minato) == [aoba.pk]


def test_where_nobody_joined_the_look_is_noted_for_everybody(towns: list[Municipality]) -> None:
    assert waiting(*towns) == []
    assert all(last_look(town) < timedelta(minutes=1) for town in towns)
    assert running.due_runs(clock.today()) == ([], [])


def test_a_look_a_moment_ago_is_enough(towns: list[Municipality]) -> None:
    aoba, _ = towns
    make_family(aoba, email="late@aoba.example.jp")
    looked(aoba, minutes_ago=8)
    assert waiting(aoba) == []


def test_a_stopped_subscription_a_closed_course_and_a_later_start_wait_for_nothing(
    towns: list[Municipality],
) -> None:
    aoba, _ = towns
    make_family(aoba, email="stopped@aoba.example.jp", stopped_at=clock.now())
    later = make_family(aoba, email="later@aoba.example.jp")
    with in_municipality(aoba.pk):
        Subscription.objects.filter(pk=later.subscription.pk).update(
            starts_on=clock.today() + timedelta(days=1)
        )
    lost = make_family(aoba, email="lost@aoba.example.jp")
    with in_municipality(aoba.pk):
        Course.objects.filter(pk=lost.course.pk).update(closed_at=clock.now())
    assert waiting(aoba) == []


def test_a_text_published_at_noon_finds_its_readers(towns: list[Municipality]) -> None:
    aoba, minato = towns
    make_family(aoba, birth_date=days_ago(46), email="next@aoba.example.jp")
    assert waiting(aoba, minato) == []
    looked(aoba, minutes_ago=11)
    make_text("d46")
    assert waiting(aoba, minato) == [aoba.pk]


@pytest.mark.parametrize(("last_birthday", "is_waiting"), [(1, False), (2, True)])
def test_a_course_beyond_the_town_s_last_birthday_waits_for_nothing(
    towns: list[Municipality], last_birthday: int, is_waiting: bool
) -> None:
    aoba, _ = towns
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(last_birthday=last_birthday)
    make_text("d400")
    make_family(aoba, birth_date=days_ago(400), email="toddler@aoba.example.jp")
    assert waiting(aoba) == ([aoba.pk] if is_waiting else [])


def test_a_closed_run_is_left_alone(towns: list[Municipality]) -> None:
    aoba, _ = towns
    make_family(aoba, email="late@aoba.example.jp")
    with in_municipality(aoba.pk):
        Run.objects.update(
            opens_at=clock.now() - timedelta(hours=2), closes_at=clock.now() - timedelta(hours=1)
        )
    assert waiting(aoba) == []


def test_the_look_leaves_no_municipality_behind_it(towns: list[Municipality]) -> None:
    waiting(*towns)
    assert current_municipality_id() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM delivery_run")
        assert cursor.fetchone() == (0,), "a policy shows runs after the look"
