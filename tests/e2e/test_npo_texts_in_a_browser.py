"""The library of base texts in a browser: before axe, on a narrow screen, enlarged, without scripts."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kizuna.lib import clock
from messages.content_files import read_course
from messages.models import TextVersion, VersionUse
from messages.services.publish import publish_many
from municipalities.domain.npo_roles import NpoRole
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

EMI = "emi@npo.example.jp"
PACK = Path(__file__).resolve().parents[2] / "content" / "ja"
PAGES = {
    "list": "texts/",
    "missing": "texts/?variant=easy&state=without",
    "calendar": "texts/calendar/",
    "complete": "texts/complete/",
    "one": "texts/d42/everyone/",
    "compare": "texts/d42/everyone/compare/",
    "receivers": "texts/d42/everyone/receivers/",
    "bulk": "texts/bulk/",
    "announcements": "texts/d42/everyone/announcements/",
}


@pytest.fixture
def library(transactional_db: None) -> TextVersion:
    """The content pack, a text with a later version, an announcement, and somebody who sends it."""
    today = clock.today()
    publish_many(read_course(PACK).files, effective_from=today - timedelta(days=700))
    world.make_npo_staff(NpoRole.EDITOR, EMI)
    aoba = world.make_municipality()
    world.make_minato()
    first = TextVersion.objects.get(
        base_text__unit="life_day", base_text__number=42, variant="standard"
    )
    later = TextVersion.objects.create(
        base_text=first.base_text,
        number=2,
        subject=first.subject,
        body=first.body.replace("。", "ね。", 1),
        supervisor="山田 花子（小児科医）",
        reviewed_on=today - timedelta(days=400),
        review_by=today - timedelta(days=35),
        effective_from=today - timedelta(days=300),
    )
    world.make_text("d42", "It is a good day to rest.", variant="en", subject="A day to rest")
    world.make_block(aoba)
    with in_municipality(aoba.pk):
        VersionUse.objects.create(
            municipality=aoba, version=later, first_day=today - timedelta(days=9), last_day=today
        )
    return later


def pack() -> bytes:
    """An archive of one content file with new words."""
    text = '---\nstage: d49\nsubject: "ひと息つく日"\n---\nあたたかい飲みものを、ゆっくりどうぞ。\n'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("life_day/d49.md", text)
    return out.getvalue()


def every_page(page: Page, base: str, later: TextVersion) -> Iterator[str]:
    log_in(page, base, EMI)
    for name, address in PAGES.items():
        page.goto(f"{base}/npo/{address}")
        yield name
    first = TextVersion.objects.get(base_text=later.base_text, number=1, variant="standard")
    page.goto(f"{base}/npo/texts/d42/everyone/compare/?from={first.pk}&to={later.pk}")
    yield "compared"
    page.goto(f"{base}/npo/texts/bulk/")
    page.get_by_label("Excelのファイル").set_input_files(
        {"name": "原稿.xlsx", "mimeType": "application/zip", "buffer": b"PK?"}
    )
    follow(page, page.get_by_role("button", name="変わるところを確かめる"))
    yield "bulk-wrong"
    page.get_by_label("Excelのファイル").set_input_files(
        {"name": "原稿.zip", "mimeType": "application/zip", "buffer": pack()}
    )
    follow(page, page.get_by_role("button", name="変わるところを確かめる"))
    yield "look"


def test_axe_finds_nothing_and_nothing_is_cut_off(
    desk: BrowserContext,
    browser: Browser,
    live_server: Any,
    library: TextVersion,
    pictures: Path,
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for name in every_page(page, live_server.url, library):
        picture(page, pictures / f"npo-texts-{name}.png")
        assert complaints(page) == [], name
    # 640 pixels stand for 1280 at twice the size.
    for width in (320, 640):
        small = browser.new_context(locale="ja-JP", viewport={"width": width, "height": 640})
        phone = small.new_page()
        phone.set_default_timeout(10_000)
        for name in every_page(phone, live_server.url, library):
            picture(phone, pictures / f"npo-texts-{name}-{width}.png")
            assert phone.evaluate("document.documentElement.scrollWidth") <= width, name
        small.close()
    assert said == []


def test_from_a_number_to_what_is_missing_and_from_a_file_to_drafts_without_scripts(
    browser: Browser, live_server: Any, library: TextVersion
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, EMI)
    page.goto(f"{live_server.url}/npo/texts/complete/")
    follow(page, page.get_by_role("link", name="やさしい日本語: ないところ"))
    expect(page.get_by_role("status")).to_contain_text("件")
    follow(page, page.get_by_role("link", name="妊娠4週0日").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("妊娠4週0日")
    page.goto(f"{live_server.url}/npo/texts/bulk/")
    page.get_by_label("Excelのファイル").set_input_files(
        {"name": "原稿.zip", "mimeType": "application/zip", "buffer": pack()}
    )
    follow(page, page.get_by_role("button", name="変わるところを確かめる"))
    follow(page, page.get_by_role("button", name="すべて下書きにする"))
    expect(page.get_by_text("下書きにしました：1件")).to_be_visible()
    context.close()


def test_two_versions_are_chosen_and_compared_by_keyboard(
    desk: BrowserContext, live_server: Any, library: TextVersion
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, EMI)
    page.goto(f"{live_server.url}/npo/texts/d42/everyone/")
    link = page.get_by_role("link", name="第1版から変わったところ")
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("ins").first).to_contain_text("ね")
