"""A broadcast in real browsers: by the keyboard alone, without scripts, on the smallest phone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from delivery import broadcasting
from delivery.channels.memory import MemoryChannel
from delivery.sending import serve
from kizuna.lib import clock
from messages.models import Broadcast
from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.door import phone
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ALICE, AKIRA = "alice@aoba.example.jp", "akira@aoba.example.jp"
FOCUSED = (
    "() => { const e = document.activeElement;"
    " return [e.name || '', e.value || '', (e.innerText || '').trim()].join('|') }"
)


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    aoba = world.make_municipality(areas=["東地区", "西地区"])
    world.make_staff(aoba, Role.EDITOR, ALICE)
    world.make_staff(aoba, Role.APPROVER, AKIRA)
    for number in range(3):
        world.make_family(aoba, email=f"r{number}@example.jp")
    return aoba


def under_way(aoba: Municipality) -> Broadcast:
    """Urgent, so that the hour of the test does not matter."""
    now = clock.now()
    one = world.make_broadcast(
        aoba, state="approved", is_urgent=True, send_at=now,
        approved_by=StaffUser.objects.get(email=AKIRA), approved_at=now - timedelta(minutes=11),
    )  # fmt: skip
    assert broadcasting.plan(aoba.pk, one.pk) == {("email", "planned"): 3}
    return one


def each_page(page: Page, base: str, aoba: Municipality) -> Iterator[str]:
    draft = world.make_broadcast(aoba, body="# 大きすぎる見出し\n" + "ながい文です。" * 40)
    going = under_way(aoba)
    log_in(page, base, ALICE)
    one = f"{draft.pk}/"
    for path in (
        "", one, f"{one}who/", f"{one}what/", f"{one}when/", f"{going.pk}/", "from/", "from/new/",
        f"from/{draft.persona_id}/",
    ):  # fmt: skip
        page.goto(f"{base}/console/aoba/broadcasts/{path}")
        yield path.strip("/").replace("/", "-") or "list"


def test_axe_finds_nothing_and_the_browser_has_no_complaint(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    said: list[str] = []
    found: dict[str, list[str]] = {}
    with phone(browser, width=1280) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for name in each_page(page, live_server.url, aoba):
            picture(page, pictures / f"broadcasts-{name}.png")
            if wrong := complaints(page):
                found[name] = wrong
    assert not found
    assert said == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_nothing_is_cut_off_on_the_smallest_phone(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path, scripts: bool
) -> None:
    wide: list[str] = []
    with phone(browser, scripts=scripts) as context:
        page = context.new_page()
        for name in each_page(page, live_server.url, aoba):
            picture(page, pictures / f"broadcasts-{name}-small.png")
            for size in ("100%", "200%"):
                page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
                if page.evaluate("document.documentElement.scrollWidth") > 320:
                    wide.append(f"{name} at {size}")
    assert wide == []


def tab_to(page: Page, is_it: Callable[[str], bool]) -> None:
    """Press Tab until that control has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if is_it(page.evaluate(FOCUSED)):
            return
    raise AssertionError("the keyboard never came there")


def test_written_and_asked_for_by_the_keyboard_alone(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with phone(browser, width=1280) as context:
        page = context.new_page()
        log_in(page, live_server.url, ALICE)
        page.goto(f"{live_server.url}/console/aoba/broadcasts/")
        tab_to(page, lambda it: "一斉配信を書く" in it)
        page.keyboard.press("Enter")
        page.wait_for_url("**/who/")
        tab_to(page, lambda it: it.startswith("group|under_100"))
        page.keyboard.press("Space")
        tab_to(page, lambda it: "人数を見る" in it)
        page.keyboard.press("Enter")
        expect(page.get_by_text("3人").first).to_be_visible()
        tab_to(page, lambda it: "文章を変える" in it)
        page.keyboard.press("Enter")
        page.wait_for_url("**/what/")
        tab_to(page, lambda it: it.startswith("subject|"))
        page.keyboard.type("秋の講座")
        tab_to(page, lambda it: it.startswith("body|"))
        page.keyboard.type("こども館でひらきます。")
        tab_to(page, lambda it: "見える形を確かめる" in it)
        page.keyboard.press("Enter")
        expect(page.locator(".line-bubble")).to_contain_text("こども館でひらきます。")
        tab_to(page, lambda it: "日時を変える" in it)
        page.keyboard.press("Enter")
        page.wait_for_url("**/when/")
        tab_to(page, lambda it: it.startswith("day|"))
        # The browser without a window orders a date's boxes as English does.
        page.keyboard.type(f"{tomorrow:%m%d%Y}")
        tab_to(page, lambda it: "保存" in it)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/when/" not in url)
        tab_to(page, lambda it: it.startswith("act|ask"))
        page.keyboard.press("Enter")
        expect(page.locator(".state").first).to_contain_text("確認依頼中")
    with in_municipality(aoba.pk):
        one = Broadcast.objects.get()
        assert (one.state, one.subject) == ("asked", "秋の講座")
        assert one.send_at is not None
        assert one.send_at.astimezone(clock.TOKYO).date() == tomorrow


def test_an_approver_watches_it_go_pauses_it_and_lets_it_go_on(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    one, email = under_way(aoba), MemoryChannel("email")
    with phone(browser, width=1280) as context:
        page = context.new_page()
        log_in(page, live_server.url, AKIRA)
        page.goto(f"{live_server.url}/console/aoba/broadcasts/{one.pk}/")
        page.get_by_role("button", name="一時停止する").click()
        expect(page.locator(".state").first).to_contain_text("一時停止中")
        serve(aoba.pk, clock.today(), email, "me")
        assert email.sent == []
        page.get_by_role("button", name="再開する").click()
        expect(page.locator(".story")).to_contain_text("3件のうち0件")
        serve(aoba.pk, clock.today(), email, "me")
        # Nobody presses anything: the page looks by itself.
        expect(page.locator(".story")).to_contain_text("3件のうち3件", timeout=15_000)
    assert len(email.sent) == 3
