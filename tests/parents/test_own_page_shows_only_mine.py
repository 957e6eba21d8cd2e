"""Every page of a reader, walked with everybody else's keys: they find nothing and change nothing.

Hanako walks; Yoko lives in the same town, Taro in the next one. A new page behind the door
``reader`` is walked by itself; a new part of an address must be told here whose it is.
"""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kizuna.lib import clock
from kizuna.lib.tokens import sign
from municipalities.access import READER_COOKIE
from municipalities.models import (
    ConsentRecord,
    Course,
    Endpoint,
    Invitation,
    Municipality,
    Reader,
    Registration,
    Subscription,
)
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.isolation.test_every_route_has_a_door import ROUTES
from tests.parents.own_page import come_in, link_of, words
from tests.parents.received import receive
from tests.world import Family

MARK = "ZZ陽子さんだけの印ZZ"
ADDRESS = "yoko.only@example.jp"
BEHIND = [(name, path) for name, path, view in ROUTES if getattr(view, "door", "") == "reader"]
BY_TOKEN = [
    (name, path)
    for name, path, view in ROUTES
    if getattr(view, "door", "") == "parent" and re.search("<(str|path):(token|code)>", path)
]
each_page = pytest.mark.parametrize("name", [name for name, _ in BEHIND])
with_number = pytest.mark.parametrize("name", [name for name, path in BEHIND if "<int:" in path])
BORN = date(2026, 1, 23)


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def minato(db: None) -> Municipality:
    return world.make_minato()


@pytest.fixture
def hanako(aoba: Municipality) -> Family:
    return furnished(aoba, world.make_family(aoba), "花子さんの便り")


@pytest.fixture
def yoko(aoba: Municipality) -> Family:
    return furnished(aoba, world.make_family(aoba, email=ADDRESS, birth_date=BORN), MARK)


def furnished(municipality: Municipality, family: Family, subject: str) -> Family:
    """A reader of whom there is one of everything."""
    received = receive(municipality, family, clock.today(), subject=subject, words=subject)
    with in_municipality(municipality.pk):
        invitation = Invitation.objects.create(
            municipality=municipality,
            course=family.course,
            reader=family.reader,
            code_key=subject.encode(),
            expires_at=clock.now() + timedelta(days=30),
        )
    NUMBERS[family.reader.pk] = {
        "subscription": family.subscription.pk,
        "delivery": received.pk,
        "invitation": invitation.pk,
    }
    return family


NUMBERS: dict[int, dict[str, int]] = {}


def path_of(name: str, whose: Family, slug: str = "aoba") -> str:
    """The address of a page, with that reader's numbers in it."""
    [path] = [path for known, path in BEHIND if known == name]
    numbers = NUMBERS[whose.reader.pk]
    # The slug of another municipality is public.
    known: dict[str, Any] = {**numbers, "slug": slug, "to": "minato"}
    wanted = re.findall(r"<\w+:(\w+)>", path)
    assert set(wanted) <= set(known), f"tell the walk whose {wanted} are, at {name}"
    return reverse(name, kwargs={part: known[part] for part in wanted})


def nobody() -> Family:
    """A family of numbers that nobody has."""
    NUMBERS[0] = dict.fromkeys(("subscription", "delivery", "invitation"), 987_654)
    return Family(Reader(pk=0), Endpoint(pk=0), Course(pk=0), Subscription(pk=0))


def everything_of(family: Family) -> list[Any]:
    with in_municipality(family.reader.municipality_id):
        return [
            list(Reader.objects.filter(pk=family.reader.pk).values()),
            list(Course.objects.filter(pk=family.course.pk).values()),
            *(
                list(model.objects.filter(reader=family.reader).order_by("pk").values())
                for model in (Endpoint, Subscription, ConsentRecord, Invitation, Registration)
            ),
        ]


def hostile(whose: Family) -> dict[str, Any]:
    """A form that claims another reader's numbers wherever a page could look for one."""
    return {
        "reader": whose.reader.pk,
        "course": whose.course.pk,
        "endpoint": whose.endpoint.pk,
        "subscription": whose.subscription.pk,
        "invitation": NUMBERS[whose.reader.pk]["invitation"],
        f"relation-{whose.subscription.pk}": "around",
        "present": ADDRESS,
        "address": ADDRESS,
        "new": "mine@example.com",
        "step": "save",
        "state": "born",
        "length": "open",
        "agree": "on",
        "year": "2026",
        "month": "2",
        "day": "1",
        "children": "2",
        "text": "x",
    }


def test_the_walk_knows_the_pages() -> None:
    names = {name for name, _ in BEHIND}
    assert {"parent:my", "parent:my_date", "parent:my_address", "parent:letter"} <= names
    assert {name for name, _ in BY_TOKEN} >= {"parent:enter", "parent:confirm", "parent:stop"}


@each_page
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_visit_no_page_opens(
    name: str, method: str, hanako: Family, minato: Municipality
) -> None:
    answer = getattr(Client(), method)(path_of(name, hanako))
    if answer.status_code != 405:
        assert (answer.status_code, answer["Location"]) == (302, "/m/aoba/my/entrance/")


@each_page
def test_a_visit_to_the_neighbour_opens_no_page_here(
    name: str, hanako: Family, minato: Municipality
) -> None:
    taro = come_in(minato, world.make_family(minato))
    before = everything_of(hanako)
    for method in ("get", "post"):
        answer = getattr(taro, method)(path_of(name, hanako))
        assert answer.status_code in {302, 405}
        assert answer.status_code == 405 or answer["Location"] == "/m/aoba/my/entrance/"
    assert everything_of(hanako) == before


