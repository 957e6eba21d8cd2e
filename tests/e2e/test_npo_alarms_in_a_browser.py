"""What needs somebody, in a browser: axe, 320 px, twice the size, the keyboard, without JavaScript."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from delivery.alarms import watch
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Finding, State
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo
from tests import world
from tests.alarms.morning import forget_asking, open_ones
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAOMI = "naomi@npo.example.jp"
FOUND: dict[str, list[tuple[str, str, dict[str, Any], State]]] = {
    "run_stuck": [
        ("aoba", "email", {"channel": "email", "pending": 1204, "minutes": 6}, State.ALARM)
    ],
    "failure_spike": [
        (
            "minato",
            "email",
            {"channel": "email", "failed": 51, "share": 5.1, "usual": 0.8},
            State.ALARM,
        )
    ],
    "forecast_differs": [("", "?", {}, State.NO_DATA)],
    "invariant_broken": [("", "?", {}, State.ERROR)],
    "text_gap": [
        ("", "m9", {"stage": "m9", "day": "2026-12-07", "readers": 41, "count": 3}, State.ALARM)
    ],
    "sender_domain": [
        ("minato", "", {"domain": "minato.example.jp", "wrong": "DKIM, DMARC"}, State.ALARM)
    ],
    "no_announcement_long": [("aoba", "", {"days": 93}, State.ALARM)],
}


def find(code: str, now_ago: timedelta = timedelta(minutes=3), *, over: bool = False) -> None:
    towns: dict[str, int | None] = dict(Municipality.objects.values_list("slug", "pk"))
    towns[""] = None
    found = [] if over else [Finding(towns[t], a, f, s) for t, a, f, s in FOUND[code]]
    with across_for_npo():
        watch.settle(CATALOGUE[code], found, clock.now() - now_ago, is_answered=True)
        watch.note(CATALOGUE[code], "ok")


@pytest.fixture
def page_of_naomi(transactional_db: None, desk: BrowserContext, live_server: Any) -> Page:
    world.make_municipality()
    world.make_minato()
    world.make_naomi()
    for code in FOUND:
        find(code)
    find("failure_spike", over=True)
    page = desk.new_page()
    log_in(page, live_server.url, NAOMI)
    page.goto(f"{live_server.url}/npo/alarms/")
    return page


def test_axe_finds_nothing_and_it_says_first_how_much_there_is(
    page_of_naomi: Page, pictures: Path
) -> None:
    page = page_of_naomi
    expect(page.get_by_role("heading", level=1)).to_have_text("対応が必要なこと")
    expect(page.get_by_text("対応が必要なことが6件あります")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    picture(page, pictures / "npo-alarms.png")
    assert complaints(page) == []


def test_done_and_back_again_by_keyboard_alone(page_of_naomi: Page, pictures: Path) -> None:
    page = page_of_naomi
    stuck = next(one for one in open_ones() if one.cause == "run_stuck")
    page.locator(f"#done-{stuck.pk}").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("対応済みにしました。")).to_be_visible()
    expect(page.get_by_text("対応が必要なことが5件あります")).to_be_visible()
    expect(page.locator(f"#alarm-{stuck.pk}")).to_contain_text("に対応：naomi")
    picture(page, pictures / "npo-alarms-done.png")
    assert complaints(page) == []
    follow(page, page.locator(f"#again-{stuck.pk}"))
    expect(page.get_by_text("対応が必要なことが6件あります")).to_be_visible()


def test_when_nobody_looks_the_page_says_so(page_of_naomi: Page, pictures: Path) -> None:
    forget_asking()
    page_of_naomi.reload()
    expect(page_of_naomi.get_by_text("だれも確かめていません")).to_be_visible()
    picture(page_of_naomi, pictures / "npo-alarms-silent.png")
    assert complaints(page_of_naomi) == []


@pytest.mark.parametrize("width", [320, 640])
def test_on_a_narrow_screen_and_at_twice_the_size_nothing_is_cut_off(
    page_of_naomi: Page, browser: Browser, live_server: Any, pictures: Path, width: int
) -> None:
    del page_of_naomi
    small = browser.new_context(locale="ja-JP", viewport={"width": width, "height": 640})
    phone = small.new_page()
    log_in(phone, live_server.url, NAOMI)
    phone.goto(f"{live_server.url}/npo/alarms/")
    for summary in phone.locator("summary").all():
        summary.click()
    wide = phone.evaluate("document.documentElement.scrollWidth")
    picture(phone, pictures / f"npo-alarms-{width}.png")
    assert wide <= width
    small.close()


def test_without_javascript_and_in_english(
    page_of_naomi: Page, browser: Browser, live_server: Any, pictures: Path
) -> None:
    del page_of_naomi
    plain = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill(NAOMI)
    page.locator("input[name=password]").fill(world.PASSWORD)
    follow(page, page.locator("main button[type=submit]").first)
    page.goto(f"{live_server.url}/npo/alarms/")
    expect(page.get_by_text("Needs somebody: 6")).to_be_visible()
    page.screenshot(path=pictures / "npo-alarms-en.png", full_page=True)
    follow(page, page.get_by_role("button", name="Quiet for a day").first)
    expect(page.get_by_text("Needs somebody: 5")).to_be_visible()
    plain.close()
