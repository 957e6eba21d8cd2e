"""The operator's morning: today, a municipality's day, a hold by two persons, the next seven days."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from delivery import forecasting, holding
from delivery.models import DayFact, PaceFact, Run
from delivery.today_facts import slot_of
from kizuna.lib import clock
from municipalities.models import Assignment, Municipality, StaffUser
from municipalities.tenancy.scope import across_for_npo, in_municipality, stepping_out
from tests import world
from tests.console.days import Rows, make_facts, make_ledger, make_run
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

OLGA, OTTO = "olga@npo.example.jp", "otto@npo.example.jp"


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    """Aoba sends, Minato has failed, Kita is done; two weeks lie behind them."""
    today, now = clock.today(), clock.now()
    aoba, minato = world.make_municipality(), world.make_minato()
    kita = world.make_municipality("kita", name="北町", service_name="きた便り")
    for one in (OLGA, OTTO):
        world.make_npo_staff("operator", one)
    for town, finished in ((aoba, False), (minato, True), (kita, True)):
        make_run(town, today, finished=finished)
        for back in range(1, 14):
            failed = 40 if town is minato and back in {3, 4} else back % 3
            make_facts(
                town,
                today - timedelta(days=back),
                Rows("email", "sent", 400),
                Rows("line", "failed", failed, "blocked"),
            )
    make_ledger(aoba, Rows("email", "planned", 300), on=today)
    make_facts(
        aoba, today,
        Rows("email", "sent", 650), Rows("line", "sent", 310), Rows("email", "planned", 300),
        Rows("email", "failed", 10, "unknown_mailbox"), Rows("line", "skipped", 40, "paused"),
    )  # fmt: skip
    make_facts(minato, today, Rows("email", "failed", 25, "policy"))
    make_facts(kita, today, Rows("line", "sent", 120))
    with in_municipality(aoba.pk):
        Run.objects.update(swept_at=now)
        counted = {"municipality": aoba, "run_day": today, "counted_at": now, "unexplained": 0}
        DayFact.objects.create(channel="email", planned=960, **counted)
        DayFact.objects.create(channel="line", planned=350, **counted)
        PaceFact.objects.create(
            municipality=aoba, run_day=today, channel="email", slot=slot_of(now) - 1, count=575
        )
    world.make_family(aoba, birth_date=today + timedelta(days=1) - timedelta(days=45))
    world.make_text("d45")
    world.make_text("d46", subject="くびのすわりのころ", effective_from=today + timedelta(days=3))
    world.make_block(aoba, title="冬の子育て講座", shown_until=today + timedelta(days=2))
    forecasting.make(aoba.pk, today + timedelta(days=1))
    return aoba


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two persons from 200 on, so that a test need not write a thousand rows."""
    monkeypatch.setattr(holding, "MANY", 200)


def pages(page: Page, base: str) -> Iterator[str]:
    today = clock.today()
    log_in(page, base, OLGA)
    for name, path in (
        ("today", "/npo/"),
        ("reason", "/npo/?reason=unknown_mailbox"),
        ("nothing", "/npo/?q=nowhere"),
        ("day", f"/npo/today/aoba/{today}/"),
        ("tomorrow", f"/npo/today/aoba/{today + timedelta(days=1)}/"),
        ("days", "/npo/days/"),
        ("holds", "/npo/holds/"),
        ("everywhere", "/npo/holds/everywhere/"),
        ("together", "/npo/holds/together/"),
        ("hold", f"/npo/today/aoba/{today}/hold/"),
    ):
        page.goto(base + path)
        yield name


def hold_it(page: Page, base: str, kind: str) -> None:
    page.goto(f"{base}/npo/")
    follow(page, page.get_by_role("link", name="青葉市", exact=True))
    follow(page, page.get_by_role("link", name="この日の配信を止める"))
    page.get_by_label(kind).check()
    page.get_by_label("理由").fill("けさの原稿に誤りがあります")
    follow(page, page.get_by_role("button", name="次へ"))


