"""Nobody fills a stranger's mailbox through us, and nobody finds out whose address is known."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from delivery.tasks import nightly
from kizuna.lib.clock import TOKYO
from municipalities.domain.addresses import normalise_email
from municipalities.models import MailAsked, Municipality, Registration
from municipalities.services.asking import TooManyAsk, mailbox, may_write_to, network_of
from municipalities.services.tidying import tidy_the_door
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.signing_up import CONTACT, PREGNANT, Parent, hidden, mails, registrations
from tests.parents.test_signup_address import anonymous

pytestmark = pytest.mark.django_db


@pytest.fixture
def aoba() -> Municipality:
    return world.make_municipality()


def asks(municipality: Municipality, address: str = "a@example.jp", client: str = "") -> bool:
    with in_municipality(municipality.pk):
        return may_write_to(municipality, normalise_email(address), client)


def let_pass(hours: float) -> None:
    """The rows grow older: the clock that wrote them is the database's."""
    old = [(bytes(one.key), one.at - timedelta(hours=hours)) for one in MailAsked.objects.all()]
    MailAsked.objects.all().delete()
    MailAsked.objects.bulk_create(MailAsked(key=key, at=at) for key, at in old)


def test_one_address_gets_at_most_three_mails_an_hour_five_a_day_ten_a_week(
    aoba: Municipality,
) -> None:
    assert [asks(aoba) for _ in range(5)] == [True] * 3 + [False] * 2
    let_pass(1.01)
    assert [asks(aoba) for _ in range(5)] == [True] * 2 + [False] * 3
    let_pass(24.01)
    assert [asks(aoba) for _ in range(3)] == [True] * 3
    let_pass(1.01)
    assert [asks(aoba) for _ in range(3)] == [True] * 2 + [False]
    let_pass(24.01)
    assert not asks(aoba)
    let_pass(24 * 6)
    assert asks(aoba)


def test_bombing_one_address_through_the_form_sends_three_mails_and_always_shows_one_page(
    aoba: Municipality,
) -> None:
    pages = {anonymous(Parent(REMOTE_ADDR=f"9.9.{n}.9").signs_up()) for n in range(12)}
    assert len(pages) == 1
    assert mails(aoba) == [("confirm", "hanako@example.jp")] * 3


def test_all_municipalities_count_together(aoba: Municipality) -> None:
    minato = world.make_minato()
    assert [asks(aoba), asks(minato), asks(aoba), asks(minato)] == [True, True, True, False]


def test_another_address_is_not_held_up(aoba: Municipality) -> None:
    for _ in range(4):
        asks(aoba)
    assert asks(aoba, "b@example.jp")


def test_disguises_of_one_mailbox_are_one_address(aoba: Municipality) -> None:
    typed = ["A.b@gmail.com", "ab+1@gmail.com", "a.b+2@GMAIL.com", "ab@gmail.com"]
    assert [asks(aoba, one) for one in typed] == [True, True, True, False]
    assert mailbox(normalise_email("a.b+c@example.jp")) == "a.b@example.jp"
    assert mailbox(normalise_email("+a@example.jp")) == "+a@example.jp"


def test_one_network_asks_for_at_most_sixty_addresses_an_hour(aoba: Municipality) -> None:
    assert all(asks(aoba, f"a{n}@example.jp", f"9.9.9.{n}") for n in range(60))
    for _ in range(2):
        with pytest.raises(TooManyAsk):
            asks(aoba, "a60@example.jp", "9.9.9.60")
    assert asks(aoba, "b@example.jp", "9.9.8.1")
    let_pass(1.01)
    assert asks(aoba, "a61@example.jp", "9.9.9.9")


def test_in_a_crowded_network_everybody_is_told_so_and_can_send_what_was_typed_again(
    aoba: Municipality,
) -> None:
    for n in range(60):
        asks(aoba, f"a{n}@example.jp", f"9.9.9.{n}")
    mother = Parent(REMOTE_ADDR="9.9.9.200")
    carried = mother.opens("?p=kado")
    mother.posts("date", **carried, **PREGNANT)
    typed = {**hidden(mother.shown), **CONTACT, "step": "send"}
    with time_machine.travel(time.time() + 5, tick=False):
        answer = mother.client.post("/m/aoba/register/", typed)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "600"
        assert "まだ、あなたへのメールは送られていません" in answer.content.decode()
        assert (mails(aoba), registrations(aoba)) == ([], [])
        let_pass(1.01)
        again = hidden(answer.content.decode())
        assert again["address"] == "hanako@example.jp"
        assert mother.client.post("/m/aoba/register/", again).status_code == 200
    assert mails(aoba) == [("confirm", "hanako@example.jp")]


