"""A reader may want the texts of the day alone, and can read again whatever came."""

from datetime import timedelta

import pytest
from django.test import Client

from delivery import broadcasting
from delivery.models import Delivery
from delivery.planning import plan_day
from delivery.sending import serve
from kizuna.lib import clock
from messages.models import Edition
from municipalities.models import Reader
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import Desk
from tests.parents.own_page import come_in, page
from tests.world import Family, make_family, make_text

WORDS = "/m/aoba/my/words/"


@pytest.fixture
def family(desk: Desk) -> Family:
    return make_family(desk.town, birth_date=clock.today() - timedelta(days=45))


@pytest.fixture
def browser(desk: Desk, family: Family) -> Client:
    return come_in(desk.town, family)


def answers(family: Family, **changed: str) -> dict[str, str]:
    same = {"variant": "standard", "language": "ja"}
    return {**same, f"relation-{family.subscription.pk}": "mother", **changed}


def test_without_broadcasts_the_texts_of_the_day_still_come(
    desk: Desk, family: Family, browser: Client
) -> None:
    make_text("d45")
    assert "時期に合わせたお便りだけ受け取る" in page(browser, WORDS)
    browser.post(WORDS, answers(family, broadcasts="no"))
    one = desk.approved(is_urgent=True)
    assert broadcasting.plan(desk.town.pk, one.pk) == {("email", "skipped"): 1}
    assert plan_day(desk.town.pk, clock.today()).added == {("email", "planned"): 1}


def test_a_page_opened_before_there_was_the_choice_changes_nothing(
    desk: Desk, family: Family, browser: Client
) -> None:
    for wish in ("no", "yes"):
        browser.post(WORDS, answers(family, broadcasts=wish))
        browser.post(WORDS, answers(family))
        with in_municipality(desk.town.pk):
            assert Reader.objects.get().no_broadcasts is (wish == "no")
    assert browser.post(WORDS, answers(family, broadcasts="maybe")).status_code == 400


def test_a_broadcast_is_kept_among_the_texts_received(
    desk: Desk, family: Family, browser: Client
) -> None:
    one = desk.approved(is_urgent=True)
    broadcasting.plan(desk.town.pk, one.pk)
    serve(desk.town.pk, clock.today(), desk.email, "me")
    listed = page(browser, "/m/aoba/my/letters/")
    assert "秋の離乳食講座" in listed
    assert "一斉のお知らせ" in listed
    assert "秋の離乳食講座" in page(browser, "/m/aoba/my/letters/?q=こども館")
    with in_municipality(desk.town.pk):
        edition = Edition.objects.get(broadcast=one)
        number = Delivery.objects.get().id
    assert "10月3日に、こども館でひらきます。" in page(browser, f"/m/aoba/my/letters/{number}/")
    assert edition.web_html


def test_the_page_of_the_days_texts_names_it_a_broadcast(desk: Desk, family: Family) -> None:
    one = desk.approved(is_urgent=True)
    broadcasting.plan(desk.town.pk, one.pk)
    client = Client(headers={"accept-language": "ja"})
    client.force_login(desk.alice, backend="django.contrib.auth.backends.ModelBackend")
    with in_municipality(desk.town.pk):
        edition = Edition.objects.get()
    for path in (f"{clock.today()}/", f"{edition.pk}/"):
        shown = client.get(f"/console/aoba/texts/{path}").content.decode()
        assert "一斉配信" in shown
        assert "見本" not in shown
