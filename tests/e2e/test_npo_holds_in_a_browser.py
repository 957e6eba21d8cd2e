"""Holds and the pause of a service: every card and every refusal, with axe, small, and by keyboard."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from delivery import holding
from delivery.models import Hold
from kizuna.lib import clock
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import Rows, make_ledger, make_run
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

OLGA, OTTO = "olga@npo.example.jp", "otto@npo.example.jp"
SERVICE = "/npo/municipality/aoba/service/"


@pytest.fixture
def staff(transactional_db: None) -> tuple[StaffUser, StaffUser]:
    return world.make_npo_staff("operator", OLGA), world.make_npo_staff("operator", OTTO)


@pytest.fixture
def aoba(staff: tuple[StaffUser, StaffUser], monkeypatch: pytest.MonkeyPatch) -> Municipality:
    """Three hundred wait, two hundred are many; Olga holds them, and Otto wants them to go on."""
    olga, otto = staff
    monkeypatch.setattr(holding, "MANY", 200)
    aoba, today, now = world.make_municipality(), clock.today(), clock.now()
    make_run(aoba, today)
    make_ledger(aoba, Rows("email", "planned", 300), on=today)
    with in_municipality(aoba.pk):
        asked = holding.Asked(aoba, today, "", "けさの原稿に誤りがあります", olga)
        holding.resume(holding.pause(asked).pk, otto, "原稿を直し、2人で読みました")
        over = {"municipality": aoba, "waiting": 300, "run_day": today - timedelta(days=1)}
        Hold.objects.create(kind="pause", reason="restored_day", **over)
        Hold.objects.create(
            kind="stop", channel="line", reason="原稿の誤り", asked_by=olga, agreed_by=otto,
            agreed_at=now, **over,
        )  # fmt: skip
        Hold.objects.create(
            kind="stop",
            reason="原稿の誤り",
            asked_by=olga,
            withdrawn_by=otto,
            withdrawn_at=now,
            **over,
        )
        Hold.objects.create(
            kind="pause", reason="庁舎の移転", asked_by=olga, withdrawn_by=otto, withdrawn_at=now,
            ended_by="service", **over,
        )  # fmt: skip
    return aoba


def pages(page: Page, base: str) -> Iterator[str]:
    log_in(page, base, OLGA)
    for name, path in (
        ("list", "/npo/holds/"),
        ("day", f"/npo/today/aoba/{clock.today()}/"),
        ("service", SERVICE),
    ):
        page.goto(base + path)
        yield name


def test_axe_finds_nothing_and_nothing_is_cut_off(
    desk: BrowserContext, browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    for name in pages(page, live_server.url):
        picture(page, pictures / f"npo-holds-{name}.png")
        assert complaints(page) == [], name
    small = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    phone = small.new_page()
    phone.set_default_timeout(10_000)
    for name in pages(phone, live_server.url):
        picture(phone, pictures / f"npo-holds-{name}-320.png")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, name
    small.close()


def test_a_service_not_paused_says_why_and_keeps_the_reason(
    desk: BrowserContext,
    live_server: Any,
    aoba: Municipality,
    staff: tuple[StaffUser, StaffUser],
    pictures: Path,
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, OTTO)
    page.goto(live_server.url + SERVICE)
    page.get_by_label("理由").fill("庁舎の移転のため")
    with in_municipality(aoba.pk):
        held = Hold.objects.get(resumed_at=None, withdrawn_at=None, run_day=clock.today())
        holding.agree_to_resume(held.pk, staff[0])
    follow(page, page.get_by_role("button", name="サービスを休止する"))
    picture(page, pictures / "npo-holds-service-refused.png")
    assert complaints(page) == []
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("まだ休止していません。operatorさんが")
    assert page.title().startswith("できませんでした：")
    expect(page.get_by_label("理由")).to_have_value("庁舎の移転のため")


def test_an_old_page_s_button_tells_and_gives_the_reason_back(
    desk: BrowserContext,
    live_server: Any,
    aoba: Municipality,
    staff: tuple[StaffUser, StaffUser],
    pictures: Path,
) -> None:
    with in_municipality(aoba.pk):
        held = Hold.objects.get(resume_asked_by=staff[1])
        holding.keep(held.pk, staff[1])
    page = desk.new_page()
    log_in(page, live_server.url, OLGA)
    page.goto(f"{live_server.url}/npo/holds/")
    page.get_by_label("再開してよい理由").fill("原稿を差しかえました")
    with in_municipality(aoba.pk):
        holding.resume(held.pk, staff[1], "先に直しました")
    follow(page, page.get_by_role("button", name="再開する", exact=True))
    picture(page, pictures / "npo-holds-day-refused.png")
    assert complaints(page) == []
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("あなたが書いた理由：「原稿を差しかえました」")).to_be_visible()
    expect(page.get_by_role("button", name="確認して再開する")).to_be_visible()
