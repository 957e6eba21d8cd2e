"""The calendar by keyboard, on a phone, without JavaScript, and before axe."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kizuna.lib import clock
from messages.models import Contact
from municipalities.domain.roles import Role
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PAGES = {
    "calendar": "/console/aoba/calendar/",
    "calendar-stage": "/console/aoba/calendar/p20w0d/",
    "calendar-dates": "/console/aoba/calendar/dates/",
    "home": "/console/aoba/",
    "handover": "/console/aoba/handover/",
    "bulk": "/console/aoba/blocks/bulk/",
}


@pytest.fixture
def aoba(transactional_db: None) -> None:
    today = clock.today()
    aoba = world.make_municipality(brand_colour="#b5485d", service="preparing")
    world.make_staff(aoba, Role.EDITOR)
    for week in range(4, 42):
        if week != 30:
            world.make_text(f"p{week}w0d")
    for key in ("d0", "d7", "d14", "d21", "m4", "m5", "d130", "y1"):
        world.make_text(key)
    for days in (3, 10, 140, 200):
        world.make_family(aoba, due_date=today + timedelta(days=days))
    for _ in range(7):
        world.make_family(aoba, birth_date=today - timedelta(days=7))
    world.make_block(aoba, kind="pregnancy", first_day=140, last_day=195, title="両親学級")
    world.make_block(aoba, shown_until=today, state="draft", title="下書きのお知らせ")
    world.make_block(aoba, shown_from=today + timedelta(days=3), title="来週からのお知らせ")
    with in_municipality(aoba.pk):
        Contact.objects.create(
            municipality=aoba,
            name="こころ",
            value="こころの相談 000-000-0000",
            verified_on=today - timedelta(days=200),
        )


def cell_under_focus(page: Page) -> str:
    words = page.locator(":focus .unseen").inner_text()
    return words.split(":", maxsplit=1)[0]


def test_arrow_keys_move_from_cell_to_cell_and_enter_opens(
    desk: BrowserContext, live_server: Any, aoba: None
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url)
    page.goto(live_server.url + PAGES["calendar"])
    page.locator("table.grid").first.locator("td a").first.focus()
    assert cell_under_focus(page) == "妊娠4週0日"
    for key, cell in (
        ("ArrowLeft", "妊娠4週0日"),
        ("ArrowUp", "妊娠4週0日"),
        ("ArrowRight", "妊娠4週1日"),
        ("ArrowDown", "妊娠5週1日"),
        ("End", "妊娠5週6日"),
        ("Home", "妊娠5週0日"),
    ):
        page.keyboard.press(key)
        assert cell_under_focus(page) == cell, key
    # One stop for the whole table: back in, the same cell.
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert cell_under_focus(page) == "妊娠5週0日"
    for _ in range(15):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar/p20w0d/")
    expect(page.get_by_role("heading", level=1)).to_have_text("妊娠20週0日")
    expect(page.get_by_text("両親学級")).to_be_visible()


def test_arrow_keys_pass_over_places_where_nothing_is(
    desk: BrowserContext, live_server: Any, aoba: None
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url)
    page.goto(live_server.url + PAGES["calendar"])
    months = page.locator("table.grid").last
    months.locator("td a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert cell_under_focus(page) == "生後130日"


def test_axe_finds_nothing_and_nothing_is_cut_off_on_the_smallest_phone(
    desk: BrowserContext, browser: Browser, live_server: Any, aoba: None, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    log_in(page, live_server.url)
    small = browser.new_context(
        storage_state=desk.storage_state(), locale="ja-JP", viewport={"width": 320, "height": 640}
    )
    phone = small.new_page()
    for name, path in PAGES.items():
        page.goto(live_server.url + path)
        picture(page, pictures / f"{name}.png")
        assert complaints(page) == [], name
        phone.goto(live_server.url + path)
        picture(phone, pictures / f"{name}-320.png")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, name
    small.close()
    assert said == []


def test_a_sheet_is_edited_uploaded_looked_at_and_kept(
    desk: BrowserContext, live_server: Any, aoba: None, tmp_path: Path, pictures: Path
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url)
    page.goto(live_server.url + PAGES["bulk"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Excelファイルをダウンロード").click()
    file = tmp_path / "お知らせ.xlsx"
    download.value.save_as(file)
    book: Any = openpyxl.load_workbook(file)
    book.active["E2"] = "日にちが変わりました。"
    book.active["G3"] = "きのう"
    book.save(file)
    page.get_by_label("Excelファイル").set_input_files(file)
    page.get_by_role("button", name="変わるところを確かめる").click()
    expect(page.get_by_role("alert")).to_contain_text("時期として読めません")
    assert complaints(page) == []
    book.active["G3"] = "3日"
    book.save(file)
    page.get_by_label("Excelファイル").set_input_files(file)
    page.get_by_role("button", name="変わるところを確かめる").click()
    expect(page.get_by_text("変更 2件")).to_be_visible()
    picture(page, pictures / "bulk-look.png")
    assert complaints(page) == []
    page.get_by_role("button", name="すべて保存する").click()
    expect(page.get_by_text("下書きとして保存しました（追加0件、変更2件）")).to_be_visible()


def test_without_javascript_every_cell_is_a_link(
    browser: Browser, live_server: Any, aoba: None
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url)
    page.goto(live_server.url + PAGES["calendar"])
    expect(page.get_by_text("矢印キー")).to_be_hidden()
    page.get_by_role("link", name="妊娠20週0日").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("妊娠20週0日")
    context.close()
