"""Asking for the neighbour's things is answered as asking for things that do not exist."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from kizuna.lib.tokens import sign
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality, Subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import DAY, NOON, Rows, make_edition, make_facts, make_ledger, make_run

MARK = "ZZみなとだけの印ZZ"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def minato(db: None) -> Municipality:
    """Every text column of the neighbour holds the mark."""
    minato = world.make_municipality(
        "minato",
        name=MARK,
        service_name=MARK,
        contact=MARK,
        postal_address=MARK,
        mail_name=MARK,
        mail_address=f"{MARK}@example.jp",
        reply_to=f"{MARK}@example.jp",
        brand_colour="#abcdef",
    )
    make_run(minato)
    edition = make_edition(
        minato,
        subject=MARK,
        mail_text=MARK,
        mail_html=f"<html>{MARK}</html>",
        line_text=MARK,
        web_html=MARK,
    )
    make_ledger(minato, Rows("line", "failed", 7777, MARK), edition=edition.pk)
    make_facts(minato, DAY - timedelta(days=1), Rows("line", "sent", 7777, MARK))
    world.make_block(minato, title=MARK, body=MARK)
    return minato


@pytest.fixture
def alice(aoba: Municipality) -> Client:
    client = Client()
    client.force_login(
        world.make_staff(aoba, Role.MANAGER),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def edition_of(municipality: Municipality) -> int:
    from messages.models import Edition

    with in_municipality(municipality.pk):
        return Edition.objects.get().pk


def test_the_neighbours_pages_look_like_pages_that_do_not_exist(
    alice: Client, minato: Municipality
) -> None:
    neighbour, nowhere = edition_of(minato), 987_654
    for tail in ("", "mail/", "web/"):
        there = alice.get(f"/console/aoba/texts/{neighbour}/{tail}")
        never = alice.get(f"/console/aoba/texts/{nowhere}/{tail}")
        assert (there.status_code, there.content) == (404, never.content)
    for tail in ("", f"texts/{DAY}/", f"texts/{neighbour}/"):
        there = alice.get(f"/console/minato/{tail}")
        never = alice.get(f"/console/nosuchplace/{tail}")
        assert (there.status_code, there.content) == (404, never.content)


def test_nothing_of_the_neighbour_is_on_any_page_of_ours(
    alice: Client, aoba: Municipality, minato: Municipality
) -> None:
    make_run(aoba)
    mine = make_edition(aoba, "p12w0d")
    make_ledger(aoba, Rows("email", "sent", 3), edition=mine.pk)
    paths = [
        "/console/",
        "/console/aoba/",
        f"/console/aoba/texts/{DAY}/",
        f"/console/aoba/texts/{mine.pk}/",
        f"/console/aoba/texts/{mine.pk}/mail/",
        f"/console/aoba/texts/{mine.pk}/web/",
        f"/console/aoba/texts/{edition_of(minato)}/",
        "/console/minato/",
        "/m/aoba/",
        "/m/aoba/brand.css",
        "/npo/",
    ]
    for path in paths:
        shown = alice.get(path, follow=True).content.decode()
        assert MARK not in shown, path
        assert "7,777" not in shown, path
        assert "#abcdef" not in shown, path


def test_the_same_walk_as_the_neighbour_finds_the_mark(minato: Municipality) -> None:
    """The control: were the mark not there to be found, the test above would prove nothing."""
    charlie = Client()
    charlie.force_login(
        world.make_staff(minato, Role.MANAGER, "charlie@minato.example.jp"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    edition = edition_of(minato)
    for path in ("", f"texts/{DAY}/", f"texts/{edition}/", f"texts/{edition}/mail/"):
        assert MARK in charlie.get(f"/console/minato/{path}").content.decode(), path
    assert "7,777" in charlie.get("/console/minato/").content.decode()


def test_a_stop_link_works_only_at_its_own_municipality(
    aoba: Municipality, minato: Municipality
) -> None:
    theirs = world.make_family(minato).subscription
    ours = world.make_family(aoba).subscription
    tokens = {
        "its own, at our address": sign("stop", minato.pk, theirs.pk),
        "ours, with their subscription": sign("stop", aoba.pk, theirs.pk),
        "theirs, with our subscription": sign("stop", minato.pk, ours.pk),
        "forged": "1.2:nonsense",
    }
    pages = set()
    for token in tokens.values():
        answer = Client().post(f"/m/aoba/stop/{token}/", ONE_CLICK)
        assert answer.status_code == 404
        pages.add(answer.content)
    assert len(pages) == 1
    for one in (theirs, ours):
        with in_municipality(one.municipality_id):
            assert Subscription.objects.get(pk=one.pk).stopped_at is None


def test_two_memberships_never_mix(aoba: Municipality, minato: Municipality) -> None:
    both = world.make_staff(aoba, Role.AUDITOR, "both@example.jp")
    with in_municipality(minato.pk):
        Membership.objects.create(municipality=minato, user=both, role=Role.EDITOR)
    client = Client()
    client.force_login(both, backend="django.contrib.auth.backends.ModelBackend")
    assert MARK not in client.get("/console/aoba/").content.decode()
    # An auditor here, whatever they are there.
    assert client.get(f"/console/aoba/texts/{DAY}/").status_code == 403
    assert client.get(f"/console/minato/texts/{DAY}/").status_code == 200


def test_personal_pages_are_kept_by_no_cache(alice: Client, aoba: Municipality) -> None:
    token = sign("stop", aoba.pk, world.make_family(aoba).subscription.pk)
    paths = ["/console/", "/console/aoba/", f"/m/aoba/stop/{token}/", "/console/no/", "/npo/"]
    for path in paths:
        if path == "/console/":
            continue  # sent on; the redirect is checked with the rest
        assert "no-store" in alice.get(path)["Cache-Control"], path
    assert "no-store" in alice.get("/console/")["Cache-Control"]
    assert "no-store" in Client().get("/accounts/login/")["Cache-Control"]
