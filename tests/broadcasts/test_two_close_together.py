"""Two broadcasts within 72 hours: the number that is agreed to is the number that is reached."""

from datetime import timedelta

import pytest

from delivery import broadcast_reach, broadcasting
from delivery.broadcast_reach import Reach
from kizuna.lib import clock
from messages.models import Broadcast
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import Desk, tomorrow_at
from tests.broadcasts.test_pages import act, at_desk, url
from tests.broadcasts.test_who_gets_it import SPANS
from tests.world import make_family


@pytest.fixture
def families(desk: Desk) -> Desk:
    """Two with a baby, one who expects."""
    make_family(desk.town)
    make_family(desk.town)
    make_family(desk.town, due_date=clock.today() + timedelta(days=60))
    return desk


def reach(desk: Desk, one: Broadcast) -> Reach:
    assert one.send_at
    with in_municipality(desk.town.pk):
        return broadcast_reach.count(one, one.send_at)


def approved(desk: Desk, **fields: object) -> Broadcast:
    """Waits for its hour."""
    return desk.approved(**{"send_at": tomorrow_at(10), **fields})


def test_whoever_gets_the_first_is_not_counted_for_the_second(families: Desk) -> None:
    babies = [SPANS["under_100"], SPANS["rest_of_0"]]
    approved(families, ranges=babies)
    approved(families, ranges=babies, send_at=tomorrow_at(12))
    second = families.write(send_at=tomorrow_at(15))
    found = reach(families, second)
    assert (found.total, found.left_out) == (1, {"another_broadcast": 2})


@pytest.mark.parametrize(
    "fields",
    [
        {"send_at": tomorrow_at(10) + timedelta(hours=1)},
        {"state": "asked"},
        {"state": "withdrawn"},
        {"send_at": clock.now() - timedelta(days=1)},
    ],
)
def test_what_does_not_leave_first_takes_nobody(families: Desk, fields: dict[str, object]) -> None:
    approved(families, **fields)
    assert reach(families, families.write(send_at=tomorrow_at(10))).total == 3


def test_three_days_apart_both_are_reached(families: Desk) -> None:
    approved(families)
    for hour, total in ((9, 0), (10, 3)):
        later = families.write(send_at=tomorrow_at(hour) + timedelta(days=3))
        assert reach(families, later).total == total


def test_an_urgent_one_and_a_correction_ask_no_other(families: Desk) -> None:
    approved(families)
    urgent = families.write(is_urgent=True, send_at=tomorrow_at(12))
    assert reach(families, urgent).total == 3


def test_the_page_names_the_other_and_the_approval_counts_without_it(families: Desk) -> None:
    other = approved(families, subject="先に出るもの", ranges=[SPANS["late"]])
    one = families.write(state="asked", send_at=tomorrow_at(12))
    bob = at_desk(families.bob)
    page = bob.get(url("broadcast", one.pk)).content.decode()
    assert "先に出るもの" in page
    assert "先に送る方だけが届きます" in page
    assert act(bob, one, "approve").status_code == 302
    assert families.again(one).approved_reach == 2
    page = bob.get(url("broadcast", other.pk)).content.decode()
    assert "先に送る方だけが届きます" in page
    assert "3人" not in page


def test_everybody_taken_is_refused_but_not_where_it_is_urgent(families: Desk) -> None:
    approved(families)
    one = families.write(state="asked", send_at=tomorrow_at(12))
    bob = at_desk(families.bob)
    assert act(bob, one, "approve").status_code == 400
    assert act(bob, one, "urgent", "断水のため").status_code == 302
    assert families.again(one).approved_reach == 3


def test_the_promise_is_kept(families: Desk) -> None:
    noon = tomorrow_at(12)
    first = approved(families, ranges=[SPANS["late"]], send_at=noon - timedelta(minutes=1))
    second = approved(families, send_at=noon)
    promised = reach(families, second)
    assert promised.total == 2
    broadcasting.plan(families.town.pk, first.pk, noon)
    added = broadcasting.plan(families.town.pk, second.pk, noon)
    assert added == {("email", "planned"): promised.total, ("email", "skipped"): 1}
