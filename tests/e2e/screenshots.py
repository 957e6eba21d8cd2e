"""Pictures of the parents' door for the guides: ``docs/images/door-*.png``, made anew by

``python -m kizuna.embedded run --throwaway -- pytest tests/e2e/screenshots.py``

It is no part of the suite: its name does not begin with ``test_``.
"""

from datetime import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.e2e import walk
from tests.e2e.door import Town, make_door, phone
from tests.e2e.palette import reduced

pytestmark = pytest.mark.django_db(transaction=True)

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
HEAVIEST = 60_000
WIDTH, HEIGHT = 360, 720
SHOWN = {
    "date", "contact", "sent", "confirmed", "my", "birth-echo", "invite-link", "stop", "stopped",
    "loss", "letters", "letter",
}  # fmt: skip
AT_NIGHT = {"my", "letter"}
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">
<path d="M48 92C12 70 8 34 44 8c-6 30 4 50 4 84z" fill="#4c9a5b"/>
<path d="M48 92C84 74 92 44 62 22c2 24-6 46-14 70z" fill="#8cc63f"/></svg>"""


@pytest.fixture
def town(transactional_db: None, settings: Any) -> Town:
    settings.DEFAULT_FROM_EMAIL = "touroku@kizuna.example.jp"
    settings.PUBLIC_BASE_URL = "https://kizuna.example.jp"
    town = make_door()
    with in_municipality(town.aoba.pk):
        Municipality.objects.filter(pk=town.aoba.pk).update(
            send_time=time(8, 0), last_hour=time(21, 0)
        )
    return town


def test_pictures_for_the_guides(browser: Browser, live_server: Any, town: Town) -> None:
    _give_logo(browser, town.aoba)
    with phone(browser, width=WIDTH, sharp=True) as context:
        page = context.new_page()
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        for name in walk.everything(page, live_server.url, town):
            if name == "date":
                # The form, not the words above it.
                page.evaluate(
                    "document.querySelector('main h2').scrollIntoView({behavior: 'instant'})"
                )
            if name in SHOWN:
                _keep(page, name)
            if name in AT_NIGHT:
                page.emulate_media(color_scheme="dark")
                _keep(page, f"{name}-night")
                page.emulate_media(color_scheme="light")


def _keep(page: Page, name: str) -> None:
    picture = reduced(page.screenshot())
    assert len(picture) <= HEAVIEST, f"{name}: {len(picture)} bytes"
    (IMAGES / f"door-{name}.png").write_bytes(picture)


def _give_logo(browser: Browser, aoba: Municipality) -> None:
    page = browser.new_page()
    page.set_content(f"<body style='margin:0'>{LOGO}</body>")
    drawn = page.locator("svg").screenshot(omit_background=True)
    page.close()
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(logo=drawn)
