"""A reader's own data: all of it to see, to take along, and to have erased."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from delivery.invariants import check
from delivery.models import Delivery
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, MailKind
from municipalities.models import (
    ConsentRecord,
    Course,
    Endpoint,
    Invitation,
    Municipality,
    Reader,
    ReaderSpan,
    Registration,
    ServiceMail,
    Subscription,
    Suppressed,
)
from municipalities.services.enrol import Consent, Enrolment, enrol_many
from municipalities.services.inviting import invite
from municipalities.services.service_mails import queue
from municipalities.tenancy.models import MunicipalityOwned
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.leaving import inside, page
from tests.parents.received import receive
from tests.world import Family

DATA = "/m/aoba/my/data/"
AGAIN = {"address": "a@example.jp"}
BIRTH = clock.today() - timedelta(days=45)


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, email="a@example.jp", birth_date=BIRTH)


def count(model: type[MunicipalityOwned], home: Municipality) -> int:
    with in_municipality(home.pk):
        return model.objects.count()


def test_the_page_shows_what_is_stored_in_words(aoba: Municipality, family: Family) -> None:
    shown = page(inside(family), DATA)
    birth = BIRTH
    for words in ("a@example.jp", f"{birth.year}年{birth.month}月{birth.day}日", "母"):
        assert words in shown


def test_nobody_elses_data_is_in_it(aoba: Municipality, family: Family) -> None:
    partner = world.make_family(aoba, course=family.course, email="p@example.jp")
    shown = page(inside(family), DATA)
    taken = inside(family).post(DATA + "download/", AGAIN).content.decode()
    assert "p@example.jp" not in shown + taken
    assert len(json.loads(taken)["children"]) == 1
    assert partner.reader.pk != family.reader.pk


def test_the_file_needs_the_address_again(family: Family) -> None:
    client = inside(family)
    for wrong in ({}, {"address": "b@example.jp"}, {"address": "@"}):
        answer = client.post(DATA + "download/", wrong)
        assert answer.status_code == 400
        assert "Content-Disposition" not in answer
    assert client.get(DATA + "download/").status_code == 405
    answer = client.post(DATA + "download/", {"address": "Ａ＠example.jp"})
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]


def test_the_file_holds_every_column_that_is_about_the_reader(
    aoba: Municipality, family: Family
) -> None:
    receive(aoba, family, clock.today() - timedelta(days=1))
    with in_municipality(aoba.pk):
        invite(aoba, family.reader, family.course)
        queue(aoba, MailKind.ENTRANCE, "a@example.jp", reader=family.reader)
    held = json.loads(inside(family).post(DATA + "download/", AGAIN).content)
    assert held["addresses"][0]["address"] == "a@example.jp"
    assert held["children"][0]["birth_date"] == BIRTH.isoformat()
    assert len(held["invitations"]) == len(held["service_mails"]) == 1
    assert [(one["channel"], one["state"]) for one in held["texts"]] == [("email", "sent")]


# Columns that are nobody's information by themselves, or that are told in another row.
NOT_TOLD = {
    "id": "a number of ours",
    "municipality": "told once, at the top",
    "reader": "the person who asks",
    "course": "its columns are told with the child",
    "endpoint": "its columns are told with the addresses",
    "kind": "follows from the dates of a course; told as channel of an address",
    "anchor": "follows from the dates",
    "address_sealed": "the same as the address",
    "address_key": "made of the address",
    "code_key": "made of a code that only the link holds",
    "uses_left": "would tell who else reads",
    "link_generation": "counts links that were ended; no information about the reader",
    "realigned_on": "when a date was moved, for sending; the date itself is told",
    "closed_at": "told as the end of the texts",
    "invitation": "whether, not whose: that is another person's data",
    "registration": "told in its own row",
    "placement": "told by its name where it led to texts",
    "relation": "told with the child",
    "variant": "told with the reader",
    "language": "told with the reader",
    "area": "told with the reader",
    "children": "told with the child",
    "is_provisional": "told with the child",
    "consent_version": "told with the consents",
    "source": "told with the consents",
    "reason": "why a mail failed, for its sender",
    "attempts": "for the sender of a mail",
    "not_before": "for the sender of a mail",
    "lease_until": "for the sender of a mail",
    "handed_over_at": "told as the state of a mail",
    "edition_id": "the text itself stands among those that arrived",
}
TOLD = {
    Reader: {"created_at", "language", "variant", "area", "no_broadcasts"},
    Endpoint: {"kind", "verified_at", "blocked_at", "blocked_reason"},
    Course: {"due_date", "birth_date", "children", "is_provisional"},
    Subscription: {
        *("relation", "starts_on", "paused_at", "paused_until", "stopped_at", "created_at"),
        "placement",
    },
    ConsentRecord: {"given", "text_version", "source", "at"},
    Invitation: {"created_at", "expires_at", "revoked_at"},
    Registration: {
        *("purpose", "due_date", "birth_date", "created_at", "expires_at", "confirmed_at"),
    },
    ServiceMail: {"kind", "created_at", "state"},
}


@pytest.mark.parametrize("model", TOLD, ids=lambda model: model.__name__)
def test_no_column_is_left_out_without_a_reason(model: type[MunicipalityOwned]) -> None:
    columns = {field.name for field in model._meta.concrete_fields}
    assert columns - TOLD[model] - set(NOT_TOLD) == set()
    assert columns >= TOLD[model]


def test_a_reader_without_e_mail_ticks_a_box_instead(aoba: Municipality) -> None:
    family = world.make_family(aoba, line=world.line_id(7))
    client = inside(family)
    assert client.post(DATA + "delete/", {}).status_code == 400
    assert client.post(DATA + "download/", {"address": "on"}).status_code == 200


def test_erasing_asks_again_and_opening_the_page_erases_nothing(family: Family) -> None:
    client = inside(family)
    assert "もとには戻せません" in page(client, DATA + "delete/")
    assert client.post(DATA + "delete/", {"address": "b@example.jp"}).status_code == 400
    assert count(Reader, family.reader.municipality) == 1


def test_erasing_leaves_no_row_of_the_reader(aoba: Municipality, family: Family) -> None:
    with in_municipality(aoba.pk):
        invite(aoba, family.reader, family.course)
        queue(aoba, MailKind.ENTRANCE, "a@example.jp", reader=family.reader)
        waiting = Registration(
            municipality=aoba,
            purpose="signup",
            address_key=family.endpoint.address_key,
            birth_date=family.course.birth_date,
            consent_version="signup-1",
            source="signup_form",
            expires_at=clock.now() + timedelta(days=1),
        )
        waiting.address = "a@example.jp"
        waiting.save()
    client = inside(family)
    shown = client.post(DATA + "delete/", AGAIN).content.decode()
    assert "すべて消しました" in shown
    assert client.get("/m/aoba/my/").status_code == 302

    left = {
        model.__name__: count(model, aoba)
        for model in apps.get_app_config("municipalities").get_models()
        if issubclass(model, MunicipalityOwned) and count(model, aoba)
    }
    # The history keeps numbers, as the ledger does, so that past figures can be counted again.
    assert left == {"Suppressed": 1, "ReaderSpan": 1}
    with in_municipality(aoba.pk):
        (span,) = ReaderSpan.objects.values()
    assert (span["ended_by"], span["until_at"] is not None) == ("erased", True)
    assert not {"address", "address_key", "address_sealed", "area"} & set(span)


def test_a_course_stays_for_those_who_follow_it_still(aoba: Municipality, family: Family) -> None:
    world.make_family(aoba, course=family.course, email="p@example.jp")
    inside(family).post(DATA + "delete/", AGAIN)
    assert count(Course, aoba) == count(Subscription, aoba) == count(Endpoint, aoba) == 1


def test_who_was_invited_stays_and_nothing_points_back(aoba: Municipality, family: Family) -> None:
    with in_municipality(aoba.pk):
        invite(aoba, family.reader, family.course)
        made = Invitation.objects.get()
    partner = world.make_family(aoba, course=family.course, invitation=made)
    inside(family).post(DATA + "delete/", AGAIN)
    with in_municipality(aoba.pk):
        stays = Subscription.objects.get()
        assert (stays.pk, stays.invitation_id) == (partner.subscription.pk, None)
        assert stays.stopped_at is None


def test_the_ledger_keeps_bare_ids_and_the_night_finds_nothing_wrong(
    aoba: Municipality, family: Family
) -> None:
    world.make_text("d45")
    plan_day(aoba.pk, clock.today())
    inside(family).post(DATA + "delete/", AGAIN)
    with in_municipality(aoba.pk):
        assert Delivery.objects.get().subscription_id == family.subscription.pk
        assert [one for one in check(clock.today(), None) if one.invariant == "I12"] == []


def test_no_later_file_brings_the_address_back(aoba: Municipality, family: Family) -> None:
    inside(family).post(DATA + "delete/", AGAIN)
    again = Enrolment(EndpointKind.EMAIL, "a@example.jp", "a@example.jp", None, clock.today())
    fresh = Enrolment(EndpointKind.EMAIL, "b@example.jp", "b@example.jp", None, clock.today())
    with in_municipality(aoba.pk):
        result = enrol_many(
            aoba, [again, fresh], starts_on=clock.today(), consent=Consent("import", "roster-1")
        )
        assert (result.added, result.unchanged) == (1, 1)
        assert [one.address for one in Endpoint.objects.all()] == ["b@example.jp"]
        assert Suppressed.objects.count() == 1


def test_a_stranger_is_sent_to_the_entrance(aoba: Municipality) -> None:
    for path in (DATA, DATA + "delete/"):
        assert Client().get(path).status_code == 302
    assert Client().post(DATA + "download/", AGAIN).status_code == 302
