"""A login ends while somebody types: what then leads back, never to an address that only takes forms."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from municipalities.domain.roles import Role
from municipalities.models import Municipality
from tests import world
from tests.isolation.addresses import addresses_of
from tests.isolation.test_role_matrix import TABLE

ONLY_FORMS = [
    name
    for name, answers in TABLE.items()
    if answers["anonymous"] == "login" and answers["manager"] == 405
]
PAGE = "/console/aoba/contacts/"


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def sent_to(path: str, *, referrer: str = "") -> str:
    """The address of the login page, for a stranger who sends a form from there."""
    headers = {"referer": referrer} if referrer else {}
    answer = Client().post(path, headers=headers)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?")
    return str(answer["Location"])


def next_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["next"][0]


def inside(email: str) -> Client:
    client = Client(headers={"accept-language": "ja"})
    assert client.login(username=email, password=world.PASSWORD)
    return client


@pytest.mark.parametrize("referrer", ["", "itself"])
def test_from_no_form_somebody_comes_back_to_an_error(aoba: Municipality, referrer: str) -> None:
    world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    world.make_naomi()
    boss, naomi = inside("boss@aoba.example.jp"), inside("naomi@npo.example.jp")
    assert len(ONLY_FORMS) > 30
    for name, path in addresses_of(aoba, ONLY_FORMS).items():
        came = f"http://testserver{path}" if referrer else ""
        back = next_of(sent_to(path, referrer=came))
        client = naomi if name.startswith("npo:") else boss
        assert client.get(back, follow=True).status_code == 200, (name, back)


def test_back_to_the_page_the_form_stood_on_with_what_was_asked_there(aoba: Municipality) -> None:
    stood_on = f"http://testserver{PAGE}?q=%E7%AA%93%E5%8F%A3"
    path = addresses_of(aoba, ["console:contact_verify"])["console:contact_verify"]
    assert next_of(sent_to(path, referrer=stood_on)) == f"{PAGE}?q=%E7%AA%93%E5%8F%A3"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example.jp/console/aoba/contacts/", "http://testserver/nowhere/",
     "http://testserver//elsewhere.example.jp/", "javascript:alert(1)", "http://["],
)  # fmt: skip
def test_a_page_that_is_not_ours_is_no_way_back(aoba: Municipality, elsewhere: str) -> None:
    path = addresses_of(aoba, ["console:contact_verify"])["console:contact_verify"]
    assert next_of(sent_to(path, referrer=elsewhere)) == "/console/aoba/"


def test_a_form_that_stands_on_its_own_address_is_opened_again(aoba: Municipality) -> None:
    assert next_of(sent_to(f"{PAGE}new/")) == f"{PAGE}new/"


def test_the_login_says_that_nothing_was_saved_also_after_a_wrong_password(
    aoba: Municipality,
) -> None:
    world.make_staff(aoba)
    address = sent_to(f"{PAGE}new/")
    client = Client(headers={"accept-language": "ja"})
    said = "いま送った内容は保存されていません"
    assert said in client.get(address).content.decode()
    typed = {"login": "alice@aoba.example.jp", "password": "wrong", "next": PAGE, "unsaved": "1"}
    again = client.post("/accounts/login/", typed).content.decode()
    assert said in again
    assert 'name="unsaved"' in again
    assert client.post("/accounts/login/", typed | {"password": world.PASSWORD})["Location"] == PAGE


def test_whoever_only_read_goes_on_there_and_is_told_nothing(aoba: Municipality) -> None:
    answer = Client().get(PAGE)
    assert answer["Location"] == f"/accounts/login/?next={PAGE}"
    assert "保存されていません" not in Client().get(answer["Location"]).content.decode()
