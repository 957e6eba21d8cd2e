"""The console in a real browser: axe, a small phone, letters twice as large, no scripts, the keyboard."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from municipalities.models import Municipality
from tests.e2e import console_walk
from tests.e2e.door import phone
from tests.e2e.test_pages_in_a_browser import complaints, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    return console_walk.make_office()


def test_axe_finds_nothing_on_any_page_and_the_browser_has_no_complaint(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    said: list[str] = []
    found: dict[str, list[str]] = {}
    with phone(browser, width=1280) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for name in console_walk.pages(page, live_server.url):
            picture(page, pictures / f"console-{name}.png")
            if wrong := complaints(page):
                found[name] = wrong
    assert not found, "\n".join(f"{name}: {wrong}" for name, wrong in found.items())
    assert said == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_nothing_is_cut_off_on_a_small_phone_and_in_letters_twice_as_large(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path, scripts: bool
) -> None:
    wide: list[str] = []
    with phone(browser, scripts=scripts) as context:
        page = context.new_page()
        for name in console_walk.pages(page, live_server.url):
            picture(page, pictures / f"console-{name}-small.png")
            if width(page) > 320:
                wide.append(name)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            if width(page) > 320:
                wide.append(f"{name} at 200%")
    assert wide == [], wide


def width(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))