@each_page
def test_a_visit_here_opens_no_page_of_the_neighbour(
    name: str, aoba: Municipality, hanako: Family, minato: Municipality
) -> None:
    taro = furnished(minato, world.make_family(minato), "太郎さんの便り")
    answer = come_in(aoba, hanako).get(path_of(name, taro, slug="minato"))
    assert answer.status_code in {302, 405}
    assert answer.status_code == 405 or answer["Location"] == "/m/minato/my/entrance/"


@with_number
def test_another_readers_number_is_no_page(
    name: str, aoba: Municipality, hanako: Family, yoko: Family
) -> None:
    browser, before = come_in(aoba, hanako), everything_of(yoko)
    theirs, mine, never = path_of(name, yoko), path_of(name, hanako), path_of(name, nobody())
    for form in (None, hostile(yoko)):
        there, nowhere = (
            browser.post(path, form) if form else browser.get(path) for path in (theirs, never)
        )
        assert there.status_code in ({302, 404, 405} if form else {404, 405})
        assert (there.status_code, there.get("Location")) == (
            nowhere.status_code,
            nowhere.get("Location"),
        )
        assert MARK not in words(there)
    # The control: it is the number that closes the page.
    assert browser.get(mine).status_code != 404
    assert everything_of(yoko) == before


@each_page
def test_a_form_that_names_another_reader_changes_nothing_of_hers(
    name: str, aoba: Municipality, hanako: Family, yoko: Family, minato: Municipality
) -> None:
    before = everything_of(yoko)
    answer = come_in(aoba, hanako).post(path_of(name, hanako), hostile(yoko))
    assert answer.status_code < 500
    assert MARK not in answer.content.decode()
    assert everything_of(yoko) == before


@each_page
def test_nothing_of_another_reader_is_on_my_pages(
    name: str, aoba: Municipality, hanako: Family, yoko: Family, minato: Municipality
) -> None:
    shown = come_in(aoba, hanako).get(path_of(name, hanako)).content.decode()
    for mark in (MARK, ADDRESS, "2026年1月23日", "2026-01-23"):
        assert mark not in shown


def test_the_same_walk_as_herself_finds_the_marks(
    aoba: Municipality, yoko: Family, minato: Municipality
) -> None:
    """The control: were the marks not there to be found, the test above would prove nothing."""
    browser = come_in(aoba, yoko)
    shown = "".join(browser.get(path_of(name, yoko)).content.decode() for name, _ in BEHIND)
    for mark in (MARK, ADDRESS, "2026年1月23日"):
        assert mark in shown


@each_page
def test_nobody_sees_who_else_follows_the_same_child(
    name: str, aoba: Municipality, hanako: Family, minato: Municipality
) -> None:
    def page() -> str:
        shown = words(come_in(aoba, hanako).get(path_of(name, hanako)))
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", shown)

    alone = page()
    partner = world.make_family(
        aoba, course=hanako.course, relation="father", email=ADDRESS, line=""
    )
    furnished(aoba, partner, MARK)
    assert page() == alone


@pytest.mark.parametrize("name", [name for name, _ in BY_TOKEN])
def test_a_key_of_the_neighbour_opens_nothing_here(
    name: str, aoba: Municipality, hanako: Family, minato: Municipality
) -> None:
    taro = furnished(minato, world.make_family(minato), "太郎さんの便り")
    [path] = [path for known, path in BY_TOKEN if known == name]
    key = re.search(r"<\w+:(token|code)>", path)
    assert key
    today = clock.today().toordinal()
    keys = [
        sign("my", minato.pk, taro.reader.pk, 1, today),
        sign("my", aoba.pk, taro.reader.pk, 1, today),
        sign("stop", minato.pk, taro.subscription.pk),
        sign("stop", aoba.pk, taro.subscription.pk),
        sign("confirm", minato.pk, 1),
        sign("confirm", aoba.pk, 10**9),
        "nonsense",
    ]
    before = everything_of(taro)
    for one in keys:
        address = reverse(name, kwargs={"slug": "aoba", key[1]: one})
        assert Client().get(address).status_code in {404, 405, 410}, address
        assert Client().post(address, {"agree": "on"}).status_code in {404, 405, 410}, address
    assert everything_of(taro) == before


def test_a_cookie_that_was_tampered_with_opens_nothing(
    aoba: Municipality, hanako: Family, yoko: Family
) -> None:
    good = Client().get(link_of(aoba, hanako)).cookies[READER_COOKIE].value
    numbers = f"{aoba.pk}.{hanako.reader.pk}.1"
    assert numbers in good
    for value in (
        good.replace(numbers, f"{aoba.pk}.{yoko.reader.pk}.1"),
        good[:-1],
        good.upper(),
        numbers,
        "",
        "x:y:z",
    ):
        browser = Client()
        browser.cookies[READER_COOKIE] = value
        assert browser.get("/m/aoba/my/").status_code == 302, value


def test_a_link_that_was_ended_ends_the_visits_it_began(aoba: Municipality, hanako: Family) -> None:
    browser = come_in(aoba, hanako)
    with in_municipality(aoba.pk):
        Reader.objects.filter(pk=hanako.reader.pk).update(link_generation=2)
    assert browser.get("/m/aoba/my/").status_code == 302
