"""Texts rest for two weeks, a month, or until told otherwise; they go on without a burst."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from delivery.models import Delivery
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Municipality, Subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.own_page import (
    boxes,
    come_in,
    page,
    reader_of,
    subscription_of,
    two_screens,
    words,
)
from tests.world import Family

PAUSE = "/m/aoba/my/pause/"
WORDS = "/m/aoba/my/words/"


@pytest.fixture
def today() -> date:
    return clock.today()


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba)


@pytest.fixture
def browser(aoba: Municipality, family: Family) -> Client:
    return come_in(aoba, family)


def test_two_weeks_are_fourteen_days(browser: Client, family: Family, today: date) -> None:
    assert browser.post(PAUSE, {"length": "two_weeks"})["Location"] == "/m/aoba/my/"
    assert subscription_of(family).paused_until == today + timedelta(days=14)
    last = today + timedelta(days=13)
    assert f"{last.year}年{last.month}月{last.day}日までお休みです" in page(browser)
    assert f"2週間（{last.year}年{last.month}月{last.day}日まで）" in page(browser, PAUSE)


def test_a_month_ends_on_the_last_day_of_a_shorter_one(aoba: Municipality, family: Family) -> None:
    with time_machine.travel("2026-01-31T12:00:00+09:00", tick=False):
        come_in(aoba, family).post(PAUSE, {"length": "month"})
    assert subscription_of(family).paused_until == date(2026, 2, 28)


def test_until_told_otherwise_has_no_end(browser: Client, family: Family) -> None:
    browser.post(PAUSE, {"length": "open"})
    one = subscription_of(family)
    assert one.paused_at is not None
    assert one.paused_until is None
    assert "再開するまで" in page(browser)


def test_going_on_takes_effect_at_once(browser: Client, family: Family) -> None:
    browser.post(PAUSE, {"length": "open"})
    assert 'name="length" value="go_on"' in page(browser)
    browser.post(PAUSE, {"length": "go_on"})
    one = subscription_of(family)
    assert (one.paused_at, one.paused_until) == (None, None)
    assert "メールで受け取っています" in page(browser)


def test_nothing_comes_while_resting_and_nothing_is_made_up_for(
    aoba: Municipality, browser: Client, today: date
) -> None:
    for day in range(45, 61):
        world.make_text(f"d{day}")
    browser.post(PAUSE, {"length": "two_weeks"})
    counts = {}
    for days in (0, 13, 14, 15):
        on = today + timedelta(days=days)
        plan_day(aoba.pk, on)
        with in_municipality(aoba.pk):
            counts[days] = Delivery.objects.filter(run_day=on, state="planned").count()
    assert counts == {0: 0, 13: 0, 14: 1, 15: 1}


def test_all_children_rest_together(aoba: Municipality, browser: Client, today: date) -> None:
    new = boxes(today - timedelta(days=400), state="born", relation="mother")
    two_screens(browser, "/m/aoba/my/child/", new)
    browser.post(PAUSE, {"length": "open"})
    with in_municipality(aoba.pk):
        assert Subscription.objects.filter(paused_at__isnull=True).count() == 0


def test_what_is_not_offered_changes_nothing(browser: Client, family: Family) -> None:
    for length in ("", "year", "GO_ON"):
        assert browser.post(PAUSE, {"length": length})["Location"] == PAUSE
    assert subscription_of(family).paused_at is None


def test_opening_the_page_changes_nothing(browser: Client, family: Family) -> None:
    browser.get(PAUSE + "?length=open")
    assert subscription_of(family).paused_at is None


def test_one_readers_rest_is_not_another_ones(
    aoba: Municipality, browser: Client, family: Family
) -> None:
    father = world.make_family(aoba, course=family.course, relation="father")
    browser.post(PAUSE, {"length": "open"})
    assert subscription_of(father).paused_at is None


def test_a_child_that_was_added_while_the_others_rest_does_not_rest(
    browser: Client, today: date
) -> None:
    browser.post(PAUSE, {"length": "open"})
    new = boxes(today - timedelta(days=400), state="born", relation="mother")
    two_screens(browser, "/m/aoba/my/child/", new)
    shown = page(browser)
    assert "メールで受け取っています" in shown
    assert shown.count("いま、このお便りはお休み中です") == 1
    assert 'name="length" value="go_on"' in shown


# --- Words, relation, area ------------------------------------------------------------------------
def chosen(family: Family, **changes: str) -> dict[str, str]:
    return {
        "variant": "easy",
        "language": "en",
        f"relation-{family.subscription.pk}": "father",
        **changes,
    }


def test_words_language_and_relation_are_saved(browser: Client, family: Family) -> None:
    world.make_text("d45", variant="easy")
    assert browser.post(WORDS, chosen(family))["Location"] == "/m/aoba/my/"
    reader = reader_of(family)
    assert (reader.variant, reader.language) == ("easy", "en")
    assert subscription_of(family).relation == "father"


def test_the_area_is_asked_only_where_the_municipality_has_some(
    aoba: Municipality, browser: Client, family: Family
) -> None:
    world.make_text("d45", variant="easy")
    assert 'name="area"' not in page(browser, WORDS)
    with in_municipality(aoba.pk):
        aoba.areas = ["北部", "南部"]
        aoba.save()
    assert 'name="area"' in page(browser, WORDS)
    browser.post(WORDS, chosen(family, area="南部"))
    assert reader_of(family).area == "南部"


@pytest.mark.parametrize(
    "wrong", [{"variant": "loud"}, {"language": "xx"}, {"area": "西部"}, {"variant": ""}]
)
def test_an_answer_that_is_not_offered_is_refused(
    aoba: Municipality, browser: Client, family: Family, wrong: dict[str, str]
) -> None:
    with in_municipality(aoba.pk):
        aoba.areas = ["北部"]
        aoba.save()
    world.make_text("d45", variant="easy")
    answer = browser.post(WORDS, chosen(family, **wrong))
    assert answer.status_code == 400
    assert f'href="#{next(iter(wrong))}"' in words(answer)
    assert reader_of(family).variant == "standard"


def test_another_readers_relation_cannot_be_changed(
    aoba: Municipality, browser: Client, family: Family
) -> None:
    other = world.make_family(aoba)
    browser.post(WORDS, chosen(family) | {f"relation-{other.subscription.pk}": "around"})
    assert subscription_of(other).relation == "mother"
