"""Moving house: the reader takes the date along, and agrees again on the new municipality's page."""

from datetime import timedelta

import pytest
from django.test import Client

from kizuna.lib import clock
from municipalities.models import Course, Municipality, Reader, Registration, Subscription
from municipalities.services.entrance import confirm_url
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.leaving import inside, is_stopped, page, second_child
from tests.world import Family

MOVING = {"address": "a@example.jp", "when": "now", "agree": "on"}


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def minato(db: None) -> Municipality:
    return world.make_minato()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(
        aoba, email="a@example.jp", due_date=clock.today() + timedelta(days=100)
    )


def test_places_that_send_are_offered_and_found_by_name(
    family: Family, minato: Municipality
) -> None:
    world.make_municipality("yama", name="山の町", service="preparing")
    world.make_municipality("kawa", name="川の町")
    client = inside(family)
    shown = page(client, "/m/aoba/my/move/")
    assert "みなと町" in shown
    assert "川の町" in shown
    assert "山の町" not in shown
    main = page(client, "/m/aoba/my/move/?name=みなと").split("<main")[1]
    assert "みなと町" in main
    assert "川の町" not in main
    assert "まだ配信していません" in page(client, "/m/aoba/my/move/?name=どこか")


def test_nothing_is_there_before_the_reader_agrees_on_the_new_page(
    family: Family, minato: Municipality
) -> None:
    shown = inside(family).post("/m/aoba/my/move/minato/", MOVING).content.decode()
    assert "みなとすくすくメール" in shown
    assert is_stopped(family)
    with in_municipality(minato.pk):
        waiting = Registration.objects.get()
        assert waiting.due_date == family.course.due_date
        assert waiting.relation == "mother"
        assert waiting.source == "move"
        assert waiting.address == "a@example.jp"
        assert not Reader.objects.exists()
        assert not Course.objects.exists()
        url = confirm_url(minato, waiting)
    Client().get(url[url.index("/m/") :])
    with in_municipality(minato.pk):
        assert not Reader.objects.exists()
    Client().post(url[url.index("/m/") :])
    with in_municipality(minato.pk):
        made = Subscription.objects.select_related("course").get()
        assert made.course.due_date == family.course.due_date
        assert made.starts_on == clock.today() + timedelta(days=1)


def test_the_texts_from_here_may_go_on_until_the_reader_stops_them(
    family: Family, minato: Municipality
) -> None:
    answer = inside(family).post("/m/aoba/my/move/minato/", {**MOVING, "when": "later"})
    assert f"/my/stop/{family.subscription.pk}/" in answer.content.decode()
    assert not is_stopped(family)
    with in_municipality(minato.pk):
        assert Registration.objects.count() == 1


def test_without_agreeing_nothing_is_handed_over(family: Family, minato: Municipality) -> None:
    answer = inside(family).post("/m/aoba/my/move/minato/", {**MOVING, "agree": ""})
    assert answer.status_code == 400
    assert not is_stopped(family)
    with in_municipality(minato.pk):
        assert not Registration.objects.exists()


def test_opening_the_pages_changes_nothing(family: Family, minato: Municipality) -> None:
    shown = page(inside(family), "/m/aoba/my/move/minato/")
    assert 'value="a@example.jp"' in shown
    assert not is_stopped(family)
    with in_municipality(minato.pk):
        assert not Registration.objects.exists()


def test_of_two_children_one_goes_at_a_time_and_the_other_stays(
    aoba: Municipality, family: Family, minato: Municipality
) -> None:
    elder = second_child(aoba, family, birth_date=clock.today() - timedelta(days=900))
    client = inside(family)
    assert client.post("/m/aoba/my/move/minato/", MOVING).status_code == 400
    client.post("/m/aoba/my/move/minato/", {**MOVING, "course": str(elder.course.pk)})
    assert is_stopped(elder)
    assert not is_stopped(family)
    with in_municipality(minato.pk):
        assert Registration.objects.get().birth_date == elder.course.birth_date


@pytest.mark.parametrize("to", ["aoba", "yama", "nowhere"])
def test_only_another_place_that_sends_can_be_chosen(family: Family, to: str) -> None:
    world.make_municipality("yama", name="山の町", service="ended")
    assert inside(family).post(f"/m/aoba/my/move/{to}/", MOVING).status_code == 404
    assert not is_stopped(family)


def test_twins_move_as_twins(aoba: Municipality, family: Family, minato: Municipality) -> None:
    with in_municipality(aoba.pk):
        Course.objects.update(children=2)
    inside(family).post("/m/aoba/my/move/minato/", MOVING)
    with in_municipality(minato.pk):
        assert Registration.objects.get().children == 2
