"""Pictures of the NPO's screens for the guides: ``docs/images/npo-*.png``, made anew by

``python -m kizuna.embedded run --throwaway -- pytest tests/e2e/screenshots_npo.py``

It is no part of the suite: its name does not begin with ``test_``. The scenes are those of the
browser's tests, on the morning of one day.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page

from delivery.alarms import watch
from delivery.alarms.catalogue import CATALOGUE
from kizuna.lib import clock
from messages.models import TextDraft, TextVersion
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import across_for_npo
from tests.desk.conftest import Desk
from tests.e2e import test_npo_exchange_in_a_browser as exchange
from tests.e2e.palette import reduced
from tests.e2e.screenshots import IMAGES
from tests.e2e.test_npo_alarms_in_a_browser import page_of_naomi as page_of_alarms
from tests.e2e.test_npo_desk_in_a_browser import REI
from tests.e2e.test_npo_desk_in_a_browser import people as desk_people
from tests.e2e.test_npo_exchange_in_a_browser import scene as exchange_scene
from tests.e2e.test_npo_figures_in_a_browser import NAOMI
from tests.e2e.test_npo_figures_in_a_browser import aoba as counted_town
from tests.e2e.test_npo_municipalities_in_a_browser import OPERATOR, country
from tests.e2e.test_npo_municipalities_in_a_browser import aoba as prepared_town
from tests.e2e.test_npo_texts_in_a_browser import EMI
from tests.e2e.test_npo_texts_in_a_browser import library as text_library
from tests.e2e.test_npo_today_in_a_browser import OLGA
from tests.e2e.test_npo_today_in_a_browser import aoba as morning_town
from tests.e2e.test_pages_in_a_browser import log_in

# Fixtures by the names under which they are asked for here.
__all__ = (
    "counted_town", "country", "desk_people", "exchange_scene", "morning_town", "page_of_alarms",
    "prepared_town", "text_library",
)  # fmt: skip
pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[[Page, str], str]
HEAVIEST = 200_000
COLOURS = 240
"""Squares of a legend are small, and their colours must stay."""
WIDTH = 1040
NAMES = {
    "head": "森 なおみ", "operator": "大沢 りか", "editor": "江口 えみ", "reviewer": "玲 さゆり",
    "partner": "原 けん",
}  # fmt: skip
MORNING = datetime(2026, 11, 25, 9, 40, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": WIDTH, "height": 700}
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def npo(live_server: Any) -> Enter:
    """Logs somebody in, with everybody's names and all questions of the alarms asked; the address."""

    def enter(page: Page, email: str) -> str:
        for role, name in NAMES.items():
            StaffUser.objects.filter(npo_role=role).update(name=name)
        with across_for_npo():
            for cause in CATALOGUE.values():
                watch.note(cause, "ok")
        log_in(page, live_server.url, email)
        return f"{live_server.url}/npo/"

    return enter


def keep(page: Page, name: str, tallest: int = 1000) -> None:
    """The page from its top, as far as there is something, and no further than ``tallest``."""
    page.wait_for_load_state()
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": WIDTH, "height": min(height, tallest)})
    picture = reduced(page.screenshot(), COLOURS)
    assert len(picture) <= HEAVIEST, f"{name}: {len(picture)} bytes"
    (IMAGES / f"npo-{name}.png").write_bytes(picture)


def test_today(page: Page, npo: Enter, morning_town: Municipality) -> None:
    base = npo(page, OLGA)
    page.goto(base)
    keep(page, "today", 1490)
    page.goto(f"{base}today/aoba/{clock.today()}/")
    keep(page, "day", 1250)


def test_alarms(page: Page, npo: Enter, page_of_alarms: Page) -> None:
    page.goto(f"{npo(page, NAOMI)}alarms/")
    keep(page, "alarms")


def test_texts(page: Page, npo: Enter, text_library: TextVersion) -> None:
    base = npo(page, EMI)
    page.goto(f"{base}texts/")
    keep(page, "texts")
    page.goto(f"{base}texts/d42/everyone/")
    keep(page, "text", 900)


def test_desk(page: Page, npo: Enter, desk_people: Desk) -> None:
    with across_for_npo():
        asked = TextDraft.objects.get(variant="standard").pk
    page.goto(f"{npo(page, REI)}desk/drafts/{asked}/")
    keep(page, "review", 1300)


def test_municipality(page: Page, npo: Enter, prepared_town: Municipality) -> None:
    page.goto(f"{npo(page, OPERATOR)}municipality/aoba/")
    keep(page, "municipality", 1100)


def test_figures(page: Page, live_server: Any, npo: Enter, counted_town: Municipality) -> None:
    page.goto(f"{live_server.url}/status/")
    keep(page, "status", 920)
    base = npo(page, NAOMI)
    page.goto(f"{base}figures/")
    keep(page, "figures", 1160)
    page.goto(f"{base}municipality/aoba/report/2026/10/")
    keep(page, "report", 1300)


def test_meeting(page: Page, npo: Enter, exchange_scene: exchange.Scene) -> None:
    page.goto(f"{npo(page, NAOMI)}meetings/{exchange_scene.meeting.pk}/")
    keep(page, "meeting", 1200)
