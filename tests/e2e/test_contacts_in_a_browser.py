"""The register before axe, on the smallest phone and without JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from messages.models import Contact
from municipalities.domain.roles import Role
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    aoba = world.make_municipality(brand_colour="#b5485d")
    world.make_staff(aoba, Role.EDITOR)
    world.make_contact(aoba, "こころ", "こころの相談室 03-1111-1111（平日9〜17時）", days=400)
    world.make_contact(
        aoba, "予防接種", "https://www.city.aoba.example.jp/kosodate/yobousesshu/long/"
    )
    world.make_block(aoba, body="{{窓口:こころ}}へどうぞ。")
    return aoba


def entries(aoba: Municipality) -> list[Contact]:
    with in_municipality(aoba.pk):
        return list(Contact.objects.order_by("pk"))


def each_page(page: Page, base: str, aoba: Municipality) -> Any:
    """Every page, and the form with mistakes and with somebody else's words."""
    quoted, other = entries(aoba)
    home = f"{base}/console/aoba/contacts/"
    for name, path in (
        ("list", ""),
        ("new", "new/"),
        ("quoted", f"{quoted.pk}/"),
        ("other", f"{other.pk}/"),
        ("remove", f"{other.pk}/remove/"),
        ("remove-quoted", f"{quoted.pk}/remove/"),
    ):
        page.goto(home + path)
        yield name
    page.goto(f"{home}new/")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#name-error")).to_be_visible()
    yield "mistakes"
    page.goto(f"{home}{quoted.pk}/")
    with in_municipality(aoba.pk):
        Contact.objects.filter(pk=quoted.pk).update(value="ほかの人の番号")
    page.get_by_label("お便りにのる内容").fill("わたしの番号")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("ほかの人の番号")).to_be_visible()
    expect(page.get_by_label("お便りにのる内容")).to_have_value("わたしの番号")
    yield "conflict"


def test_axe_finds_nothing_and_the_browser_has_no_complaint(
    desk: BrowserContext, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    log_in(page, live_server.url)
    found = {}
    for name in each_page(page, live_server.url, aoba):
        picture(page, pictures / f"contacts-{name}.png")
        if wrong := complaints(page):
            found[name] = wrong
    assert found == {}
    # The page of the conflict answers so on purpose.
    assert [line for line in said if "409" not in line] == []


def test_nothing_is_cut_off_on_the_smallest_phone(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url)
    for name in each_page(page, live_server.url, aoba):
        picture(page, pictures / f"contacts-{name}-320.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()


def test_a_number_is_added_changed_and_made_sure_of_without_javascript(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/console/aoba/contacts/")
    page.get_by_role("button", name="今日、確かめました こころ").click()
    expect(page.get_by_text("「こころ」は、今日確かめたと記録しました。")).to_be_visible()
    page.get_by_role("link", name="窓口・連絡先を加える").click()
    page.get_by_label("窓口・連絡先の名前").fill("救急")
    page.get_by_label("お便りにのる内容").fill("#8000")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="救急")).to_be_visible()
    page.get_by_role("link", name="変更する 救急").click()
    page.get_by_label("お便りにのる内容").fill("#7119")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("#7119")).to_be_visible()
    assert [one.value for one in entries(aoba)][-1] == "#7119"
    context.close()
