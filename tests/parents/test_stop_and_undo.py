"""After a stop: what was meant stays stopped, and a week is there to take it back."""

from datetime import timedelta

import pytest
from django.test import Client

from delivery.invariants import check
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import ConsentRecord, Municipality, Subscription
from municipalities.services.withdraw import stop_subscription, undo_stop
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.leaving import (
    ONE_CLICK,
    inside,
    is_stopped,
    page,
    second_child,
    stop_link,
    subscription,
)
from tests.world import Family


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba)


def stopped_for(family: Family, days: int) -> None:
    """The family stopped so long ago."""
    with in_municipality(family.reader.municipality_id):
        stop_subscription(family.subscription.pk)
        Subscription.objects.filter(pk=family.subscription.pk).update(
            stopped_at=clock.now() - timedelta(days=days, minutes=1)
        )


def test_the_first_words_are_that_it_is_stopped(family: Family) -> None:
    shown = Client().post(stop_link(family), ONE_CLICK).content.decode()
    assert "<h1>止めました。</h1>" in shown
    assert "取り消す" in shown
    assert "赤ちゃんとお別れされた方へ" in shown
    assert "すべて止める" not in shown  # there is no other child


def test_the_same_link_takes_it_back_for_seven_days(family: Family) -> None:
    Client().post(stop_link(family), ONE_CLICK)
    shown = Client().post(stop_link(family, "undo/")).content.decode()
    assert "配信をつづけます。" in shown
    one = subscription(family)
    assert one.stopped_at is None
    assert one.starts_on == clock.today() + timedelta(days=1)
    with in_municipality(family.reader.municipality_id):
        assert list(
            ConsentRecord.objects.order_by("pk").values_list("given", "source", "text_version")
        ) == [(False, "stop_link", "stop-1"), (True, "undo", "stop-1")]


def test_opening_the_undo_page_changes_nothing(family: Family) -> None:
    stopped_for(family, 1)
    assert "また受け取る" in page(Client(), stop_link(family, "undo/"))
    assert is_stopped(family)


def test_after_seven_days_a_page_helps_on_and_nothing_comes_back(family: Family) -> None:
    stopped_for(family, 7)
    assert "取り消す" not in page(Client(), stop_link(family))
    shown = Client().post(stop_link(family, "undo/")).content.decode()
    assert "もう取り消せません" in shown
    assert "登録のページへ" in shown
    assert is_stopped(family)


def test_undoing_needs_the_token_of_the_form(family: Family) -> None:
    stopped_for(family, 1)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(stop_link(family, "undo/")).status_code == 403
    strict.get(stop_link(family))
    token = strict.cookies["csrftoken"].value
    strict.post(stop_link(family, "undo/"), {"csrfmiddlewaretoken": token})
    assert not is_stopped(family)


def test_another_child_stays_until_everything_is_stopped(
    aoba: Municipality, family: Family
) -> None:
    elder = second_child(aoba, family, birth_date=clock.today() - timedelta(days=900))
    shown = Client().post(stop_link(family), ONE_CLICK).content.decode()
    assert "すべて止める" in shown
    assert not is_stopped(elder)

    client = Client()
    answer = client.post(stop_link(family, "everything/"), follow=True)
    assert "<h1>止めました。</h1>" in answer.content.decode()
    assert "すべて止める" not in answer.content.decode()
    assert is_stopped(elder)


def test_one_undo_takes_back_all_that_one_press_stopped_and_nothing_older(
    aoba: Municipality, family: Family
) -> None:
    elder = second_child(aoba, family, birth_date=clock.today() - timedelta(days=900))
    eldest = second_child(aoba, family, birth_date=clock.today() - timedelta(days=1000))
    stopped_for(eldest, 3)
    for _ in range(2):
        Client().post(stop_link(family, "everything/"))
    Client().post(stop_link(family, "undo/"))
    assert not is_stopped(family)
    assert not is_stopped(elder)
    assert is_stopped(eldest)


def test_the_days_in_between_are_not_called_lost(aoba: Municipality) -> None:
    day = clock.today() - timedelta(days=1)
    world.make_text("d44")
    family = world.make_family(aoba, starts_on=day - timedelta(days=5))
    stopped_for(family, 3)
    plan_day(aoba.pk, day)
    with in_municipality(aoba.pk):
        assert undo_stop(family.subscription.pk)
        assert [one for one in check(day, None) if one.invariant == "I1"] == []


def test_the_own_page_stops_the_same_way(aoba: Municipality, family: Family) -> None:
    client = inside(family)
    path = f"/m/aoba/my/stop/{family.subscription.pk}/"
    assert page(client, path).count("<button") == 1
    assert not is_stopped(family)
    answer = client.post(path, ONE_CLICK, follow=True)
    assert "<h1>止めました。</h1>" in answer.content.decode()
    assert is_stopped(family)


def test_nobody_stops_somebody_elses_texts_from_the_own_page(
    aoba: Municipality, family: Family
) -> None:
    other = world.make_family(aoba, course=family.course)
    path = f"/m/aoba/my/stop/{other.subscription.pk}/"
    assert inside(family).post(path, ONE_CLICK).status_code == 404
    assert Client().post(path, ONE_CLICK).status_code == 302
    assert not is_stopped(other)


@pytest.mark.parametrize("tail", ["undo/", "everything/", "loss/"])
def test_links_that_do_not_work_end_on_the_page_with_a_way_on(
    aoba: Municipality, family: Family, tail: str
) -> None:
    answer = Client().post(f"/m/aoba/stop/x/{tail}", {"do": "end"})
    assert answer.status_code == 404
    assert "こども課 000-000-0000" in answer.content.decode()
