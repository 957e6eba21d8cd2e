"""A mother calls the office: the clerk stops her texts with her address, and asks nothing."""

from datetime import timedelta

import pytest
from django.test import Client

from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import ConsentRecord, Course, Municipality, StaffAct, Subscription
from municipalities.services import lookup
from municipalities.services.suppression import suppressed_among
from municipalities.tenancy.scope import in_municipality
from tests import world

PAGE = "/console/aoba/phone/"


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def alice(aoba: Municipality) -> Client:
    client = Client()
    staff = world.make_staff(aoba, Role.EDITOR)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def call(client: Client, address: str, wish: str, **more: object) -> str:
    return client.post(PAGE, {"address": address, "wish": wish, **more}).content.decode()


def running(aoba: Municipality) -> int:
    with in_municipality(aoba.pk):
        return Subscription.objects.filter(stopped_at=None, course__closed_at=None).count()


def test_all_texts_to_an_address_stop_at_once(aoba: Municipality, alice: Client) -> None:
    family = world.make_family(aoba, email="mother@example.jp")
    assert "配信を止めました" in call(alice, " Mother@Example.JP　", "stop")
    with in_municipality(aoba.pk):
        assert Subscription.objects.get(pk=family.subscription.pk).stopped_at is not None
        assert ConsentRecord.objects.get().source == "office"
    assert "すでに止まっています" in call(alice, "mother@example.jp", "stop")


def test_a_pregnancy_ends_for_the_whole_family_and_no_import_revives_it(
    aoba: Municipality, alice: Client
) -> None:
    mother = world.make_family(aoba, due_date=clock.today() + timedelta(days=60), email="m@a.jp")
    world.make_family(aoba, course=mother.course, email="f@a.jp")
    assert "すべて終わりにしました" in call(alice, "m@a.jp", "end")
    assert running(aoba) == 0
    with in_municipality(aoba.pk):
        key = bytes(mother.endpoint.address_key)
        assert suppressed_among([key]) == {key}


def test_with_two_children_the_clerk_is_asked_which_and_nothing_stops_before(
    aoba: Municipality, alice: Client
) -> None:
    first = world.make_family(aoba, email="m@a.jp")
    with in_municipality(aoba.pk):
        second = Subscription.objects.create(
            municipality=aoba,
            reader=first.reader,
            endpoint=first.endpoint,
            starts_on=clock.today(),
            course=Course.objects.create(
                municipality=aoba, due_date=clock.today() + timedelta(days=60)
            ),
        )
    shown = call(alice, "m@a.jp", "end")
    assert "どの登録を終わりにしますか" in shown
    assert running(aoba) == 2
    call(alice, "m@a.jp", "end", subscription=second.pk)
    with in_municipality(aoba.pk):
        assert Course.objects.get(pk=second.course_id).closed_at is not None
        assert Course.objects.get(pk=first.course.pk).closed_at is None
    assert running(aoba) == 1


def test_somebody_else_s_registration_cannot_be_named(aoba: Municipality, alice: Client) -> None:
    mine, theirs = (world.make_family(aoba, email=f"{name}@a.jp") for name in ("m", "x"))
    with in_municipality(aoba.pk):
        Subscription.objects.create(
            municipality=aoba,
            reader=mine.reader,
            endpoint=mine.endpoint,
            starts_on=clock.today(),
            course=Course.objects.create(municipality=aoba, birth_date=clock.today()),
        )
    call(alice, "m@a.jp", "end", subscription=theirs.subscription.pk)
    assert running(aoba) == 3


def test_the_neighbour_s_reader_is_not_found(aoba: Municipality, alice: Client) -> None:
    minato = world.make_minato()
    world.make_family(minato, email="m@a.jp")
    assert "このアドレスの登録はありません" in call(alice, "m@a.jp", "stop")
    assert running(minato) == 1


@pytest.mark.parametrize(
    ("address", "wish", "field"),
    [("", "stop", "address"), ("mother", "stop", "address"), ("m@a.jp", "", "wish-stop")],
)
def test_a_slip_is_told_at_its_field_and_what_was_typed_stays(
    aoba: Municipality, alice: Client, address: str, wish: str, field: str
) -> None:
    world.make_family(aoba, email="m@a.jp")
    shown = call(alice, address, wish)
    assert f'href="#{field}"' in shown
    assert f'value="{address}"' in shown
    assert running(aoba) == 1


def test_looking_at_the_page_changes_nothing_and_shows_nobody(
    aoba: Municipality, alice: Client
) -> None:
    world.make_family(aoba, email="mother@example.jp")
    assert "mother" not in alice.get(PAGE).content.decode()
    assert running(aoba) == 1


def test_the_log_says_who_did_it_and_not_for_whom(
    aoba: Municipality, alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    world.make_family(aoba, email="mother@example.jp")
    with caplog.at_level("INFO"):
        call(alice, "mother@example.jp", "stop")
    said = [one for one in caplog.messages if "stopped by phone" in one]
    assert len(said) == 1
    assert "staff_id" in said[0]
    assert "mother" not in caplog.text


def test_addresses_cannot_be_tried_out_and_every_one_is_written_down(
    aoba: Municipality, alice: Client
) -> None:
    for number in range(lookup.MOST_AN_HOUR):
        call(alice, f"r{number}@example.jp", "stop")
    assert "1時間に確かめられる宛先は30件までです" in call(alice, "hanako@example.jp", "stop")
    with in_municipality(aoba.pk):
        noted = StaffAct.objects.filter(act=lookup.LOOKED_UP)
        assert noted.count() == lookup.MOST_AN_HOUR
        assert not any("@" in f"{one.about}{one.details}" for one in noted)
