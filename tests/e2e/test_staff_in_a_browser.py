"""Readers who call, colleagues, the log and the login's second step: in a browser, before axe."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import Rows, make_edition, make_ledger
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.staff.test_second_step import digits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BOSS = "boss@aoba.example.jp"
CALLER = "mother@example.jp"


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    aoba = world.make_municipality(brand_colour="#b5485d")
    world.make_staff(aoba, Role.MANAGER, BOSS)
    world.make_staff(aoba, Role.EDITOR)
    family = world.make_family(aoba, email=CALLER, due_date=clock.today() + timedelta(days=60))
    today = clock.today()
    edition = make_edition(aoba, "p31w0d", on=today, subject="両親学級のころのおたより")
    for back, row in enumerate((Rows("email", "sent", 1), Rows("email", "failed", 1, "filtered"))):
        day = today - timedelta(days=back)
        make_ledger(aoba, row, on=day, first=family.subscription.pk, edition=edition.pk)
    return aoba


def look_up(page: Page, base: str) -> None:
    page.goto(f"{base}/console/aoba/readers/")
    page.get_by_label("メールアドレス、またはLINEのユーザーID").fill(CALLER)
    page.get_by_label("電話での問い合わせ").check()
    page.get_by_role("button", name="照会する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("読者の照会結果")


def every_page(page: Page, base: str, aoba: Municipality) -> Any:
    """One after the other, as a manager walks through them."""
    with in_municipality(aoba.pk):
        member = Membership.objects.get(user__email="alice@aoba.example.jp").pk
    log_in(page, base, BOSS)
    for name in ("readers", "staff", f"staff/{member}", "staff/networks", "audit"):
        page.goto(f"{base}/console/aoba/{name}/")
        yield name.split("/")[0] if name != "staff/networks" else "networks"
    look_up(page, base)
    yield "reader"
    follow(page, page.get_by_role("button", name="日付を直す"))
    yield "reader-date"
    follow(page, page.get_by_role("button", name="つぎへ"))
    yield "reader-echo"
    for name in ("sessions", "2fa"):
        page.goto(f"{base}/accounts/{name}/")
        yield name


def test_axe_finds_nothing_and_nothing_is_cut_off(
    desk: BrowserContext, browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for name in every_page(page, live_server.url, aoba):
        picture(page, pictures / f"{name}.png")
        assert complaints(page) == [], name
    small = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    phone = small.new_page()
    phone.set_default_timeout(10_000)
    for name in every_page(phone, live_server.url, aoba):
        picture(phone, pictures / f"{name}-320.png")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, name
    small.close()
    assert said == []


def test_a_call_is_helped_without_javascript(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url)
    look_up(page, live_server.url)
    assert CALLER not in page.url
    assert CALLER not in page.content()
    expect(page.get_by_text("迷惑メール設定などで断られました")).to_be_visible()
    page.get_by_role("button", name="リンクを送る").click()
    expect(page.get_by_role("status")).to_contain_text("入口メールを送りました")
    page.get_by_role("button", name="この配信を止める").click()
    expect(page.get_by_role("status")).to_contain_text("配信を止めました")
    context.close()


def test_a_colleague_comes_by_a_link_and_sets_up_the_second_step(
    desk: BrowserContext,
    browser: Browser,
    live_server: Any,
    aoba: Municipality,
    settings: Any,
    pictures: Path,
) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    page = desk.new_page()
    log_in(page, live_server.url, BOSS)
    page.goto(f"{live_server.url}/console/aoba/staff/")
    page.get_by_label("お名前").fill("新田 花")
    page.get_by_label("仕事用のメールアドレス").fill("hana@aoba.example.jp")
    page.get_by_role("radio", name=re.compile("^承認")).check()
    follow(page, page.get_by_role("button", name="招待メールを送る"))
    expect(page.get_by_text("招待メールを送りました")).to_be_visible()
    picture(page, pictures / "staff-invited.png")
    assert complaints(page) == []
    link = re.search(r"http\S+/accounts/invitation/\S+", str(mail.outbox[-1].body))
    assert link
    settings.MFA_REQUIRED = True
    _join(browser, link[0], pictures, complaints)


def _join(browser: Browser, link: str, pictures: Path, look: Callable[[Page], list[str]]) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 390, "height": 800})
    phone = context.new_page()
    phone.set_default_timeout(10_000)
    phone.goto(link)
    picture(phone, pictures / "invitation.png")
    assert look(phone) == []
    phone.get_by_label("新しいパスワード").fill(world.PASSWORD)
    phone.get_by_label("同じパスワードをもう一度").fill(world.PASSWORD)
    follow(phone, phone.get_by_role("button", name="参加する"))
    phone.get_by_label("メールアドレス").fill("hana@aoba.example.jp")
    phone.get_by_label("パスワード").fill(world.PASSWORD)
    follow(phone, phone.get_by_role("button", name="ログイン"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("先に2段階認証を設定してください")
    assert look(phone) == []
    follow(phone, phone.get_by_role("link", name="認証アプリを設定する"))
    picture(phone, pictures / "reauthenticate.png")
    assert look(phone) == []
    phone.get_by_label("パスワード").fill(world.PASSWORD)
    follow(phone, phone.get_by_role("button", name="つぎへ"))
    picture(phone, pictures / "second-step.png")
    assert look(phone) == []
    key = phone.locator("code").inner_text()
    phone.get_by_label("認証アプリコード").fill(digits(key, clock.now().timestamp()))
    follow(phone, phone.get_by_role("button", name="設定を完了する"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("回復コード")
    picture(phone, pictures / "recovery-codes.png")
    assert look(phone) == []
    follow(phone, phone.get_by_role("link", name="管理画面へ戻る"))
    expect(phone.get_by_text("青葉市").first).to_be_visible()
    context.close()


def test_a_passkey_of_the_computer_is_the_second_step(
    desk: BrowserContext, live_server: Any, aoba: Municipality, settings: Any, pictures: Path
) -> None:
    settings.MFA_REQUIRED = True
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    # As Windows Hello answers, without a person.
    chip = desk.new_cdp_session(page)
    chip.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chip.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    log_in(page, live_server.url, BOSS)
    follow(page, page.get_by_role("link", name="パスキーを設定する"))
    page.get_by_label("パスワード").fill(world.PASSWORD)
    follow(page, page.get_by_role("button", name="つぎへ"))
    picture(page, pictures / "passkey.png")
    assert complaints(page) == []
    page.get_by_role("button", name="パスキーを登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回復コード")
    page.goto(f"{live_server.url}/console/aoba/staff/")
    follow(page, page.get_by_role("button", name="ログアウト"))

    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("メールアドレス").fill(BOSS)
    page.get_by_label("パスワード").fill(world.PASSWORD)
    follow(page, page.get_by_role("button", name="ログイン"))
    expect(page.get_by_role("heading", level=1)).to_have_text("2段階認証")
    picture(page, pictures / "second-step-asked.png")
    assert complaints(page) == []
    page.get_by_role("button", name="パスキーを使う").click()
    page.wait_for_url("**/console/aoba/")
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/")
    picture(page, pictures / "passkeys.png")
    assert complaints(page) == []
    assert [line for line in said if "403" not in line] == []
