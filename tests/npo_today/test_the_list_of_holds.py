"""The list of holds: nothing that waits is cut off, however many are over."""

from datetime import timedelta

import pytest
from django.test import Client

from delivery.models import Hold
from kizuna.lib import clock
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world


@pytest.fixture
def naomi(db: None) -> StaffUser:
    return world.make_naomi()


@pytest.fixture
def client(naomi: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(naomi, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def make_holds(municipality: Municipality, by: StaffUser, count: int, **fields: object) -> None:
    """That many pauses of today, called 理由0, 理由1, …"""
    asked: dict[str, object] = {"kind": "pause", "run_day": clock.today(), **fields}
    with in_municipality(municipality.pk):
        Hold.objects.bulk_create(
            Hold(
                municipality=municipality, reason=f"理由{number}。", waiting=3, asked_by=by, **asked
            )
            for number in range(count)
        )


def page(client: Client, query: str = "") -> str:
    return client.get(f"/npo/holds/{query}").content.decode()


def test_what_waits_is_shown_before_two_hundred_newer_ones_that_are_over(
    client: Client, aoba: Municipality, naomi: StaffUser
) -> None:
    make_holds(aoba, naomi, 1)
    make_holds(aoba, naomi, 201, resumed_at=clock.now(), resumed_by=naomi)
    shown = page(client)
    assert shown.count('value="resume"') == 1
    assert "全部で1件" in shown
    assert "理由200。" in shown
    assert "理由1。" not in shown
    assert "理由1。" in page(client, "?past=4")


def test_as_many_as_wait_can_be_reached_page_by_page(
    client: Client, aoba: Municipality, naomi: StaffUser
) -> None:
    make_holds(aoba, naomi, 120)
    shown = page(client)
    assert "全部で120件" in shown
    assert [page(client, f"?page={one}").count('value="resume"') for one in (1, 2, 3)] == [
        50, 50, 20,
    ]  # fmt: skip
    assert '?page=2"' in shown


def test_what_waits_for_a_second_person_comes_first(
    client: Client, aoba: Municipality, naomi: StaffUser
) -> None:
    make_holds(aoba, naomi, 1, resume_asked_by=naomi, resume_reason="直しました")
    make_holds(aoba, naomi, 60)
    assert "直しました" in page(client)


def test_who_may_not_act_sees_what_waits_all_the_same(aoba: Municipality, naomi: StaffUser) -> None:
    make_holds(aoba, naomi, 1)
    make_holds(aoba, naomi, 1, run_day=clock.today() - timedelta(days=1))
    partner = Client(headers={"accept-language": "ja"})
    partner.force_login(
        world.make_npo_staff("partner"), backend="django.contrib.auth.backends.ModelBackend"
    )
    shown = page(partner)
    assert "全部で1件" in shown
    assert 'value="resume"' not in shown