def test_axe_finds_nothing_and_nothing_is_cut_off(
    desk: BrowserContext, browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for name in pages(page, live_server.url):
        picture(page, pictures / f"npo-today-{name}.png")
        assert complaints(page) == [], name
    small = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    phone = small.new_page()
    phone.set_default_timeout(10_000)
    for name in pages(phone, live_server.url):
        picture(phone, pictures / f"npo-today-{name}-320.png")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, name
    small.close()
    assert said == []


def test_letters_twice_as_large_fit(browser: Browser, live_server: Any, aoba: Municipality) -> None:
    # A window of 1280 pixels at 200 % has room for 640.
    context = browser.new_context(locale="ja-JP", viewport={"width": 640, "height": 450})
    page = context.new_page()
    page.set_default_timeout(10_000)
    for name in pages(page, live_server.url):
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
    context.close()


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_only_mine_is_one_line_beside_its_box(
    browser: Browser, live_server: Any, aoba: Municipality, width: int
) -> None:
    with stepping_out():
        olga = StaffUser.objects.get(email=OLGA)
    with across_for_npo():
        Assignment.objects.create(municipality=aoba, partner=olga, since=clock.today())
    context = browser.new_context(locale="ja-JP", viewport={"width": width, "height": 700})
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, OLGA)
    page.goto(f"{live_server.url}/npo/")
    box = page.get_by_label("自分の担当だけ")
    label, tick = page.locator("label", has=box).bounding_box(), box.bounding_box()
    assert label
    assert tick
    assert tick["width"] <= 24
    assert label["height"] < 50
    context.close()


@pytest.mark.parametrize("width", [320, 640])
def test_no_figure_of_a_municipality_is_off_a_small_screen(
    browser: Browser, live_server: Any, aoba: Municipality, width: int, pictures: Path
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": width, "height": 700})
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, OLGA)
    page.goto(f"{live_server.url}/npo/")
    picture(page, pictures / f"npo-today-towns-{width}.png")
    table = page.get_by_role("table").filter(has_text="この14日")
    hidden = table.evaluate(
        """table => [...table.querySelectorAll('tbody th, tbody td, tbody svg, tbody .state')].filter(
            one => one.getBoundingClientRect().right > innerWidth || one.scrollWidth > one.clientWidth + 1
        ).map(one => one.className || one.tagName)"""
    )
    assert hidden == []
    expect(table.get_by_role("rowheader")).to_have_count(3)
    expect(table.get_by_role("columnheader")).to_have_count(6)
    context.close()


def test_a_stop_is_asked_for_by_one_and_agreed_by_another_without_javascript(
    browser: Browser, live_server: Any, aoba: Municipality, many: None, pictures: Path
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, OLGA)
    hold_it(page, live_server.url, "この日の配信をやめる")
    expect(page.get_by_role("status")).to_contain_text("300件は、この日には送りません")
    picture(page, pictures / "npo-today-sure.png")
    follow(page, page.get_by_role("button", name="この日の配信を中止する"))
    expect(page.get_by_text("もう1人の確認が必要です").first).to_be_visible()
    expect(page.get_by_role("button", name="確認して中止する")).to_have_count(0)
    page.context.clear_cookies()
    log_in(page, live_server.url, OTTO)
    page.goto(f"{live_server.url}/npo/holds/")
    picture(page, pictures / "npo-today-agree.png")
    follow(page, page.get_by_role("button", name="確認して中止する"))
    expect(page.get_by_text("中止しました。")).to_be_visible()
    picture(page, pictures / "npo-today-stopped.png")
    context.close()


def test_a_hold_goes_on_by_keyboard(
    desk: BrowserContext, live_server: Any, aoba: Municipality
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, OLGA)
    hold_it(page, live_server.url, "一時停止")
    follow(page, page.get_by_role("button", name="いま一時停止する"))
    expect(page.get_by_text("一時停止しました").first).to_be_visible()
    page.get_by_label("再開してよい理由").fill("直しました")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("再開しました。")).to_be_visible()


def test_the_figures_come_by_themselves_and_the_choice_stays(
    desk: BrowserContext, live_server: Any, aoba: Municipality
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, OLGA)
    page.goto(f"{live_server.url}/npo/?q=青葉")
    expect(page.get_by_text("1,455件中")).to_be_visible()
    make_facts(aoba, clock.today(), Rows("line", "sent", 1, "again"))
    expect(page.get_by_text("1,456件中")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("link", name="北町")).to_have_count(0)
