"""Another e-mail address: the present one is asked for again, the new one confirms itself first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kizuna.lib import clock
from municipalities.models import (
    Endpoint,
    Municipality,
    Registration,
    ServiceMail,
    Subscription,
)
from municipalities.services.changing import take_new_address
from municipalities.services.entrance import confirm_url
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.own_page import come_in, link_of, page, reader_of, subscription_of, words
from tests.world import Family

ADDRESS = "/m/aoba/my/address/"
OLD, NEW = "hanako@example.jp", "hanako@example.com"


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, email=OLD)


@pytest.fixture
def browser(aoba: Municipality, family: Family) -> Client:
    return come_in(aoba, family)


@pytest.fixture
def inside(aoba: Municipality) -> Iterator[None]:
    with in_municipality(aoba.pk):
        yield


def wish(browser: Client, new: str = NEW, present: str = OLD) -> Any:
    return browser.post(ADDRESS, {"present": present, "new": new})


def mails(kind: str) -> list[str]:
    return [mail.address for mail in ServiceMail.objects.filter(kind=kind).order_by("pk")]


def confirmed() -> object:
    return take_new_address(Registration.objects.latest("pk"))


def test_the_new_address_is_asked_and_the_old_one_goes_on(
    browser: Client, family: Family, inside: None
) -> None:
    answer = wish(browser)
    assert answer.status_code == 200
    assert NEW in words(answer)
    [asked] = Registration.objects.all()
    assert (asked.purpose, asked.reader_id, asked.address) == ("address", family.reader.pk, NEW)
    assert round((asked.expires_at - asked.created_at) / timedelta(hours=1), 2) == 48
    assert mails("confirm") == [NEW]
    assert subscription_of(family).endpoint.address == OLD


def test_once_confirmed_everything_goes_to_the_new_one(
    aoba: Municipality, browser: Client, family: Family, inside: None
) -> None:
    wish(browser)
    with in_municipality(aoba.pk):
        Subscription.objects.update(paused_at=clock.now())
    assert confirmed() == family.reader
    one = subscription_of(family)
    assert one.endpoint.address == NEW
    assert one.endpoint.verified_at is not None
    assert [endpoint.address for endpoint in Endpoint.objects.all()] == [NEW]


def test_the_button_of_the_mail_does_it(
    aoba: Municipality, browser: Client, family: Family, inside: None
) -> None:
    wish(browser)
    path = "/m/" + confirm_url(aoba, Registration.objects.get()).split("/m/", 1)[1]
    assert Client().get(path).status_code == 200
    assert subscription_of(family).endpoint.address == OLD
    other = Client()
    assert other.post(path).status_code == 200
    assert subscription_of(family).endpoint.address == NEW
    assert "メールで受け取っています" in page(other)


def test_links_in_the_old_mailbox_open_nothing_any_more(
    aoba: Municipality, browser: Client, family: Family, inside: None
) -> None:
    old_link = link_of(aoba, family)
    wish(browser)
    confirmed()
    assert Client().get(old_link).status_code == 404
    assert browser.get("/m/aoba/my/").status_code == 302
    Client().post("/m/aoba/my/entrance/", {"address": OLD})
    assert mails("entrance") == []
    Client().post("/m/aoba/my/entrance/", {"address": NEW})
    assert mails("entrance") == [NEW]
    assert Client().get(link_of(aoba, family)).status_code == 302


def test_a_mail_that_waits_for_the_old_address_goes_to_the_new_one(
    browser: Client, family: Family, inside: None
) -> None:
    Client().post("/m/aoba/my/entrance/", {"address": OLD})
    wish(browser)
    confirmed()
    assert mails("entrance") == [NEW]


def test_a_stop_that_is_taken_back_does_not_write_to_the_old_address(
    browser: Client, family: Family, inside: None
) -> None:
    wish(browser)
    Subscription.objects.update(stopped_at=clock.now())
    confirmed()
    assert subscription_of(family).endpoint.address == NEW


def test_confirming_twice_changes_nothing_twice(
    browser: Client, family: Family, inside: None
) -> None:
    wish(browser)
    confirmed()
    generation = reader_of(family).link_generation
    assert confirmed() == family.reader
    assert reader_of(family).link_generation == generation


def test_a_confirmation_that_comes_too_late_changes_nothing(
    browser: Client, family: Family, inside: None
) -> None:
    wish(browser)
    now = clock.now()
    Registration.objects.update(created_at=now - timedelta(hours=49), expires_at=now)
    assert confirmed() is None
    assert subscription_of(family).endpoint.address == OLD


def test_of_two_wishes_the_later_counts_and_a_slip_is_worth_nothing(
    browser: Client, family: Family, inside: None
) -> None:
    wish(browser, "slip@example.com")
    slip = Registration.objects.get()
    wish(browser)
    assert take_new_address(slip) is None
    assert mails("confirm") == [NEW]
    assert confirmed() == family.reader


@pytest.mark.parametrize(
    ("present", "new", "field", "sentence"),
    [
        ("somebody@example.jp", NEW, "present", "届いているアドレスと違います"),
        ("", NEW, "present", "メールアドレスを入れてください"),
        (OLD, "hanako.example.com", "new", "「@」がありません"),
        (OLD, OLD.upper(), "new", "いまのアドレスと同じです"),
    ],
)
def test_without_the_present_address_or_a_new_one_nothing_happens(
    browser: Client, inside: None, present: str, new: str, field: str, sentence: str
) -> None:
    answer = wish(browser, new, present)
    shown = words(answer)
    assert answer.status_code == 400
    assert shown.count(sentence) == 2
    assert f'href="#{field}"' in shown
    assert f'value="{new}"' in shown
    assert not Registration.objects.exists()
    assert not ServiceMail.objects.exists()


def test_the_present_address_is_on_no_page(browser: Client) -> None:
    for path in ("", "address/", "words/"):
        assert OLD not in page(browser, f"/m/aoba/my/{path}")


def test_an_address_of_another_reader_gets_the_same_answer_and_changes_nothing(
    aoba: Municipality, browser: Client, family: Family, inside: None
) -> None:
    world.make_family(aoba, email="taken@example.jp")
    taken = words(wish(browser, "taken@example.jp"))
    free = words(wish(browser, "freee@example.jp"))
    assert taken.replace("taken", "freee") == free
    assert mails("entrance") == ["taken@example.jp"]
    assert mails("confirm") == ["freee@example.jp"]


def test_an_address_that_became_another_readers_meanwhile_is_not_taken_away(
    aoba: Municipality, browser: Client, family: Family, inside: None
) -> None:
    wish(browser)
    other = world.make_family(aoba, email=NEW)
    assert confirmed() is None
    assert subscription_of(family).endpoint.address == OLD
    assert subscription_of(other).endpoint.address == NEW


def test_a_mailbox_is_not_filled(browser: Client, inside: None) -> None:
    pages = {words(wish(browser)) for _ in range(6)}
    assert len(pages) == 1
    assert Registration.objects.count() == 1
    assert len(mails("confirm")) <= 3


def test_a_reader_by_line_sees_the_same_page_and_is_told_what_is_for_mail_only(
    aoba: Municipality,
) -> None:
    family = world.make_family(aoba, line=world.line_id(7))
    browser = come_in(aoba, family)
    assert "LINEで受け取っています" in page(browser)
    shown = page(browser, ADDRESS)
    assert "メールアドレスの登録はありません" in shown
    assert "<form" not in shown
    assert browser.post(ADDRESS, {"present": NEW, "new": OLD}).status_code == 200
    with in_municipality(aoba.pk):
        assert not Registration.objects.exists()
