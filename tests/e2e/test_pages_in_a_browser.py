"""The clerk's morning in a real browser; every page with axe, on 320 px and without JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import world
from tests.e2e.town import make_town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

STAFF = ("today", "texts", "text", "phone")
TALLEST = 8_000
"""Pixels of a picture."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def town(transactional_db: None) -> dict[str, str]:
    return make_town()


def log_in(page: Page, base: str, email: str = "alice@aoba.example.jp") -> None:
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("メールアドレス").fill(email)
    page.get_by_label("パスワード").fill(world.PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def complaints(page: Page) -> list[str]:
    """What axe finds, and what the browser's console has to say (blocked styles, missing files)."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def each_page(page: Page, base: str, town: dict[str, str]) -> Any:
    """Every page as whoever may see it, one after the other."""
    for name in town.keys() - set(STAFF):
        page.goto(base + town[name])
        yield name
    log_in(page, base)
    for name in STAFF:
        page.goto(base + town[name])
        yield name
    for name, email in (("npo", "naomi@npo.example.jp"), ("choose", "both@example.jp")):
        page.context.clear_cookies()
        log_in(page, base, email)
        yield name


def picture(page: Page, path: Path) -> None:
    """The whole page as one picture; frames below the fold are painted only when they are seen.

    Of an endless list the first part: beyond it the browser cannot always make a picture.
    """
    page.wait_for_load_state()
    size = page.viewport_size or {"width": 1280, "height": 900}
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size(
        {"width": size["width"], "height": min(max(height, size["height"]), TALLEST)}
    )
    page.screenshot(path=path)
    page.set_viewport_size(size)


def test_a_clerk_logs_in_sees_today_and_opens_a_text(
    desk: BrowserContext, live_server: Any, town: dict[str, str]
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("今日のあおば子育てメール")
    expect(page.get_by_text("予定1,329件のうち1,230件を送りました。")).to_be_visible()
    page.get_by_role("link", name="今日のお便りを読む").click()
    page.get_by_role("link", name="12週の赤ちゃんと、からだのこと").click()
    mail = page.frame_locator("iframe[title='読者に届いたメール']")
    expect(mail.get_by_text("いま 5センチほど。")).to_be_visible()
    expect(mail.get_by_text("配信を止める")).to_be_visible()
    web = page.frame_locator("iframe[title='ウェブページとしてのお便り']")
    expect(web.get_by_role("heading", name="青葉市より")).to_be_visible()
    # Our stylesheet reaches the closed frame: without it the heading would be in another font.
    size = web.get_by_role("heading", level=1).evaluate("one => getComputedStyle(one).fontSize")
    assert size == "24px"


def test_the_keyboard_is_enough(
    desk: BrowserContext, live_server: Any, town: dict[str, str]
) -> None:
    page = desk.new_page()
    page.goto(live_server.url + "/accounts/login/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("本文へ進む")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("alice@aoba.example.jp")
    page.keyboard.press("Tab")
    if page.locator(":focus").get_attribute("type") != "password":
        page.keyboard.press("Tab")  # the way to a forgotten password stands before the field
    page.keyboard.type(world.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/aoba/")
    reached: list[str] = []
    for _ in range(20):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if not focused.count():
            break
        ring = focused.evaluate("one => getComputedStyle(one).outlineStyle")
        assert ring == "solid", focused.inner_text()
        reached.append(focused.inner_text())
        if reached[-1] == "今日のお便りを読む":
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/texts/**")
    assert reached[0] == "本文へ進む"
    assert "ログアウト" in reached


def test_axe_finds_nothing_and_the_browser_has_no_complaint(
    desk: BrowserContext, live_server: Any, town: dict[str, str], pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    found = {}
    for name in each_page(page, live_server.url, town):
        picture(page, pictures / f"{name}.png")
        if wrong := complaints(page):
            found[name] = wrong
    assert found == {}
    # Two of the pages are missing on purpose.
    assert [line for line in said if "404" not in line] == []


def test_axe_would_find_something(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.set_content("<html><body><img src=x><p style='color:#ccc'>pale words</p></body></html>")
    found = " ".join(complaints(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert "html-has-lang" in found


def test_nothing_is_cut_off_when_letters_are_twice_as_large(
    browser: Browser, live_server: Any, town: dict[str, str]
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 640, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    for name in each_page(page, live_server.url, town):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
    context.close()


def test_nothing_is_cut_off_on_the_smallest_phone(
    browser: Browser, live_server: Any, town: dict[str, str], pictures: Path
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.set_default_timeout(10_000)
    for name in each_page(page, live_server.url, town):
        picture(page, pictures / f"{name}-320.png")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, name
    context.close()


def test_everything_works_without_javascript(
    browser: Browser, live_server: Any, town: dict[str, str]
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url)
    expect(page.get_by_text("予定1,329件のうち1,230件を送りました。")).to_be_visible()
    page.get_by_role("button", name="ログアウト").click()
    page.wait_for_url("**/accounts/login/")
    page.goto(live_server.url + town["stop"])
    page.get_by_role("button", name="配信を止める").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("止めました。")
    context.close()


def test_while_sending_the_figures_come_by_themselves(
    desk: BrowserContext, live_server: Any, town: dict[str, str]
) -> None:
    from kizuna.lib import clock
    from municipalities.models import Municipality
    from tests.console.days import Rows, make_ledger

    page = desk.new_page()
    log_in(page, live_server.url)
    expect(page.get_by_text("予定1,329件のうち1,230件を送りました。")).to_be_visible()
    aoba = Municipality.objects.get(slug="aoba")
    make_ledger(aoba, Rows("line", "sent", 70), on=clock.today(), first=5000)
    expect(page.get_by_text("予定1,399件のうち1,300件を送りました。")).to_be_visible(timeout=15_000)


def test_a_printed_page_has_the_figures_and_no_buttons(
    desk: BrowserContext, live_server: Any, town: dict[str, str]
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url)
    page.emulate_media(media="print")
    expect(page.get_by_text("予定1,329件のうち1,230件を送りました。")).to_be_visible()
    expect(page.get_by_role("link", name="今日のお便りを読む")).to_be_hidden()
