"""A range that is no named group: it stays on the form, and one of one's own can be added."""

import pytest

from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import Desk
from tests.broadcasts.test_pages import at_desk, url
from tests.broadcasts.test_who_gets_it import SPANS

ODD = {"kind": "child", "first_day": 30, "last_day": 60}


def test_saving_the_form_as_it_stands_drops_no_range(desk: Desk) -> None:
    one, alice = desk.write(ranges=[SPANS["early"], ODD]), at_desk(desk.alice)
    page = alice.get(url("broadcast_who", one.pk)).content.decode()
    assert 'value="child-30-60"' in page
    assert "生後30日〜60日の子の家族" in page
    keys = {"group": ["early", "child-30-60"], "channel": "email", "revision": 1}
    assert alice.post(url("broadcast_who", one.pk), keys).status_code == 302
    again = desk.again(one)
    assert (again.ranges, again.channel) == ([SPANS["early"], ODD], "email")
    alice.post(url("broadcast_who", one.pk), {"group": ["early"], "channel": "", "revision": 2})
    assert desk.again(one).ranges == [SPANS["early"]]


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        (
            ("pregnancy", "8", "", "10", "6"),
            [{"kind": "pregnancy", "first_day": 56, "last_day": 76}],
        ),
        (("child", "", "30", "", "60"), [ODD]),
        (("", "", "", "", ""), []),
    ],
)
def test_a_range_of_ones_own(desk: Desk, typed: tuple[str, ...], ranges: list[object]) -> None:
    one = desk.write()
    names = ("kind", "first_big", "first_days", "last_big", "last_days")
    data = dict(zip(names, typed, strict=True))
    answer = at_desk(desk.alice).post(url("broadcast_who", one.pk), {**data, "revision": 1})
    assert answer.status_code == 302
    assert desk.again(one).ranges == ranges


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "pregnancy", "first_big": "10", "last_big": "8"},
        {"kind": "pregnancy", "first_big": "43", "last_big": "44"},
        {"kind": "child", "first_big": "多分", "last_big": "8"},
        {"first_big": "3", "last_big": "8"},
        {"kind": "child"},
    ],
)
def test_a_range_that_says_nothing_is_refused_and_stays_typed(
    desk: Desk, typed: dict[str, str]
) -> None:
    one = desk.write(ranges=[ODD])
    data = {**typed, "group": ["child-30-60", "early"], "revision": 1}
    answer = at_desk(desk.alice).post(url("broadcast_who", one.pk), data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert all(f'value="{value}"' in page for value in typed.values())
    assert page.count("checked") >= 2
    assert desk.again(one).ranges == [ODD]


def test_a_made_up_key_is_nobodys_choice(desk: Desk) -> None:
    one = desk.write()
    keys = ["child-9-3", "child-0-9999", "pregnancy-0-300", "child-１-2", "x", "child-1"]
    at_desk(desk.alice).post(url("broadcast_who", one.pk), {"group": keys, "revision": 1})
    with in_municipality(desk.town.pk):
        assert desk.again(one).ranges == []