def test_a_crowded_network_does_not_tell_whose_mailbox_is_full(aoba: Municipality) -> None:
    for n in range(60):
        asks(aoba, f"a{n // 3}@example.jp", f"9.9.9.{n}")
    with pytest.raises(TooManyAsk):
        asks(aoba, "a0@example.jp", "9.9.9.1")


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("9.9.9.77", "9.9.9.0/24"),
        ("::ffff:9.9.9.77", "9.9.9.0/24"),
        ("2400:4050:1:2:3:4:5:6", "2400:4050:1:2::/64"),
        # Our own proxy, a socket, nonsense: a whole city must not share one allowance.
        ("127.0.0.1", ""),
        ("172.18.0.3", ""),
        ("fe80::1", ""),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_a_network_is_told_from_an_address(client: str, network: str) -> None:
    assert network_of(client) == network


def test_a_municipality_has_a_ceiling_that_is_told_to_the_log(
    aoba: Municipality, caplog: pytest.LogCaptureFixture
) -> None:
    asks(aoba)
    (key,) = {bytes(one.key) for one in MailAsked.objects.all()} - keys_of_address()
    now = datetime.now(tz=TOKYO)
    MailAsked.objects.bulk_create(MailAsked(key=key, at=now) for _ in range(5000))
    with caplog.at_level("WARNING"):
        with pytest.raises(TooManyAsk):
            asks(aoba, "b@example.jp")
        assert asks(world.make_minato(), "b@example.jp")
    assert "too many mails were asked for" in caplog.text
    assert "b@example.jp" not in caplog.text


def keys_of_address() -> set[bytes]:
    """The keys under which a@example.jp is counted: what a second municipality adds is its own."""
    before = {bytes(one.key) for one in MailAsked.objects.all()}
    other = world.make_municipality("other")
    asks(other)
    rows = [bytes(one.key) for one in MailAsked.objects.all()]
    return {key for key in before if rows.count(key) == 2}


def test_no_address_can_be_read_from_what_is_kept(aoba: Municipality) -> None:
    asks(aoba, "hanako@example.jp", "9.9.9.9")
    keys = [bytes(one.key) for one in MailAsked.objects.all()]
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


@pytest.mark.django_db(transaction=True)
def test_of_twenty_that_ask_at_once_three_are_heard() -> None:
    places = [world.make_municipality(), world.make_minato()]

    def ask(number: int) -> bool:
        try:
            return asks(places[number % 2])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(20))) == 3


def test_every_night_what_has_had_its_time_is_forgotten(aoba: Municipality) -> None:
    Parent().signs_up()
    expired(aoba, timedelta(days=6))
    let_pass(24 * 7.9)
    tidy_the_door()
    assert MailAsked.objects.count() == 2
    assert len(mails(aoba)) == len(registrations(aoba)) == 1
    expired(aoba, timedelta(days=7, minutes=1))
    let_pass(24 * 0.2)
    nightly()
    assert not MailAsked.objects.exists()
    assert mails(aoba) == []
    assert registrations(aoba) == []


def expired(municipality: Municipality, ago: timedelta) -> None:
    at = datetime.now(tz=TOKYO) - ago
    with in_municipality(municipality.pk):
        Registration.objects.update(created_at=at - timedelta(days=2), expires_at=at)


def test_a_request_that_came_past_too_few_proxies_is_not_turned_away(
    aoba: Municipality, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert "確認のメールを送りました" in Parent(HTTP_X_FORWARDED_FOR="9.9.9.9").signs_up()
    assert MailAsked.objects.count() == 2


def test_the_network_is_the_one_before_our_own_proxy(aoba: Municipality, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(60):
        forged = f"8.8.{number}.8, 9.9.9.{number}"
        Parent(HTTP_X_FORWARDED_FOR=forged).signs_up(address=f"a{number}@example.jp")
    with pytest.raises(AssertionError, match="429"):
        Parent(HTTP_X_FORWARDED_FOR="8.8.60.8, 9.9.9.60").signs_up(address="a60@example.jp")
    assert len(mails(aoba)) == 60
