"""Births of each year, and how many of the youngest children the texts reach. Noon, 25 Nov 2026."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import Births, Course, Endpoint, Municipality, StaffAct, Subscription
from municipalities.services import births
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.calendar.conftest import client_of
from tests.calendar.test_home import ON, page, tight

PAGE = "/console/aoba/births/"


def put(house: Municipality, **counts: int) -> None:
    """y2025=12: twelve births in 2025."""
    with in_municipality(house.pk):
        for year, count in counts.items():
            Births.objects.create(
                municipality=house, year=int(year[1:]), count=count, noted_at=clock.now()
            )


def kept(house: Municipality) -> dict[int, int]:
    with in_municipality(house.pk):
        return births.kept(ON)


def acts(house: Municipality) -> list[dict[str, Any]]:
    with in_municipality(house.pk):
        found = StaffAct.objects.filter(act="births.changed").order_by("pk")
        return list(found.values_list("details", flat=True))


def children(house: Municipality, how_many: int, birth: date = ON) -> list[world.Family]:
    return [world.make_family(house, birth_date=birth) for _ in range(how_many)]


def reached(house: Municipality) -> int:
    with in_municipality(house.pk):
        return births.coverage(ON).children


# --- The page


def test_four_years_are_asked_for(alice: Client) -> None:
    shown = alice.get(PAGE).content.decode()
    for label in (
        "2026年の出生数（いままで）",
        "2025年の出生数",
        "2024年の出生数",
        "2023年の出生数",
    ):
        assert label in shown
    assert "2022年の出生数" not in shown


@pytest.mark.parametrize("typed", ["1234", "１２３４", "1,234", "１，２３４人", " 1234 ", "1、234"])
def test_a_number_is_read_as_people_type_it(aoba: Municipality, alice: Client, typed: str) -> None:
    answer = alice.post(PAGE, {"births-2025": typed}, follow=True)
    assert answer.redirect_chain == [("/console/aoba/", 302)]
    assert "保存しました。" in answer.content.decode()
    assert kept(aoba) == {2025: 1234}


@pytest.mark.parametrize(
    "typed", ["たくさん", "-1", "1.5", "12,34", "1234567", "8②", "1\x002", "1\n2"]
)
def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    aoba: Municipality, alice: Client, typed: str
) -> None:
    answer = alice.post(PAGE, {"births-2025": "812", "births-2024": typed})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#births-2024"' in shown
    assert 'id="births-2024-error">2024年の出生数を数字で入れてください。' in shown
    assert "births-2025-error" not in shown
    assert 'value="812"' in shown
    assert f'value="{typed}"' in shown
    assert kept(aoba) == {}
    assert acts(aoba) == []


def test_each_change_is_in_the_log_and_what_stays_is_not(aoba: Municipality, alice: Client) -> None:
    put(aoba, y2024=790, y2023=0)
    typed = {"births-2025": "812", "births-2024": "801", "births-2023": "0"}
    alice.post(PAGE, typed)
    assert kept(aoba) == {2025: 812, 2024: 801, 2023: 0}
    assert acts(aoba) == [
        {"year": 2025, "after": 812},
        {"year": 2024, "before": 790, "after": 801},
    ]
    log = client_of(aoba, Role.MANAGER).get("/console/aoba/audit/").content.decode()
    assert "出生数を入力・変更" in log
    assert "年: 2024" in log


def test_an_empty_field_takes_the_number_away(aoba: Municipality, alice: Client) -> None:
    put(aoba, y2025=812)
    alice.post(PAGE, {"births-2025": "", "shown-2025": "812"})
    assert kept(aoba) == {}
    assert acts(aoba) == [{"year": 2025, "before": 812}]


def test_what_a_colleague_entered_meanwhile_stays(aoba: Municipality, alice: Client) -> None:
    put(aoba, y2025=812)
    sent = {"births-2025": "", "shown-2025": "", "births-2024": "801", "shown-2024": ""}
    alice.post(PAGE, sent)
    assert kept(aoba) == {2025: 812, 2024: 801}


def test_each_town_has_its_own_numbers(aoba: Municipality, alice: Client) -> None:
    put(minato := world.make_minato(), y2025=999)
    alice.post(PAGE, {"births-2025": "812"})
    assert kept(minato) == {2025: 999}
    assert "999" not in alice.get(PAGE).content.decode()


def test_the_page_speaks_english(aoba: Municipality, alice: Client) -> None:
    shown = alice.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "Births in 2026 until now" in shown


# --- The first page


def test_the_share_is_told_beside_the_births(aoba: Municipality, alice: Client) -> None:
    children(aoba, 6)
    put(aoba, y2025=13, y2026=99, y2024=98)
    words = tight(page(alice))
    assert "届いている子ども（0歳）</dt><dd>6人</dd>" in words
    assert "昨年（2025年）の出生数</dt><dd>13人（約46％）</dd>" in words
    assert "割合が出ます" not in words
    english = tight(alice.get("/console/aoba/", headers={"accept-language": "en"}).content.decode())
    assert "<dd>13children(about46%)</dd>" in english


def test_without_births_the_way_to_enter_them_is_offered(aoba: Municipality, alice: Client) -> None:
    words = page(alice)
    assert "出生数を入れると、届いている割合が出ます" in words
    assert PAGE in words
    viewer = page(client_of(aoba, Role.VIEWER))
    assert "出生数を入れると、届いている割合が出ます" in viewer
    assert PAGE not in viewer


@pytest.mark.parametrize(
    ("there", "born", "told", "of"),
    [(4, 20, "5未満", "20人"), (1, 20, "5未満", "20人"), (0, 20, "0人", "20人"),
     (6, 4, "6人", "5未満"), (6, 0, "6人", "0人")],
)  # fmt: skip
def test_small_numbers_are_hidden_and_so_is_their_share(
    aoba: Municipality, alice: Client, there: int, born: int, told: str, of: str
) -> None:
    children(aoba, there)
    put(aoba, y2025=born)
    words = tight(page(alice))
    assert f"届いている子ども（0歳）</dt><dd>{told}</dd>" in words
    assert f"昨年（2025年）の出生数</dt><dd>{of}</dd>" in words
    assert "（約" not in words


def test_five_are_enough_and_a_half_is_rounded_up(aoba: Municipality, alice: Client) -> None:
    children(aoba, 5)
    put(aoba, y2025=40)
    assert "40人（約13％）" in tight(page(alice))


def test_who_counts_as_a_child_under_one(aoba: Municipality) -> None:
    children(aoba, 1, ON - timedelta(days=364))
    assert reached(aoba) == 1
    children(aoba, 1, ON - timedelta(days=365))
    world.make_family(aoba, due_date=ON)
    children(world.make_minato(), 1)
    assert reached(aoba) == 1
    twins = children(aoba, 1)[0]
    with in_municipality(aoba.pk):
        Course.objects.filter(pk=twins.course.pk).update(children=2)
    world.make_family(aoba, course=twins.course, relation="father")
    assert reached(aoba) == 3


def test_who_gets_nothing_does_not_count(aoba: Municipality) -> None:
    stopped, closed, blocked, unverified = children(aoba, 4)
    assert reached(aoba) == 4
    now = clock.now()
    with in_municipality(aoba.pk):
        Subscription.objects.filter(pk=stopped.subscription.pk).update(stopped_at=now)
        Course.objects.filter(pk=closed.course.pk).update(closed_at=now)
        Endpoint.objects.filter(pk=blocked.endpoint.pk).update(
            blocked_at=now, blocked_reason="dead"
        )
        Endpoint.objects.filter(pk=unverified.endpoint.pk).update(verified_at=None)
    assert reached(aoba) == 0
