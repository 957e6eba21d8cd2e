"""An announcement from the first letter to the reader's mail, in real browsers on two accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from delivery.models import Delivery
from delivery.planning import plan_day
from kizuna.lib import clock
from messages.models import Edition, LocalBlock
from municipalities.domain.roles import Role
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.door import phone
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ALICE, AKIRA = "alice@aoba.example.jp", "akira@aoba.example.jp"
WORD = """<html><head><style>p.MsoNormal{font-family:"MS 明朝"}</style></head><body>
<h1>秋の教室</h1><p class=MsoNormal style='margin:0'><b>10月3日</b>に<span lang=EN-US>&nbsp;</span>ひらきます。<o:p></o:p></p>
<p class=MsoListParagraph><span>·<span>&nbsp;&nbsp; </span></span>母子手帳</p>
<p class=MsoListParagraph>・飲みもの</p>
<p class=MsoNormal>くわしくは<a href="https://www.example.jp/k">こちら</a></p></body></html>"""
PASTE = """html => {
    const board = new DataTransfer()
    board.setData("text/html", html)
    const event = new ClipboardEvent("paste", { clipboardData: board, bubbles: true, cancelable: true })
    document.getElementById("body").dispatchEvent(event)
}"""


@pytest.fixture
def aoba(transactional_db: None) -> Municipality:
    aoba = world.make_municipality(areas=["東地区", "西地区"])
    world.make_staff(aoba, Role.EDITOR, ALICE)
    world.make_staff(aoba, Role.APPROVER, AKIRA)
    for key in ("p20w0d", "p22w3d", "d45"):
        world.make_text(key)
    return aoba


@contextmanager
def desk_of(browser: Browser, base: str, who: str, **options: Any) -> Iterator[Page]:
    with phone(browser, **{"width": 1280, **options}) as context:
        page = context.new_page()
        log_in(page, base, who)
        yield page


def write(page: Page, base: str, title: str = "両親学級のお知らせ") -> None:
    page.goto(f"{base}/console/aoba/blocks/new/")
    page.fill("#title", title)
    page.fill("#body", "土曜日にひらきます。")
    page.locator('[name=kind][value="pregnancy"]').check()
    for box, value in (
        ("first_big", "20"),
        ("first_days", "0"),
        ("last_big", "27"),
        ("last_days", "6"),
    ):
        page.fill(f"#{box}", value)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_written_approved_by_another_and_delivered_to_exactly_its_readers(
    browser: Browser, live_server: Any, aoba: Municipality, scripts: bool
) -> None:
    today, base = clock.today(), live_server.url
    due = today + timedelta(days=280 - 157)
    inside = world.make_family(aoba, due_date=due, email="in@example.jp")
    world.make_family(aoba, birth_date=today - timedelta(days=45), email="child@example.jp")
    with desk_of(browser, base, ALICE, scripts=scripts) as page:
        write(page, base)
        page.get_by_role("button", name="プレビューを更新").click()
        expect(page.locator(".line-bubble")).to_contain_text("土曜日にひらきます。")
        expect(page.frame_locator("iframe").first.locator("body")).to_contain_text("土曜日")
        follow(page, page.get_by_role("button", name="保存して確認を頼む"))
        expect(page.locator(".notice.success")).to_be_visible()
    with desk_of(browser, base, AKIRA, scripts=scripts) as page:
        page.goto(f"{base}/console/aoba/blocks/")
        page.get_by_role("link", name="両親学級のお知らせ").first.click()
        page.get_by_label("時期").select_option(label="妊娠22週3日")
        page.get_by_role("button", name="プレビューを更新").click()
        page.wait_for_url("**look_day=157**")
        shown = page.locator(".line-bubble").inner_text()
        page.get_by_role("button", name="承認する").click()
        expect(page.locator(".state")).to_contain_text("配信中")
    plan_day(aoba.pk, today)
    with in_municipality(aoba.pk):
        carried = [one for one in Edition.objects.all() if "土曜日にひらきます。" in one.mail_text]
        [edition] = carried
        got = Delivery.objects.filter(edition_id=edition.pk)
        assert [one.subscription_id for one in got] == [inside.subscription.pk]
        assert " ".join(shown.split()) == " ".join(edition.line_text.split())


def test_the_preview_follows_and_word_s_text_comes_in_as_marks(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    said: list[str] = []
    with desk_of(browser, live_server.url, ALICE) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        write(page, live_server.url)
        expect(page.locator(".line-bubble")).to_contain_text("土曜日にひらきます。")
        page.fill("#body", "")
        page.evaluate(PASTE, WORD)
        assert page.input_value("#body") == (
            "## 秋の教室\n\n**10月3日**に ひらきます。\n\n- 母子手帳\n- 飲みもの\n\n"
            "くわしくは[こちら](https://www.example.jp/k)"
        )
        expect(page.locator(".line-bubble")).to_contain_text("飲みもの")
        page.fill("#body", "教室")
        page.locator("#body").select_text()
        page.get_by_role("button", name="太字").click()
        assert page.input_value("#body") == "**教室**"
        page.get_by_role("button", name="見出し").click()
        assert page.input_value("#body") == "## **教室**"
        expect(page.locator(".line-bubble")).to_contain_text("教室")
        picture(page, pictures / "console-editor.png")
        assert complaints(page) == []
    assert said == []


def test_a_browser_that_closes_in_the_middle_gives_the_words_back(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    new = f"{live_server.url}/console/aoba/blocks/new/"
    with desk_of(browser, live_server.url, ALICE) as page:
        write(page, live_server.url)
        page.fill("#body", "書きかけの文")
        page.wait_for_timeout(1500)
        page.close(run_before_unload=False)
        context = browser.contexts[-1]
        again = context.new_page()
        again.goto(new)
        again.get_by_role("button", name="書きかけをもどす").click()
        assert again.input_value("#body") == "書きかけの文"
        assert again.locator('[value="pregnancy"]').is_checked()
        again.get_by_role("button", name="保存する").click()
        expect(again.locator(".notice.success")).to_be_visible()
        again.goto(new)
        expect(again.get_by_role("button", name="書きかけをもどす")).to_have_count(0)
    with in_municipality(aoba.pk):
        assert LocalBlock.objects.get().body == "書きかけの文"


def test_a_browser_that_is_wiped_finds_the_draft_on_the_server(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    said: list[str] = []
    with desk_of(browser, live_server.url, ALICE) as page:
        page.on("pageerror", lambda error: said.append(str(error)))
        page.clock.install()
        write(page, live_server.url)
        page.clock.fast_forward(21_000)
        expect(page.locator("#autosaved")).to_contain_text("下書きを保存しました")
        page.wait_for_url("**/edit/")
        page.fill("#body", "書きかけの文")
        page.clock.fast_forward(21_000)
        expect(page.locator("[name=revision]")).to_have_value("2")
        page.fill("#body", "書きおえた文")
        page.get_by_role("button", name="保存する").click()
        expect(page.locator(".notice.success")).to_be_visible()
    assert said == []
    with desk_of(browser, live_server.url, ALICE) as page:
        page.goto(f"{live_server.url}/console/aoba/blocks/")
        page.get_by_role("link", name="両親学級のお知らせ").first.click()
        expect(page.locator(".line-bubble")).to_contain_text("書きおえた文")
    with in_municipality(aoba.pk):
        assert LocalBlock.objects.get().body == "書きおえた文"


def test_somebody_else_s_words_stop_the_draft_with_a_sentence(
    browser: Browser, live_server: Any, aoba: Municipality
) -> None:
    base = live_server.url
    with desk_of(browser, base, ALICE) as mine, desk_of(browser, base, AKIRA) as theirs:
        write(mine, base)
        follow(mine, mine.get_by_role("button", name="保存する"))
        mine.clock.install()
        follow(mine, mine.get_by_role("link", name="編集する"))
        theirs.goto(mine.url)
        theirs.fill("#body", "日曜日にひらきます。")
        theirs.get_by_role("button", name="保存する").click()
        expect(theirs.locator(".notice.success")).to_be_visible()
        mine.fill("#body", "月曜日にひらきます。")
        mine.clock.fast_forward(21_000)
        expect(mine.locator("#restore .notice")).to_contain_text("ほかの人が先に保存しました")
        mine.get_by_role("button", name="保存する").click()
        expect(mine.get_by_role("heading", level=1)).to_contain_text("先に")
    with in_municipality(aoba.pk):
        assert LocalBlock.objects.get().body == "日曜日にひらきます。"


def test_two_at_once_see_the_difference(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    base = live_server.url
    with desk_of(browser, base, ALICE) as mine, desk_of(browser, base, AKIRA) as theirs:
        write(mine, base)
        follow(mine, mine.get_by_role("button", name="保存する"))
        follow(mine, mine.get_by_role("link", name="編集する"))
        theirs.goto(mine.url)
        theirs.fill("#body", "日曜日にひらきます。")
        theirs.get_by_role("button", name="保存する").click()
        expect(theirs.locator(".notice.success")).to_be_visible()
        mine.fill("#body", "月曜日にひらきます。")
        mine.get_by_role("button", name="保存する").click()
        expect(mine.get_by_role("heading", level=1)).to_contain_text("先に")
        picture(mine, pictures / "console-conflict.png")
        assert complaints(mine) == []
        mine.get_by_role("button", name="自分の文を新しい版として保存").click()
        expect(mine.locator(".line-bubble")).to_contain_text("月曜日")


def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, live_server: Any, aoba: Municipality, pictures: Path
) -> None:
    base, found = live_server.url, dict[str, object]()
    with desk_of(browser, base, ALICE) as page:
        write(page, base)
        follow(page, page.get_by_role("button", name="保存して確認を頼む"))
        here = page.url
        follow(page, page.get_by_role("link", name="編集する"))
        page.fill("#title", "両親学級（変更）")
        follow(page, page.get_by_role("button", name="保存する"))
        versions = page.get_by_role("link", name="第2版").get_attribute("href")
    paths = {"list": "/console/aoba/blocks/", "new": "/console/aoba/blocks/new/"}
    paths |= {name: here.removeprefix(base) + rest for name, rest in
              (("one", ""), ("edit", "edit/"), ("sheet", "sheet/"))}  # fmt: skip
    paths["changes"] = str(versions)
    for width in (1280, 320):
        with desk_of(browser, base, AKIRA, width=width) as page:
            for name, path in paths.items():
                page.goto(base + path)
                picture(page, pictures / f"console-blocks-{name}-{width}.png")
                wide = int(page.evaluate("document.documentElement.scrollWidth"))
                if wrong := complaints(page) + ([f"{wide} px"] if wide > width else []):
                    found[f"{name} {width}"] = wrong
    assert found == {}
