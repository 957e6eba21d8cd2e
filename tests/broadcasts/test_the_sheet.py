"""For the paper file: what is decided on, who decided, every form of the words, room for the number."""

from datetime import timedelta

import pytest

from delivery import broadcasting
from delivery.sending import serve
from kizuna.lib import clock
from tests.broadcasts.desk import Desk, tomorrow_at
from tests.broadcasts.test_pages import act, at_desk, url
from tests.world import make_family


def test_everything_a_decision_needs_is_on_it(desk: Desk) -> None:
    make_family(desk.town)
    make_family(desk.town, due_date=clock.today() + timedelta(days=40))
    one = desk.write(state="asked", send_at=tomorrow_at(10))
    bob = at_desk(desk.bob)
    act(bob, one, "approve", "日程を確かめました")
    answer = bob.get(url("broadcast", one.pk))
    assert url("broadcast_sheet", one.pk) in answer.content.decode()
    page = bob.get(url("broadcast_sheet", one.pk)).content.decode()
    for words in (
        "決裁番号",
        "押印欄",
        "青葉市の、すべての読者に",
        "10:00",
        "2人に送ることを承認",
        "メール: 2",
        "日程を確かめました",
        desk.bob.name,
    ):
        assert words in page
    assert page.count("10月3日に、こども館でひらきます。") == 3
    assert "%%" not in page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_afterwards_it_says_how_many_were_sent(desk: Desk, lang: str) -> None:
    make_family(desk.town)
    one = desk.approved(is_urgent=True)
    broadcasting.plan(desk.town.pk, one.pk)
    serve(desk.town.pk, clock.today(), desk.email, "me")
    page = at_desk(desk.alice, lang).get(url("broadcast_sheet", one.pk)).content.decode()
    assert ("1 of 1 were sent." in page) or lang == "ja"


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_an_empty_one_can_be_printed_as_well(desk: Desk, state: str) -> None:
    one = desk.write(state=state, subject="", body="", send_at=None)
    assert at_desk(desk.alice).get(url("broadcast_sheet", one.pk)).status_code == 200
