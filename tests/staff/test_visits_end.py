"""A forgotten visit ends by itself, and others can be ended from anywhere."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from kizuna.lib import clock
from municipalities.domain.agents import agent_words
from municipalities.models import Municipality, StaffUser
from tests import world

START = datetime(2026, 11, 25, 9, 0, tzinfo=clock.TOKYO)
HOME = "/console/aoba/"
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def log_in(agent: str = WINDOWS) -> Client:
    client = Client(headers={"accept-language": "ja", "user-agent": agent})
    answer = client.post(
        "/accounts/login/", {"login": "alice@aoba.example.jp", "password": world.PASSWORD}
    )
    assert answer.status_code == 302
    return client


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def test_half_an_hour_of_nothing_logs_out_and_says_why(
    at: time_machine.Traveller, alice: StaffUser
) -> None:
    client = log_in()
    assert client.get(HOME).status_code == 200
    at.move_to(minutes(29), tick=False)
    assert client.get(HOME).status_code == 200
    at.move_to(minutes(58), tick=False)
    assert client.get(HOME).status_code == 200
    at.move_to(minutes(89), tick=False)
    answer = client.get(HOME, follow=True)
    assert answer.redirect_chain[0][0] == f"/accounts/login/?next={HOME}"
    assert "しばらく操作がなかった" in answer.content.decode()


def test_a_page_that_looks_for_news_by_itself_keeps_nobody_in(
    at: time_machine.Traveller, alice: StaffUser
) -> None:
    client = log_in()
    client.get(HOME)
    for minute in range(5, 31, 5):
        at.move_to(minutes(minute), tick=False)
        assert client.get(HOME, headers={"sec-fetch-dest": "empty"}).status_code == 200
    at.move_to(minutes(31), tick=False)
    assert client.get(HOME, headers={"sec-fetch-dest": "empty"}).status_code == 302


def test_after_a_working_day_everybody_logs_in_again(
    at: time_machine.Traveller, alice: StaffUser
) -> None:
    client = log_in()
    for minute in range(0, 8 * 60, 20):
        at.move_to(minutes(minute), tick=False)
        assert client.get(HOME).status_code == 200, minute
    at.move_to(minutes(8 * 60 + 1), tick=False)
    assert client.get(HOME).status_code == 302


def test_a_parent_has_no_session(aoba: Municipality, client: Client) -> None:
    answer = client.get("/m/aoba/")
    assert "kizuna" not in answer.cookies


def test_one_sees_where_one_is_logged_in_and_ends_it(alice: StaffUser) -> None:
    office, phone = log_in(), log_in(IPHONE)
    page = office.get("/accounts/sessions/").content.decode()
    assert "Microsoft Edge, Windows" in page
    assert "Safari, iPhone" in page
    assert "この端末" in page
    other = UserSession.objects.get(user_agent=IPHONE)
    office.post("/accounts/sessions/", {"session": other.pk})
    assert phone.get(HOME).status_code == 302
    assert office.get(HOME).status_code == 200


def test_all_others_end_and_the_present_one_stays(alice: StaffUser) -> None:
    here, *others = log_in(), log_in(), log_in()
    here.post("/accounts/sessions/", {"session": "others"})
    assert [one.get(HOME).status_code for one in others] == [302, 302]
    assert here.get(HOME).status_code == 200
    assert UserSession.objects.count() == 1


def test_nobody_ends_another_person_s_visit(aoba: Municipality, alice: StaffUser) -> None:
    hers = log_in()
    world.make_staff(aoba, email="bob@aoba.example.jp")
    bob = Client()
    bob.post("/accounts/login/", {"login": "bob@aoba.example.jp", "password": world.PASSWORD})
    number = UserSession.objects.get(user=alice).pk
    for asked in (number, "others", "x"):
        bob.post("/accounts/sessions/", {"session": asked})
    assert hers.get(HOME).status_code == 200
    assert "Windows" not in bob.get("/accounts/sessions/").content.decode()


def test_a_stranger_sees_the_login(client: Client, db: None) -> None:
    assert client.get("/accounts/sessions/").status_code == 302


def test_an_unknown_browser_has_no_words() -> None:
    assert agent_words("curl/8") == ""
