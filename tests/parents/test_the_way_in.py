"""A link from a mail opens the own page; without one, a fresh one comes by mail. No password."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from kizuna.lib import clock
from kizuna.lib.tokens import sign
from municipalities.models import Endpoint, Municipality, Reader, ServiceMail
from municipalities.services.entrance import LINK_DAYS
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.own_page import come_in, link_of, page, words
from tests.world import Family

ENTRANCE = "/m/aoba/my/entrance/"


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, email="hanako@example.jp")


def mails(municipality: Municipality) -> list[ServiceMail]:
    with in_municipality(municipality.pk):
        return list(ServiceMail.objects.order_by("pk"))


def test_the_link_leads_to_a_page_with_a_clean_address(aoba: Municipality, family: Family) -> None:
    answer = Client().get(link_of(aoba, family))
    assert (answer.status_code, answer["Location"]) == (302, "/m/aoba/my/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    cookie = answer.cookies["reader"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 7200)
    assert "マイページ" in page(come_in(aoba, family))


@pytest.mark.parametrize("tail", ["", "/", ">", "/>", "。", "）", ".", ")", "/.", "、"])
def test_what_mail_programs_add_to_the_link_does_no_harm(
    aoba: Municipality, family: Family, tail: str
) -> None:
    answer = Client().get(link_of(aoba, family).rstrip("/") + tail)
    assert (answer.status_code, answer["Location"]) == (302, "/m/aoba/my/")


def test_a_scanner_that_opens_the_link_changes_nothing(aoba: Municipality, family: Family) -> None:
    def everything() -> list[object]:
        with in_municipality(aoba.pk):
            return [
                list(model.objects.order_by("pk").values())
                for model in (Reader, Endpoint, ServiceMail)
            ]

    before = everything()
    for _ in range(3):
        Client().get(link_of(aoba, family), headers={"sec-purpose": "prefetch"})
        Client().head(link_of(aoba, family))
    assert everything() == before
    assert Client().post(link_of(aoba, family)).status_code == 405


def test_links_that_do_not_open_end_on_one_page_that_offers_a_fresh_one(
    aoba: Municipality, family: Family
) -> None:
    minato = world.make_minato()
    theirs = world.make_family(minato)
    today = clock.today().toordinal()
    reader = family.reader.pk
    good = link_of(aoba, family).split("/")[5]
    bad = [
        "x",
        good[:-1],
        good.lower(),
        "=3D" + good,
        sign("stop", aoba.pk, reader, 1, today),
        sign("my", aoba.pk, reader, 1),
        sign("my", aoba.pk, reader, 2, today),
        sign("my", aoba.pk, reader, 1, today - LINK_DAYS - 1),
        sign("my", aoba.pk, reader, 1, today + 1),
        sign("my", aoba.pk, reader, 1, 10**30),
        sign("my", aoba.pk, 10**30, 1, today),
        sign("my", aoba.pk, 10**9, 1, today),
        sign("my", aoba.pk, theirs.reader.pk, 1, today),
        sign("my", minato.pk, theirs.reader.pk, 1, today),
        sign("my", minato.pk, reader, 1, today),
    ]
    browser = Client()
    answers = [browser.get(f"/m/aoba/my/enter/{token}/") for token in bad]
    assert {answer.status_code for answer in answers} == {404}
    assert {"reader" in answer.cookies for answer in answers} == {False}
    shown = words(answers[0])
    assert "期限が切れている" in shown
    assert f'action="{ENTRANCE}"' in shown
    assert len({words(answer).partition("csrfmiddlewaretoken")[0] for answer in answers}) == 1


def test_a_link_opens_for_thirty_days_and_the_visit_lasts_two_hours(
    aoba: Municipality, family: Family
) -> None:
    now = clock.now()
    link = link_of(aoba, family)
    with time_machine.travel(now + timedelta(days=LINK_DAYS), tick=False):
        browser = Client()
        assert browser.get(link)["Location"] == "/m/aoba/my/"
        assert browser.get("/m/aoba/my/").status_code == 200
    with time_machine.travel(now + timedelta(days=LINK_DAYS, hours=2, seconds=1), tick=False):
        assert browser.get("/m/aoba/my/")["Location"] == ENTRANCE
    with time_machine.travel(now + timedelta(days=LINK_DAYS + 1), tick=False):
        assert Client().get(link).status_code == 404


def test_without_a_visit_every_page_leads_to_the_entrance(aoba: Municipality) -> None:
    assert Client().get("/m/aoba/my/")["Location"] == ENTRANCE
    assert "パスワードはありません" in page(Client(), ENTRANCE)


def test_the_visit_ends_when_the_reader_says_so(aoba: Municipality, family: Family) -> None:
    browser = come_in(aoba, family)
    assert browser.get("/m/aoba/my/leave/").status_code == 405
    assert browser.post("/m/aoba/my/leave/")["Location"] == "/m/aoba/"
    assert browser.get("/m/aoba/my/")["Location"] == ENTRANCE
    assert browser.post("/m/aoba/my/leave/")["Location"] == "/m/aoba/"


# --- A fresh link by mail -------------------------------------------------------------------------
def test_a_known_address_gets_a_mail_with_the_way_in(aoba: Municipality, family: Family) -> None:
    answer = Client().post(ENTRANCE, {"address": "Ｈanako@Example.JP "})
    assert answer.status_code == 200
    [mail] = mails(aoba)
    assert (mail.kind, mail.reader_id, mail.address) == (
        "entrance",
        family.reader.pk,
        "hanako@example.jp",
    )


def test_known_and_unknown_addresses_get_the_same_answer(
    aoba: Municipality, family: Family
) -> None:
    known = words(Client().post(ENTRANCE, {"address": "hanako@example.jp"}))
    unknown = words(Client().post(ENTRANCE, {"address": "nobody@example.jp"}))
    assert known.replace("hanako", "nobody") == unknown
    assert len(mails(aoba)) == 1


def test_a_reader_of_the_neighbour_is_unknown_here(aoba: Municipality) -> None:
    world.make_family(world.make_minato(), email="taro@example.jp")
    Client().post(ENTRANCE, {"address": "taro@example.jp"})
    assert mails(aoba) == []


def test_a_mailbox_is_not_filled_and_the_page_stays_the_same(
    aoba: Municipality, family: Family
) -> None:
    pages = {words(Client().post(ENTRANCE, {"address": "hanako@example.jp"})) for _ in range(8)}
    assert len(pages) == 1
    assert len(mails(aoba)) == 3


def test_a_slip_is_told_above_and_at_the_field_and_what_was_typed_is_kept(
    aoba: Municipality,
) -> None:
    answer = Client().post(ENTRANCE, {"address": "hanako.example.jp"})
    shown = words(answer)
    assert answer.status_code == 400
    assert shown.count("「@」がありません") == 2
    assert 'role="alert"' in shown
    assert 'href="#address"' in shown
    assert 'value="hanako.example.jp"' in shown
    assert mails(aoba) == []


def test_no_form_is_on_a_page_that_makes_browsers_hide_where_they_come_from(
    aoba: Municipality, family: Family
) -> None:
    """With "no-referrer" a browser posts ``Origin: null``, which the CSRF check refuses."""
    browser = come_in(aoba, family)
    for path in ("", "entrance/", "enter/x/", "child/", "pause/", "words/", "address/"):
        answer = browser.get(f"/m/aoba/my/{path}")
        assert "<form" in words(answer), path
        assert answer["Referrer-Policy"] == "same-origin", path


def test_forms_without_their_token_are_refused(aoba: Municipality, family: Family) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get(link_of(aoba, family))
    for path in ("entrance/", "pause/", "words/", "child/", "address/", "leave/"):
        assert browser.post(f"/m/aoba/my/{path}").status_code == 403, path


def test_nothing_of_the_visit_is_in_the_log(
    aoba: Municipality,
    family: Family,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level("DEBUG"):
        come_in(aoba, family)
        Client().post(ENTRANCE, {"address": "hanako@example.jp"})
    written = caplog.text + capsys.readouterr().err
    assert "parent:enter" in written
    assert link_of(aoba, family).split("/")[5] not in written
    assert "hanako" not in written
