"""The parents' door in a real browser: one thumb, no script, the keyboard alone, large letters, night.

The same walk each time (``tests/e2e/walk.py``), looked at with other eyes.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kizuna.lib import clock
from municipalities.domain.png import MOST_BYTES
from municipalities.models import Course, Municipality, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.e2e import walk
from tests.e2e.door import Town, confirmation, make_door, newest_subscription, phone
from tests.e2e.test_pages_in_a_browser import complaints, picture
from tests.parents.test_the_logo import png

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

HEAVIEST = 60_000
SMALLEST_TARGET = 24


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_door()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_family_walks_through_the_door_on_a_small_phone(
    browser: Browser, live_server: Any, town: Town, scripts: bool
) -> None:
    with phone(browser, scripts=scripts) as context:
        page = context.new_page()
        seen = list(walk.everything(page, live_server.url, town))
    assert len(seen) == len(set(seen))
    with in_municipality(town.aoba.pk):
        assert Course.objects.get(pk=town.mother.course.pk).closed_at is not None
        stopped = Subscription.objects.get(pk=town.mother.subscription.pk)
        assert stopped.stopped_at is not None


def test_axe_finds_nothing_by_day_and_by_night(
    browser: Browser, live_server: Any, town: Town, pictures: Path
) -> None:
    said: list[str] = []
    found: dict[str, list[str]] = {}
    with phone(browser) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for name in walk.everything(page, live_server.url, town):
            for light in ("light", "dark"):
                page.emulate_media(color_scheme=light)
                picture(page, pictures / f"door-{name}-{light}.png")
                if wrong := complaints(page):
                    found[f"{name} {light}"] = wrong
    assert found == {}
    # Mistakes and cut links answer 400, 404 and 410 on purpose.
    assert [line for line in said if "status of 4" not in line] == []


def test_nothing_is_cut_off_on_the_smallest_phone_and_in_letters_twice_as_large(
    browser: Browser, live_server: Any, town: Town
) -> None:
    wide: list[str] = []
    with phone(browser) as context:
        page = context.new_page()
        for name in walk.everything(page, live_server.url, town):
            if width_of(page) > 320:
                wide.append(name)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            if width_of(page) > 320:
                wide.append(f"{name} at 200%")
            page.evaluate("document.documentElement.style.fontSize = ''")
    assert wide == []


def test_every_button_is_large_enough_for_a_thumb(
    browser: Browser, live_server: Any, town: Town
) -> None:
    small: list[str] = []
    with phone(browser) as context:
        page = context.new_page()
        for name in walk.everything(page, live_server.url, town):
            small += [f"{name}: {one}" for one in small_targets(page)]
    assert small == []


def test_the_keyboard_is_enough_to_sign_up(browser: Browser, live_server: Any, town: Town) -> None:
    due = clock.today().replace(day=1)
    due = due.replace(year=due.year + due.month // 7, month=(due.month + 5) % 12 + 1)
    with phone(browser) as context:
        page = context.new_page()
        page.goto(live_server.url + "/m/aoba/")
        tab_to(page, "[name=state]")
        page.keyboard.press("Space")
        for box, value in (("#year", due.year), ("#month", due.month), ("#day", due.day)):
            tab_to(page, box)
            page.keyboard.type(str(value))
        page.keyboard.press("Enter")
        expect(page.locator("#address")).to_be_visible()
        page.wait_for_timeout(walk.HASTY_MS)
        tab_to(page, "#address")
        page.keyboard.type("yuki@@example.jp")
        page.keyboard.press("Enter")
        # The summary has the focus; its link leads to the field.
        expect(page.locator(".errors-above")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#address")).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type("yuki@example.jp")
        page.keyboard.press("Enter")
        expect(page.get_by_text("yuki@example.jp")).to_be_visible()
        page.goto(live_server.url + confirmation(town.aoba))
        tab_to(page, "main form button")
        page.keyboard.press("Enter")
        expect(page.locator(".notice.good")).to_be_visible()
    assert newest_subscription(town.aoba).course.due_date == due


def test_the_first_page_is_light_with_the_largest_logo(
    browser: Browser, live_server: Any, town: Town
) -> None:
    with in_municipality(town.aoba.pk):
        Municipality.objects.filter(pk=town.aoba.pk).update(logo=png(MOST_BYTES))
    weights: dict[str, int] = {}
    with phone(browser) as context:
        page = context.new_page()
        page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
        page.goto(live_server.url + "/m/aoba/", wait_until="networkidle")
    assert len(weights) >= 5  # the page, two stylesheets, the colour and the logo
    assert sum(weights.values()) <= HEAVIEST, weights


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def small_targets(page: Page) -> list[str]:
    """Buttons under 44 px, and other targets under WCAG's 24; links within a sentence are free."""
    return list(
        page.evaluate(
            """least => [...document.querySelectorAll("main a, main button, main label:has(input),"
                + " main input:not([type=hidden]), main select, main summary")]
            .filter(one => one.checkVisibility() && !one.closest(".unseen, .trap"))
            .filter(one => !(one.tagName === "A" && one.closest("p, li")
                && !one.matches(".button, .back") && one.parentElement.innerText !== one.innerText))
            .filter(one => {
                const box = one.getBoundingClientRect()
                const asked = one.matches(".button, label, input:not([type=radio], [type=checkbox]), select")
                    ? 44 : least
                return box.height < asked - 0.5 || box.width < least - 0.5
            })
            .map(one => one.outerHTML.slice(0, 100))""",
            SMALLEST_TARGET,
        )
    )


def tab_to(page: Page, selector: str) -> None:
    """Tab until the focus is there; every stop on the way shows its ring."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if not focused.count():
            continue
        assert focused.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        if focused.evaluate("(one, selector) => one.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the keyboard")
