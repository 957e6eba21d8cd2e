"""Pausing a service ends the day: with many waiting it is the second person who does it."""

import pytest
from django.test import Client

from delivery import holding
from municipalities.models import StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.delivery.conftest import Morning

PAGE = "/npo/municipality/aoba/service/"


@pytest.fixture
def ready(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> Morning:
    """Three mails wait; more than two are many."""
    world.make_text("d45")
    for at in range(3):
        world.make_family(morning.municipality, email=f"r{at}@example.jp")
    morning.plan()
    monkeypatch.setattr(holding, "MANY", 2)
    return morning


def door(user: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pause(user: StaffUser) -> int:
    return door(user).post(PAGE, {"wish": "pause", "reason": "庁舎の移転"}).status_code


def service(morning: Morning) -> str:
    morning.municipality.refresh_from_db()
    return morning.municipality.service


def hold(morning: Morning, by: StaffUser, channel: str = "") -> None:
    with in_municipality(morning.municipality.pk):
        holding.pause(holding.Asked(morning.municipality, morning.on, channel, "原稿の誤り", by))


def test_one_person_is_led_to_the_hold(ready: Morning) -> None:
    naomi = world.make_naomi()
    shown = door(naomi).get(PAGE).content.decode()
    assert "きょうは3件が待っています。2件を超えて見送るには、2人の確認が必要です。" in shown
    assert f"/npo/today/aoba/{ready.on}/hold/" in shown
    assert 'value="pause"' not in shown
    assert pause(naomi) == 409
    assert service(ready) == "live"


def test_whoever_holds_the_day_is_the_first_and_another_pauses(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi)
    assert pause(naomi) == 409
    assert service(ready) == "live"
    assert pause(olga) == 302
    assert service(ready) == "paused"


def test_a_hold_of_one_channel_is_not_enough(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi, "email")
    assert pause(olga) == 409


def test_a_few_are_left_out_by_one(ready: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "MANY", 3)
    assert pause(world.make_naomi()) == 302
    assert service(ready) == "paused"


def test_going_on_tells_that_today_is_planned_at_once(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi)
    pause(olga)
    assert "きょうの分をすぐに予定し" in door(naomi).get(PAGE).content.decode()
