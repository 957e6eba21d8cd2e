"""The link in the mail: opening it changes nothing, its button makes a reader, once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from kizuna.lib import tokens
from kizuna.lib.crypto import blind_index
from municipalities.access import READER_COOKIE
from municipalities.domain.addresses import normalise_email
from municipalities.domain.signup import Contact
from municipalities.domain.words import Relation, Variant
from municipalities.models import (
    ConsentRecord,
    Course,
    Endpoint,
    Invitation,
    Municipality,
    Reader,
    Registration,
    Subscription,
    Suppressed,
)
from municipalities.services import registering
from municipalities.services.changing import ask_for_new_address
from municipalities.services.registering import CONSENT_TEXT
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.signing_up import DUE, NOON, TODAY, Parent, link, registrations

WELCOME = "登録できました"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality(send_time=time(8, 0))


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "ja"})


def asked(municipality: Municipality, **contact: str) -> str:
    """Somebody signs up; the path of the link in their mail."""
    Parent(municipality.slug).signs_up(**contact)
    return link(municipality, registrations(municipality)[-1])


def everything(municipality: Municipality) -> dict[str, Any]:
    models = (Reader, Endpoint, Course, Subscription, ConsentRecord, Registration, Suppressed)
    with in_municipality(municipality.pk):
        return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_one_press_makes_reader_address_course_subscription_and_consent(
    aoba: Municipality, browser: Client
) -> None:
    answer = browser.post(asked(aoba, relation="mother", variant="easy"))

    assert WELCOME in answer.content.decode()
    with in_municipality(aoba.pk):
        reader = Reader.objects.get()
        endpoint = Endpoint.objects.get()
        course = Course.objects.get()
        following = Subscription.objects.get()
        consent = ConsentRecord.objects.get()
        assert (reader.variant, reader.language) == ("easy", "ja")
        assert (endpoint.reader_id, endpoint.address) == (reader.pk, "hanako@example.jp")
        assert (endpoint.kind, endpoint.verified_at) == ("email", NOON)
        assert (course.due_date, course.birth_date, course.is_provisional) == (DUE, None, False)
        assert (following.reader_id, following.course_id) == (reader.pk, course.pk)
        assert (following.endpoint_id, following.relation) == (endpoint.pk, "mother")
        assert following.starts_on == TODAY + timedelta(days=1)
        assert (consent.given, consent.text_version, consent.source, consent.at) == (
            True, CONSENT_TEXT, "signup_form", NOON,
        )  # fmt: skip


def test_a_scanner_that_opens_the_link_changes_nothing(aoba: Municipality, browser: Client) -> None:
    path = asked(aoba)
    before = everything(aoba)
    for client in (browser, Client(), Client(headers={"sec-purpose": "prefetch"})):
        assert client.head(path).status_code == 200
        shown = client.get(path).content.decode()
        assert shown.count("<button") == 1
    assert "きょうは妊娠12週3日です" in browser.get(path).content.decode()
    assert everything(aoba) == before
    assert READER_COOKIE not in browser.cookies


def test_a_second_press_changes_nothing_and_shows_the_same_page(
    aoba: Municipality, browser: Client
) -> None:
    path = asked(aoba)
    first = browser.post(path)
    after = everything(aoba)
    second, opened = Client(headers={"accept-language": "ja"}).post(path), browser.get(path)
    assert first.status_code == second.status_code == opened.status_code == 200
    assert first.content == second.content == opened.content
    assert everything(aoba) == after


def test_the_browser_that_confirmed_is_let_in(aoba: Municipality, browser: Client) -> None:
    path = asked(aoba)
    browser.post(path)
    assert READER_COOKIE in browser.cookies


def test_a_used_link_is_no_key(aoba: Municipality, browser: Client) -> None:
    path = asked(aoba)
    browser.post(path)
    with time_machine.travel(NOON + timedelta(minutes=9), tick=False):
        double_tap = Client()
        double_tap.post(path)
        assert READER_COOKIE in double_tap.cookies
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        finder = Client(headers={"accept-language": "ja"})
        assert WELCOME in finder.post(path).content.decode()
        assert READER_COOKIE not in finder.cookies


def test_the_page_says_when_the_first_text_comes(aoba: Municipality, browser: Client) -> None:
    world.make_text("p12w4d")
    assert "あすの朝8時に、最初の便りが届きます。" in browser.post(asked(aoba)).content.decode()


def test_where_tomorrow_has_no_text_it_names_the_day(aoba: Municipality, browser: Client) -> None:
    world.make_text("p12w3d")
    world.make_text("p13w0d")
    world.make_text("d3")
    shown = browser.post(asked(aoba)).content.decode()
    assert "11月29日の朝8時に、最初の便りが届きます。" in shown


@pytest.mark.parametrize(
    ("service", "words"),
    [("paused", "配信が始まったら、便りが届きます。"), ("ended", "終了しました。")],
)
def test_a_service_that_was_paused_or_ended_meanwhile_promises_nothing(
    aoba: Municipality, browser: Client, service: str, words: str
) -> None:
    path = asked(aoba)
    with in_municipality(aoba.pk):
        Municipality.objects.update(service=service)
    shown = browser.post(path).content.decode()
    assert words in shown
    assert "朝8時" not in shown


def test_after_two_days_the_link_has_expired_and_the_page_helps(
    aoba: Municipality, browser: Client
) -> None:
    path = asked(aoba)
    before = everything(aoba)
    with time_machine.travel(NOON + timedelta(hours=48, seconds=10), tick=False):
        for answer in (browser.get(path), browser.post(path)):
            assert answer.status_code == 410
            shown = answer.content.decode()
            assert "確認のリンクが使えるのは48時間です。" in shown
            assert "もう一度登録する" in shown
            assert "こども課 000-000-0000" in shown
    assert everything(aoba) == before


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda token: "x",
        lambda token: token[:-1],
        lambda token: token.lower(),
        lambda token: token[:3] + ("A" if token[3] != "A" else "B") + token[4:],
        lambda token: token + "=3D",
        lambda token: token.replace(":", "%3A%253A"),
    ],
)
def test_a_spoilt_link_ends_on_the_page_that_helps(
    aoba: Municipality, browser: Client, spoilt: Any
) -> None:
    path = asked(aoba)
    token = path.split("/")[4]
    for answer in (
        browser.get(f"/m/aoba/confirm/{spoilt(token)}/"),
        browser.post(f"/m/aoba/confirm/{spoilt(token)}/"),
    ):
        assert answer.status_code == 404
        assert "もう一度登録する" in answer.content.decode()
    assert everything(aoba)["Reader"] == []


@pytest.mark.parametrize("sign", [">", "。", ")", "）", "/>", " "])
def test_a_sign_that_a_mail_program_took_along_does_no_harm(
    aoba: Municipality, browser: Client, sign: str
) -> None:
    path = asked(aoba).rstrip("/") + sign
    assert browser.get(path).status_code == 200
    assert WELCOME in browser.post(path).content.decode()


def test_a_link_works_for_its_purpose_and_in_its_municipality_only(
    aoba: Municipality, browser: Client
) -> None:
    minato = world.make_minato()
    path = asked(aoba)
    number = registrations(aoba)[0].pk
    assert browser.post(path.replace("/aoba/", "/minato/")).status_code == 404
    stop = tokens.sign("stop", aoba.pk, number)
    assert browser.post(f"/m/aoba/confirm/{stop}/").status_code == 404
    gone = tokens.sign("confirm", aoba.pk, number + 1)
    assert browser.post(f"/m/aoba/confirm/{gone}/").status_code == 404
    for place in (aoba, minato):
        assert everything(place)["Reader"] == []


def test_who_stopped_earlier_comes_back_as_the_same_reader(
    aoba: Municipality, browser: Client
) -> None:
    old = world.make_family(
        aoba, email="hanako@example.jp", due_date=DUE, stopped_at=NOON - timedelta(days=9)
    )
    with in_municipality(aoba.pk):
        Endpoint.objects.update(blocked_at=NOON, blocked_reason="gone")
    browser.post(asked(aoba, variant="easy"))
    with in_municipality(aoba.pk):
        reader, following, endpoint = (
            Reader.objects.get(), Subscription.objects.get(), Endpoint.objects.get(),
        )  # fmt: skip
        assert (reader.pk, reader.variant) == (old.reader.pk, "easy")
        assert (following.pk, following.stopped_at) == (old.subscription.pk, None)
        assert following.starts_on == TODAY + timedelta(days=1)
        assert (endpoint.blocked_at, endpoint.blocked_reason) == (None, "")
        assert ConsentRecord.objects.filter(given=True).count() == 1


def test_a_course_that_was_ended_is_not_woken_again(aoba: Municipality, browser: Client) -> None:
    old = world.make_family(aoba, email="hanako@example.jp", due_date=DUE, stopped_at=NOON)
    with in_municipality(aoba.pk):
        Course.objects.update(closed_at=NOON)
    browser.post(asked(aoba))
    with in_municipality(aoba.pk):
        following = Subscription.objects.get(stopped_at=None)
        assert following.course_id != old.course.pk
        assert following.reader_id == old.reader.pk
        assert Course.objects.get(pk=old.course.pk).closed_at == NOON


def test_registering_again_takes_back_that_an_address_is_never_written_to(
    aoba: Municipality, browser: Client
) -> None:
    path = asked(aoba)
    with in_municipality(aoba.pk):
        key = bytes(Registration.objects.get().address_key)
        Suppressed.objects.create(municipality=aoba, kind="email", address_key=key, at=NOON)
        Suppressed.objects.create(municipality=aoba, kind="email", address_key=b"other", at=NOON)
    browser.get(path)
    with in_municipality(aoba.pk):
        assert Suppressed.objects.count() == 2
    browser.post(path)
    with in_municipality(aoba.pk):
        assert bytes(Suppressed.objects.get().address_key) == b"other"


def test_two_links_for_the_same_date_make_one_course(aoba: Municipality, browser: Client) -> None:
    first = asked(aoba, relation="mother")
    second = asked(aoba, relation="undisclosed")
    assert first != second
    for path in (first, second):
        assert WELCOME in browser.post(path).content.decode()
    assert [len(everything(aoba)[name]) for name in ("Reader", "Course", "Subscription")] == [1] * 3


def test_a_link_of_somebody_who_left_since_does_not_bring_them_back(
    aoba: Municipality, browser: Client
) -> None:
    path = asked(aoba)
    browser.post(path)
    with in_municipality(aoba.pk):
        Subscription.objects.update(stopped_at=NOON)
    assert browser.post(path).status_code == 404
    with in_municipality(aoba.pk):
        assert Subscription.objects.get().stopped_at == NOON


@pytest.fixture
def invitation(aoba: Municipality) -> Invitation:
    """Hanako invites; whoever joins follows the same course."""
    family = world.make_family(aoba, due_date=DUE, email="mother@example.jp")
    with in_municipality(aoba.pk):
        return Invitation.objects.create(
            municipality=aoba,
            course=family.course,
            reader=family.reader,
            code_key=blind_index("code", where="invitation.code", municipality_id=aoba.pk),
            uses_left=1,
            expires_at=NOON + timedelta(days=30),
        )


def joined(aoba: Municipality, invitation: Invitation, address: str) -> str:
    contact = Contact(normalise_email(address), Relation.FATHER, Variant.STANDARD, "")
    with in_municipality(aoba.pk):
        registering.ask_signup(aoba, registering.Signup(contact, invitation=invitation))
    return link(aoba, registrations(aoba)[-1])


def test_who_was_invited_follows_the_same_course_and_uses_the_invitation_up(
    aoba: Municipality, browser: Client, invitation: Invitation
) -> None:
    path = joined(aoba, invitation, "father@example.jp")
    assert "妊娠12週3日" not in browser.get(path).content.decode()
    browser.post(path)
    browser.post(path)
    with in_municipality(aoba.pk):
        assert Course.objects.count() == 1
        mine = Subscription.objects.get(relation="father")
        assert (mine.course_id, mine.invitation_id) == (invitation.course_id, invitation.pk)
        assert Invitation.objects.get().uses_left == 0
        assert ConsentRecord.objects.get().source == "invitation"


@pytest.mark.parametrize("change", [{"uses_left": 0}, {"revoked_at": NOON}])
def test_an_invitation_taken_back_meanwhile_lets_nobody_in(
    aoba: Municipality, browser: Client, invitation: Invitation, change: dict[str, Any]
) -> None:
    path = joined(aoba, invitation, "father@example.jp")
    with in_municipality(aoba.pk):
        Invitation.objects.update(**change)
    assert browser.post(path).status_code == 404
    found = everything(aoba)
    assert len(found["Reader"]) == len(found["Endpoint"]) == len(found["Subscription"]) == 1
    assert found["Registration"][0]["confirmed_at"] is None


def test_the_token_of_the_page_is_asked_for(aoba: Municipality) -> None:
    assert Client(enforce_csrf_checks=True).post(asked(aoba)).status_code == 403
    assert everything(aoba)["Reader"] == []


@pytest.mark.django_db(transaction=True)
def test_of_twenty_presses_at_once_one_makes_the_reader() -> None:
    aoba = world.make_municipality()
    path = asked(aoba)

    def press(_: int) -> tuple[int, bool]:
        try:
            answer = Client(headers={"accept-language": "ja"}).post(path)
            return answer.status_code, WELCOME in answer.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(20))) == {(200, True)}
    found = everything(aoba)
    for name in ("Reader", "Endpoint", "Course", "Subscription", "ConsentRecord"):
        assert len(found[name]) == 1, name


def test_a_date_that_a_week_gave_is_kept_as_an_estimate(
    aoba: Municipality, browser: Client
) -> None:
    Parent().signs_up({"state": "pregnant", "weeks": "12"})
    path = link(aoba, registrations(aoba)[0])
    assert "きょうは、およそ妊娠12週3日です" in browser.post(path).content.decode()
    with in_municipality(aoba.pk):
        assert Course.objects.get().is_provisional


def test_a_birth_date_makes_a_child(aoba: Municipality, browser: Client) -> None:
    Parent().signs_up({"state": "born", "year": "2026/10/11"})
    shown = browser.post(link(aoba, registrations(aoba)[0])).content.decode()
    assert "きょうは生後45日です" in shown
    with in_municipality(aoba.pk):
        course = Course.objects.get()
        assert (course.kind, course.birth_date) == ("child", date(2026, 10, 11))


@pytest.fixture
def new_address(aoba: Municipality) -> str:
    """A reader wants another address; the path of the link that went there."""
    family = world.make_family(aoba, email="old@example.jp")
    with in_municipality(aoba.pk):
        ask_for_new_address(aoba, family.reader, normalise_email("new@example.jp"), "")
    return link(aoba, registrations(aoba)[-1])


def test_the_link_of_a_new_address_changes_nothing_before_the_press(
    aoba: Municipality, browser: Client, new_address: str
) -> None:
    before = everything(aoba)
    shown = browser.get(new_address).content.decode()
    assert "このアドレスに変えますか" in shown
    assert "妊娠" not in shown
    assert everything(aoba) == before


def test_one_press_sends_the_texts_to_the_new_address_and_lets_in(
    aoba: Municipality, browser: Client, new_address: str
) -> None:
    first = browser.post(new_address)
    assert "新しいアドレスに変わりました" in first.content.decode()
    assert READER_COOKIE in browser.cookies
    after = everything(aoba)
    assert browser.post(new_address).content == browser.get(new_address).content == first.content
    assert everything(aoba) == after
    with in_municipality(aoba.pk):
        assert Subscription.objects.get().endpoint.address == "new@example.jp"


def test_a_new_address_that_was_confirmed_too_late_stays_the_old_one(
    aoba: Municipality, browser: Client, new_address: str
) -> None:
    with time_machine.travel(NOON + timedelta(hours=48, seconds=1), tick=False):
        assert browser.get(new_address).status_code == 410
        assert browser.post(new_address).status_code == 410
    with in_municipality(aoba.pk):
        assert Subscription.objects.get().endpoint.address == "old@example.jp"
