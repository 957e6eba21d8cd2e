"""The monthly report, and a contract that ends with two persons: in a browser, before axe."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from delivery.figures import last_day
from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import Births, ContractEnd, Municipality
from municipalities.services.contract_end import close_due
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.reports.test_the_monthly_report import month_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BOSS = "boss@aoba.example.jp"
OLGA, NAOMI = "olga@npo.example.jp", "naomi@npo.example.jp"


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    aoba = world.make_municipality(brand_colour="#b5485d")
    world.make_staff(aoba, Role.MANAGER, BOSS)
    world.make_npo_staff("operator", OLGA)
    world.make_naomi()
    world.make_family(aoba, email="hanako@example.jp")
    today = clock.today()
    ends = [last_day(today.replace(year=today.year - 1, month=month)) for month in range(1, 13)]
    with in_municipality(aoba.pk):
        for place, day in enumerate(ends):
            month_end(aoba, day, readers=240 + 7 * place)
        for value, count in (("p5", 40), ("b0", 120), ("b12", 149)):
            month_end(aoba, ends[-1], readers=count, dimension="stage", value=value)
        Births.objects.create(
            municipality=aoba, year=today.year - 1, count=500, noted_at=clock.now()
        )
    return aoba


def test_the_report_is_read_at_the_desk_and_on_the_telephone(
    desk: BrowserContext, browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, BOSS)
    follow(page, page.get_by_role("link", name="月次レポート"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("12月の月次レポート")
    picture(page, pictures / "report.png")
    assert complaints(page) == []
    with page.expect_download() as got:
        page.get_by_role("link", name="Excel用（CSV）").click()
    assert got.value.suggested_filename.endswith(".csv")
    context = browser.new_context(
        locale="ja-JP", viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    phone = context.new_page()
    phone.set_default_timeout(10_000)
    log_in(phone, live_server.url, BOSS)
    phone.goto(page.url)
    phone.locator("details summary").click()
    expect(phone.get_by_role("cell", name="317").first).to_be_visible()
    context.close()


def test_a_contract_ends_by_two_persons_and_the_certificate_is_printed(
    desk: BrowserContext, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    where = f"{live_server.url}/npo/municipality/aoba/end/"
    log_in(page, live_server.url, OLGA)
    page.goto(where)
    follow(page, page.get_by_role("button", name="契約の終わりを記録する"))
    expect(page.get_by_text("契約が終わる理由を、1文で入力します。").first).to_be_visible()
    assert complaints(page) == []
    page.get_by_label("便りが届く最後の日").fill(clock.today().isoformat())
    page.get_by_label("理由").fill("契約の満了")
    follow(page, page.get_by_role("button", name="契約の終わりを記録する"))
    expect(page.get_by_text("あしたからは何も届かず").first).to_be_visible()
    picture(page, pictures / "contract-today.png")
    assert complaints(page) == []
    page.get_by_label("自治体名を入力します").fill("青葉市")
    follow(page, page.get_by_role("button", name="契約の終わりを記録する"))
    picture(page, pictures / "contract-told.png")
    assert complaints(page) == []
    with in_municipality(aoba.pk):
        ContractEnd.objects.update(ends_on=clock.today() - timedelta(days=1))
    assert close_due(clock.today()) == 1
    take_along(page, live_server.url, pictures)
    erase(page, live_server.url, where, pictures)


def take_along(page: Page, base: str, pictures: Path) -> None:
    page.context.clear_cookies()
    log_in(page, base, BOSS)
    follow(page, page.get_by_role("link", name="職員", exact=True))
    follow(page, page.get_by_role("link", name="データを受け取る"))
    picture(page, pictures / "contract-data.png")
    assert complaints(page) == []
    with page.expect_download() as got:
        page.get_by_role("button", name="ファイルをダウンロードする").click()
    assert got.value.suggested_filename.startswith("aoba-")


def erase(page: Page, base: str, where: str, pictures: Path) -> None:
    page.context.clear_cookies()
    log_in(page, base, NAOMI)
    page.goto(where)
    page.get_by_label("自治体名を入力します：青葉市").fill("青葉")
    follow(page, page.get_by_role("button", name="完全に消去する"))
    expect(page.get_by_text("自治体名が違います。").first).to_be_visible()
    picture(page, pictures / "contract-erase.png")
    assert complaints(page) == []
    page.get_by_label("自治体名を入力します：青葉市").fill("青葉市")
    follow(page, page.get_by_role("button", name="完全に消去する"))
    expect(page.get_by_role("heading", level=1)).to_have_text("消去証明書")
    picture(page, pictures / "contract-certificate.png")
    assert complaints(page) == []
