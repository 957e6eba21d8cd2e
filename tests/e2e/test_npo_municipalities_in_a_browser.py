"""An operator begins a municipality from the code register and takes it live; every page of it."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kizuna.demo.load import CONTENT
from kizuna.lib import clock
from messages.content_files import read_course
from messages.services.publish import publish_many
from municipalities.domain.roles import Role
from municipalities.models import Assignment, Municipality, PartnerNote
from municipalities.services.codes import load_codes
from municipalities.services.external_file import month_end
from municipalities.tenancy.scope import across_for_npo
from tests import world
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.npo_municipalities.dns_server import good_zone, name_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

OPERATOR = "operator@npo.example.jp"


@pytest.fixture
def country(transactional_db: None) -> None:
    """The register, the texts, and an operator."""
    load_codes()
    publish_many(read_course(CONTENT).files, effective_from=date(2020, 1, 1))
    world.make_npo_staff("operator")


@pytest.fixture
def aoba(country: None) -> Municipality:
    """Being prepared, looked after, with a programme around and an external neighbour."""
    ken = world.make_municipality(
        "aoba-pref", name="あおば県", kind="prefecture", service_name="あおば県子育て応援"
    )
    aoba = world.make_municipality(
        service="preparing", programme=ken, last_hour=time(21), send_time=time(8),
        contract_from=date(2026, 4, 1), contract_until=date(2027, 3, 31),
    )  # fmt: skip
    world.make_municipality("soto", name="そと市", service="external", service_name="そとメール")
    world.make_municipality("kyu", name="きゅう町", service="paused", service_name="きゅうメール")
    paul = world.make_npo_staff("partner")
    with across_for_npo():
        Assignment.objects.create(municipality=aoba, partner=paul, since=date(2026, 4, 1))
        PartnerNote.objects.create(
            municipality=aoba,
            kind="call",
            text="予算の説明にうかがう約束",
            on=date(2026, 11, 20),
            by=paul,
        )
    return aoba


def every_page(page: Page, base: str) -> Iterator[str]:
    """One after the other, as an operator opens them."""
    log_in(page, base, OPERATOR)
    for name in ("", "new/?q=中野", "new/form/?code=131148", "external/"):
        page.goto(f"{base}/npo/municipalities/{name}")
        yield f"list-{name.partition('/')[0] or 'all'}{'-form' if 'form' in name else ''}"
    for name in ("", "settings/", "invite/", "line/", "domain/", "partner/"):
        page.goto(f"{base}/npo/municipality/aoba/{name}")
        yield name.strip("/") or "one"
    for slug, name in (
        ("aoba-pref", ""), ("aoba-pref", "members/"), ("soto", ""), ("kyu", ""), ("kyu", "service/"),
    ):  # fmt: skip
        page.goto(f"{base}/npo/municipality/{slug}/{name}")
        yield f"{slug}-{name.strip('/') or 'one'}"


def test_axe_finds_nothing_and_nothing_is_cut_off(
    desk: BrowserContext, browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for name in every_page(page, live_server.url):
        picture(page, pictures / f"npo-municipalities-{name}.png")
        assert complaints(page) == [], name
    assert said == []
    small = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    phone = small.new_page()
    phone.set_default_timeout(10_000)
    for name in every_page(phone, live_server.url):
        picture(phone, pictures / f"npo-municipalities-{name}-320.png")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, name
    small.close()


def test_at_twice_the_size_nothing_is_cut_off(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    # What a window of 1,280 x 900 has at 200 %.
    context = browser.new_context(locale="ja-JP", viewport={"width": 640, "height": 450})
    page = context.new_page()
    page.set_default_timeout(10_000)
    for name in every_page(page, live_server.url):
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
    context.close()


def begin(page: Page, base: str, pictures: Path) -> None:
    """From the list to the page of the new municipality."""
    page.goto(f"{base}/npo/municipalities/")
    follow(page, page.get_by_role("link", name="自治体を追加する"))
    page.get_by_label("名前・よみ・団体コード").fill("なかのく")
    follow(page, page.get_by_role("button", name="さがす"))
    follow(page, page.get_by_role("link", name="東京都中野区"))
    expect(page.get_by_label("アドレスに使う短い名前")).to_have_value("nakano")
    page.get_by_label("サービスの名前").fill("なかの子育て応援メール")
    page.get_by_label("最初の管理者のお名前").fill("中野 花")
    page.get_by_label("最初の管理者の仕事用メールアドレス").fill("hana@city.nakano.example.jp")
    page.get_by_label("読者に示す担当課と電話番号").fill("子育て支援課 00-0000-0001")
    page.get_by_label("窓口の住所").fill("東京都中野区中野1-1")
    follow(page, page.get_by_role("button", name="登録する"))
    expect(page.get_by_role("heading", level=1)).to_have_text("中野区")
    picture(page, pictures / "npo-municipality-new.png")


def set_up(page: Page) -> None:
    """The settings that the checklist asks for."""
    follow(page, page.get_by_role("link", name="設定を変える"))
    page.get_by_label("赤ちゃんとお別れされた方の相談先").fill("こころの相談 00-0000-0002")
    page.get_by_label("個人情報の取り扱いのページ").fill("https://city.nakano.example.jp/kojin")
    page.get_by_label("メールの差出人のアドレス").fill("kosodate@mail.nakano.example.jp")
    page.get_by_label("DKIMのセレクター").fill("kizuna")
    follow(page, page.get_by_role("button", name="保存する"))


def its_own_people_do_their_part() -> None:
    """Two of the municipality come in and approve an announcement, as other tests show."""
    nakano = Municipality.objects.get(slug="nakano")
    world.make_staff(nakano, Role.MANAGER, "hana@city.nakano.example.jp")
    world.make_staff(nakano, Role.APPROVER, "jiro@city.nakano.example.jp")
    world.make_block(nakano)


def test_from_the_register_to_live_in_a_few_minutes(
    browser: Browser, live_server: Any, country: None, settings: Any, pictures: Path
) -> None:
    """Without JavaScript, as everything on the way must work."""
    context = browser.new_context(
        locale="ja-JP", java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    settings.SPF_INCLUDE = "_spf.npo.example.jp"
    log_in(page, live_server.url, OPERATOR)
    page.goto(f"{live_server.url}/npo/")
    begin(page, live_server.url, pictures)
    set_up(page)
    its_own_people_do_their_part()
    page.reload()
    expect(page.get_by_text("公開まであと1つ")).to_be_visible()
    follow(page, page.get_by_role("link", name="レコードを見て確認する"))
    with name_server(good_zone("mail.nakano.example.jp")) as zone:
        settings.DNS_RESOLVER = zone.address
        follow(page, page.get_by_role("button", name="今すぐ確認する"))
    expect(page.get_by_text("mail.nakano.example.jp は整っています")).to_be_visible()
    follow(page, page.get_by_role("link", name="中野区"))
    expect(page.get_by_text("準備がととのいました")).to_be_visible()
    follow(page, page.get_by_role("button", name="公開する"))
    expect(page.get_by_text("「なかの子育て応援メール」を公開しました")).to_be_visible()
    expect(page.locator(".state.good").first).to_have_text("配信中")
    assert Municipality.objects.get(slug="nakano").service == "live"
    page.goto(f"{live_server.url}/m/nakano/")
    expect(page.get_by_text("なかの子育て応援メール").first).to_be_visible()
    context.close()


def test_a_file_of_figures_is_looked_at_and_kept(
    desk: BrowserContext, live_server: Any, aoba: Municipality, pictures: Path, tmp_path: Path
) -> None:
    last = month_end(clock.today().replace(day=1))
    month = f"{last.year - 1}-{last.month:02}"
    file = tmp_path / "数字.csv"
    file.write_bytes(f"自治体,月末,読者数\r\nそと市,{month},1234\r\n".encode("cp932"))
    page = desk.new_page()
    log_in(page, live_server.url, OPERATOR)
    page.goto(f"{live_server.url}/npo/municipalities/external/")
    page.get_by_label("CSVかExcelのファイル（.xlsx）").set_input_files(file)
    follow(page, page.get_by_role("button", name="変わるところを確かめる"))
    picture(page, pictures / "npo-municipalities-external-look.png")
    assert complaints(page) == []
    follow(page, page.get_by_role("button", name="すべて保存する"))
    file.write_bytes(f"自治体,月末,読者数\r\nよそ市,{month},多い\r\n".encode("cp932"))
    page.get_by_label("CSVかExcelのファイル（.xlsx）").set_input_files(file)
    follow(page, page.get_by_role("button", name="変わるところを確かめる"))
    expect(page.get_by_role("alert")).to_contain_text("多い")
    picture(page, pictures / "npo-municipalities-external-problems.png")
    assert complaints(page) == []
    page.goto(f"{live_server.url}/npo/municipality/soto/")
    expect(page.get_by_role("cell", name="1,234")).to_be_visible()
    picture(page, pictures / "npo-municipalities-soto-figures.png")
