"""A printed address keeps where it hung for the life of the registration."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from municipalities.models import Municipality, Placement, Subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.signing_up import Parent, hidden, link, registrations

pytestmark = pytest.mark.django_db


@pytest.fixture
def aoba() -> Municipality:
    return world.make_municipality("aoba-ku")


def add(*more: str) -> str:
    out = StringIO()
    call_command("add_placement", "--municipality", "aoba-ku", *more, stdout=out)
    return out.getvalue().strip()


def test_the_command_names_a_thing_and_prints_what_goes_on_it(aoba: Municipality) -> None:
    printed = add("--name", "母子手帳のしおり")
    with in_municipality(aoba.pk):
        made = Placement.objects.get()
    assert made.name == "母子手帳のしおり"
    assert printed.endswith(f"/r/aoba-ku-{made.code}/")
    assert len(made.code) == 6
    assert not set(made.code) & set("01ilo")
    assert add("--name", "ポスター") != printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--municipality", "aobo", "--name", "x"), "「aobo」という自治体はありません"),
        (("--municipality", "aoba-ku", "--name", "  "), "1文字から60文字まで"),
        (("--municipality", "aoba-ku", "--name", "長" * 61), "1文字から60文字まで"),
    ],
)
def test_a_wrong_call_is_told(aoba: Municipality, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("add_placement", *arguments)


def test_the_code_stays_with_the_registration_and_the_subscription(aoba: Municipality) -> None:
    path = "/" + add("--name", "母子手帳のしおり").split("/", 3)[3]
    answer = Client().get(path)
    assert answer.status_code == 302
    query = answer["Location"].removeprefix("/m/aoba-ku/")
    parent = Parent("aoba-ku")
    assert hidden_code(parent, query) == query.removeprefix("?p=")
    parent.signs_up(query=query)
    (asked,) = registrations(aoba)
    Client().post(link(aoba, asked))
    with in_municipality(aoba.pk):
        made = Placement.objects.get()
        assert asked.placement_id == made.pk
        assert Subscription.objects.get().placement_id == made.pk


def hidden_code(parent: Parent, query: str) -> str:
    parent.opens(query)
    return hidden(parent.shown)["p"]


def test_letters_that_were_typed_large_are_the_same_code(aoba: Municipality) -> None:
    code = add("--name", "ポスター").rstrip("/").rpartition("-")[2]
    answer = Client().get(f"/r/aoba-ku-{code.upper()}/")
    assert answer["Location"] == f"/m/aoba-ku/?p={code}"


@pytest.mark.parametrize("code", ["zzzzzz", "'; drop", "\x00", "日本", "x" * 3000])
def test_an_unknown_code_is_the_normal_page_without_an_error(aoba: Municipality, code: str) -> None:
    parent = Parent("aoba-ku")
    assert "確認のメールを送りました" in parent.signs_up(query=f"?p={code}")
    (asked,) = registrations(aoba)
    assert asked.placement_id is None


def test_a_neighbour_s_code_is_an_unknown_one(aoba: Municipality) -> None:
    minato = world.make_minato()
    with in_municipality(minato.pk):
        Placement.objects.create(municipality=minato, code="abcdef", name="港のポスター")
    Parent("aoba-ku").signs_up(query="?p=abcdef")
    assert registrations(aoba)[0].placement_id is None


@pytest.mark.parametrize("printed", ["aoba", "-", "aoba-", "aoba-日本", "aoba-" + "x" * 13])
def test_what_was_never_printed_is_no_page(aoba: Municipality, printed: str) -> None:
    assert Client().get(f"/r/{printed}/").status_code == 404


def test_a_municipality_that_is_none_is_no_page() -> None:
    assert Client().get("/r/nowhere-abcdef/", follow=True).status_code == 404
