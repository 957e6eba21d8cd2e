"""Figures, births, voices and the public page in a browser, before axe, on a phone, without scripts."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from delivery.models import DailyFact, PaceFact
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.figures import facts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAOMI = "naomi@npo.example.jp"
PAGES = {
    "figures": "/npo/figures/",
    "figures-three-years": "/npo/figures/?months=36&as=public",
    "figures-table": "/npo/figures/municipalities/",
    "figures-one": "/npo/figures/m/aoba/",
    "figures-outside": "/npo/figures/m/soto/",
    "figures-births": "/npo/figures/m/aoba/births/",
    "voices": "/npo/voices/",
    "voices-waiting": "/npo/voices/waiting/",
    "status": "/status/",
}


@pytest.fixture
def aoba(transactional_db: None) -> Iterator[Municipality]:
    cache.clear()
    aoba = world.make_municipality(send_time=time(8, 0), last_hour=time(21, 0))
    world.make_naomi()
    facts.take_month_ends(aoba, 40, readers=1600, growth=31)
    facts.count_flows(aoba, 40, registered=90, returned=8, stopped=22, blocked=9, graduated=36)
    facts.follow_up(aoba)
    facts.know_births(aoba, y2023=840, y2024=810, y2025=790)
    outside = world.make_municipality("soto", name="外市", service="external")
    for end in facts.ends(5):
        facts.report_from_outside(outside, 4321, end)
    for n in range(5):
        one = facts.thank(aoba, f"毎週のお便りに、{n + 1}年間はげまされました。")
        with in_municipality(aoba.pk):
            one.quotable_text, one.quotable_at = one.text, clock.now()
            one.save()
    facts.thank(aoba, "みどり保育園のさくらです。夜中に読んで泣きました。")
    punctual(aoba)
    yield aoba
    cache.clear()


def punctual(aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        for back in range(31):
            day = clock.today() - timedelta(days=back)
            common = {"municipality": aoba, "run_day": day, "channel": "email"}
            late = 120 if back == 9 else 2
            for slot, count in ((96, 900), (97, 500 - late), (109, late)):
                PaceFact.objects.create(**common, slot=slot, count=count)
            DailyFact.objects.create(**common, state="sent", count=1400)


def every_page(page: Page, base: str) -> Iterator[str]:
    page.goto(base + PAGES["status"])
    yield "status"
    log_in(page, base, NAOMI)
    for name, path in PAGES.items():
        page.goto(base + path)
        yield name
    page.goto(base + PAGES["voices-waiting"])
    follow(page, page.get_by_text("夜中に読んで"))
    yield "voice"


def test_axe_finds_nothing(
    desk: BrowserContext, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in every_page(page, live_server.url):
        for one in page.locator("figure summary").all():
            one.click()
        picture(page, pictures / f"npo-{name}.png")
        assert complaints(page) == [], name
    assert said == []


def test_nothing_is_cut_off(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    def open_at(width: int, letters: str) -> None:
        context = browser.new_context(locale="ja-JP", viewport={"width": width, "height": 640})
        page = context.new_page()
        page.set_default_timeout(10_000)
        for name in every_page(page, live_server.url):
            page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
            if width == 320:
                picture(page, pictures / f"npo-{name}-320.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        context.close()

    open_at(320, "100%")
    open_at(640, "200%")


def test_a_voice_is_cleared_and_births_are_entered_without_javascript(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    context = browser.new_context(
        locale="ja-JP", java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, NAOMI)
    page.goto(live_server.url + PAGES["voices"])
    follow(page, page.get_by_role("link", name="読むのを待っている1件を読む"))
    follow(page, page.get_by_role("link", name="夜中に読んで"))
    page.get_by_label("引用してよい形").fill("夜中に読んで泣きました。")
    follow(page, page.get_by_role("button", name="この文を引用できるようにする"))
    expect(page.get_by_text("これからは、この声を引用できます。")).to_be_visible()
    page.goto(live_server.url + PAGES["figures-births"])
    page.get_by_label(f"{clock.today().year - 1}年").first.fill("805")
    follow(page, page.get_by_role("button", name="保存"))
    expect(page.get_by_role("alert")).to_contain_text("数字の出典を書いてください")
    page.get_by_label("数字の出典").fill("人口動態統計")
    follow(page, page.get_by_role("button", name="保存"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("青葉市")
    context.close()


def test_a_chart_is_read_by_its_title_and_its_table(
    desk: BrowserContext, live_server: Any, aoba: Municipality
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, NAOMI)
    page.goto(live_server.url + PAGES["figures-one"])
    chart = page.get_by_role("img", name="アクティブユーザー数は1,600人")
    expect(chart).to_be_visible()
    figure = page.locator("figure#active")
    expect(figure.get_by_role("table")).to_be_hidden()
    figure.get_by_text("表で見る").press("Enter")
    expect(figure.get_by_role("row").last).to_contain_text("1,600")


def test_a_phone_sees_the_newest_month_first_and_reaches_the_oldest(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    context = browser.new_context(
        locale="ja-JP", java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, NAOMI)
    page.goto(live_server.url + PAGES["figures-one"])
    region = page.locator("#active > .scroll")
    region.scroll_into_view_if_needed()
    newest = region.get_by_text("26/10", exact=True)
    oldest = region.locator("rect.box").first
    expect(newest).to_be_in_viewport()
    expect(oldest).not_to_be_in_viewport()
    region.screenshot(path=pictures / "chart-320.png")
    region.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    expect(oldest).to_be_in_viewport()
    # A curve of those who stay is read from its begin, and so are names before their bars.
    for key in ("retention", "coverage"):
        page.locator(f"#{key}").scroll_into_view_if_needed()
        expect(page.locator(f"#{key} svg text").first).to_be_in_viewport()
    context.close()
