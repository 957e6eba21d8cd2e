"""Approved, and still it does not leave: the page, the list and the home say so."""

from datetime import datetime, time

import pytest

from messages.services import broadcasts
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import Desk, tomorrow_at
from tests.broadcasts.test_pages import at_desk, url

LATE = "この日に送れる時間を過ぎたため"


@pytest.mark.parametrize(
    ("send", "agreed", "now", "urgent", "missed"),
    [
        ((10, 0), (9, 0), (9, 30), False, False),
        ((18, 55), (18, 40), (18, 41), False, False),
        ((18, 55), (18, 54), (18, 55), False, True),  # ten minutes later the last hour is over
        ((10, 0), (9, 0), (19, 0), False, True),  # nothing ran all day
        ((10, 0), (9, 0), (19, 0), True, False),
        ((22, 0), (9, 0), (9, 30), False, True),
        ((23, 55), (23, 54), (23, 55), True, True),
    ],
)
def test_one_that_leaves_too_late_is_missed(
    desk: Desk,
    send: tuple[int, int],
    agreed: tuple[int, int],
    now: tuple[int, int],
    urgent: bool,
    missed: bool,
) -> None:
    day = tomorrow_at(0)

    def at(moment: tuple[int, int]) -> datetime:
        return day.replace(hour=moment[0], minute=moment[1])

    desk.town.last_hour = time(19)
    one = desk.approved(send_at=at(send), approved_at=at(agreed), is_urgent=urgent)
    one.municipality = desk.town
    assert broadcasts.is_missed(one, at(now)) is missed


def test_the_page_and_the_home_say_that_it_does_not_leave_by_itself(desk: Desk) -> None:
    with in_municipality(desk.town.pk):
        type(desk.town).objects.filter(pk=desk.town.pk).update(last_hour=time(19))
    fine = desk.approved(send_at=tomorrow_at(10))
    late = desk.approved(send_at=tomorrow_at(20), subject="遅すぎるもの")
    alice = at_desk(desk.alice)
    page = alice.get(url("broadcast", late.pk)).content.decode()
    assert LATE in page
    assert "に送ります。それまでは" not in page
    assert LATE not in alice.get(url("broadcast", fine.pk)).content.decode()
    assert "承認済み（時間切れ）" in alice.get(url("broadcasts")).content.decode()
    assert "時間内に送れなかった一斉配信が1件あります" in alice.get(url("today")).content.decode()
