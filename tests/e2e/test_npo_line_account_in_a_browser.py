"""An operator enters a LINE account and sees whose it is: wide, at 320 px, without JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from municipalities.models import Municipality
from tests import world
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.emulators.line_server import LineServer, server

__all__ = ["server"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CHANNEL, SECRET, NEW = "1658000000", "0123456789abcdef" * 2, "f" * 32
WIDTHS = (1280, 320)


@pytest.fixture
def line(server: LineServer, settings: Any) -> LineServer:
    """The emulator, with Aoba's account."""
    settings.LINE_API_BASE_URL = server.url
    account = {"name": "あおば市 子育て応援メール", "plan_quota": 200}
    server.control("channels", {"channel_id": CHANNEL, "channel_secret": SECRET, **account})
    return server


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    world.make_npo_staff("operator")
    return world.make_municipality(service="preparing")


def enter(page: Page, channel_id: str, secret: str) -> None:
    page.get_by_label("チャネルID").fill(channel_id)
    page.get_by_label("チャネルシークレット").fill(secret)
    follow(page, page.get_by_role("button", name="確かめてつなぐ"))


def story(page: Page, line: LineServer, base: str) -> Any:
    """Each state of the page, as an operator meets them."""
    address = f"{base}/npo/municipality/aoba/line/"
    log_in(page, base, "operator@npo.example.jp")
    page.goto(address)
    yield "empty"
    enter(page, CHANNEL, NEW)
    expect(page.get_by_role("alert")).to_contain_text("LINEが受け付けませんでした")
    expect(page.get_by_label("チャネルID")).to_have_value(CHANNEL)
    yield "refused"
    line.control("faults", [{"kind": "reset_before", "call": "token"}])
    enter(page, CHANNEL, SECRET)
    expect(page.locator(".story-sentence")).to_have_text("まだ確かめられていません")
    yield "untried"
    follow(page, page.get_by_role("button", name="いま確かめる"))
    expect(page.locator(".story-sentence")).to_contain_text("「あおば市 子育て応援メール」（@")
    yield "connected"
    line.control("channels", {"channel_id": CHANNEL, "channel_secret": NEW})
    follow(page, page.get_by_role("button", name="いま確かめる"))
    expect(page.locator(".story-sentence")).to_contain_text("受け付けません")
    yield "issued-anew"
    page.goto(f"{base}/npo/municipality/aoba/")
    yield "municipality"


def test_every_state_is_whole_and_axe_finds_nothing(
    desk: BrowserContext, live_server: Any, aoba: Municipality, line: LineServer, pictures: Path
) -> None:
    page = desk.new_page()
    for state in story(page, line, live_server.url):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            picture(page, pictures / f"npo-line-{state}-{width}.png")
            assert complaints(page) == [], (state, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, state


def test_all_of_it_works_without_javascript(
    browser: Browser, live_server: Any, aoba: Municipality, line: LineServer
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    states = list(story(page, line, live_server.url))
    assert states[-1] == "municipality"
    context.close()
