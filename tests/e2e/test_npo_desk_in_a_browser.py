"""The editors' desk in a browser: written, read by another, published; axe, small screens, no scripts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kizuna.lib import clock
from messages.models import AvoidedWord, TextDraft, TextReport, TextVersion
from messages.services import desk_signing
from messages.services.desk import write_draft
from municipalities.access import READER_COOKIE, let_in
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.desk.conftest import Desk, make_desk
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.parents.received import receive

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ERIKA, REI = "erika@npo.example.jp", "rei@npo.example.jp"
BODY = """## 今日の赤ちゃん

起きている時間が少しずつのび、目が合うと**じっと見つめる**ことがふえてきます。

- 飲む量は、日によって違います。
- 父兄のみなさんも、むりのない範囲で。

[こども家庭庁のページ](https://www.cfa.go.jp/)
"""


@pytest.fixture
def people(transactional_db: None) -> Desk:
    """A desk with something in every pile."""
    people = make_desk()
    aoba = world.make_municipality(brand_colour="#b5485d")
    today = clock.today()
    TextVersion.objects.create(
        base_text=world.make_text("d60", subject="首がすわるころ").base_text, variant="standard",
        number=2, subject="首がすわるころ", body="ゆっくり見守りましょう。", supervisor="小児科医 山田",
        reviewed_on=today - timedelta(days=380), review_by=today - timedelta(days=15),
        effective_from=today - timedelta(days=370),
    )  # fmt: skip
    with in_municipality(aoba.pk):
        TextReport.objects.create(
            municipality=aoba, base_text=people.version.base_text, version=people.version,
            said="「よくねむります」とありますが、うちの子はねむりません。心配になります。",
            reported_on=today,
        )  # fmt: skip
    with across_for_npo():
        AvoidedWord.objects.create(word="断乳", instead="卒乳", why="せかすように聞こえるため")
        text = people.version.base_text
        draft = write_draft(
            people.erika, text, "standard", "見つめあう時間", BODY, occasion="読者からのお知らせ"
        )
        desk_signing.ask(people.erika, draft.pk, draft.revision)
        write_draft(
            people.second, text, "easy", "みつめあう じかん", "あかちゃんが じっと みます。"
        )
    return people


def every_page(page: Page, base: str, people: Desk) -> Any:
    """One after the other, as an editor and then as the reviewer."""
    with across_for_npo():
        asked = TextDraft.objects.get(variant="standard").pk
    text = people.version.base_text_id
    log_in(page, base, ERIKA)
    for name, path in (
        ("list", ""),
        ("reviews", "reviews/"),
        ("reports", "reports/"),
        ("words", "words/"),
        ("word", f"words/{AvoidedWord.objects.get().pk}/"),
        ("draft", f"drafts/{asked}/"),
        ("write", f"texts/{text}/easy/write/"),
        ("versions", f"texts/{text}/standard/"),
        ("withdraw", f"versions/{people.version.pk}/withdraw/"),
    ):
        page.goto(f"{base}/npo/desk/{path}")
        yield name
    page.context.clear_cookies()
    log_in(page, base, REI)
    for name, path in (("list-reviewer", ""), ("draft-reviewer", f"drafts/{asked}/")):
        page.goto(f"{base}/npo/desk/{path}")
        yield name
    page.get_by_label("監修者の名前").fill("")
    page.get_by_role("button", name="監修ずみにする").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "draft-refused"


def test_axe_finds_nothing_and_nothing_is_cut_off(
    desk: BrowserContext, browser: Browser, live_server: Any, people: Desk, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(f"{one.text} {one.location['url']}"))
    for name in every_page(page, live_server.url, people):
        picture(page, pictures / f"desk-{name}.png")
        assert complaints(page) == [], name
    # The refusal's own answer is 400, which the browser's console mentions.
    assert [one for one in said if "/npo/desk/" in one and "400" not in one] == []
    small = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    phone = small.new_page()
    phone.set_default_timeout(10_000)
    for name in every_page(phone, live_server.url, people):
        picture(phone, pictures / f"desk-{name}-320.png")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, name
        if name == "words":
            room = phone.get_by_role("region", name="使わない言葉")
            assert room.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    small.close()


def test_a_text_is_written_read_and_published_without_scripts(
    browser: Browser, live_server: Any, people: Desk
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, ERIKA)
    page.goto(f"{live_server.url}/npo/desk/")
    page.get_by_label("時期", exact=True).select_option("d60")
    follow(page, page.get_by_role("button", name="編集画面で開く"))
    page.get_by_role("textbox", name="本文").fill("首がすわる時期は、赤ちゃんによって違います。")
    follow(page, page.get_by_role("button", name="プレビューを更新"))
    mail = page.frame_locator("iframe[title='読者に届くメール']")
    expect(mail.get_by_text("首がすわる時期は、赤ちゃんによって違います。")).to_be_visible()
    follow(page, page.get_by_role("button", name="保存して監修を頼む"))
    draft = page.url
    context.clear_cookies()
    log_in(page, live_server.url, REI)
    page.goto(f"{live_server.url}/npo/desk/")
    follow(page, page.get_by_role("link", name="生後60日").first)
    page.get_by_label("監修者の名前").fill("小児科医 山田")
    follow(page, page.get_by_role("button", name="監修ずみにする"))
    context.clear_cookies()
    log_in(page, live_server.url, ERIKA)
    page.goto(draft)
    follow(page, page.get_by_role("button", name="すべての自治体に公開する"))
    expect(page.locator("main > .notice")).to_contain_text("公開しました")
    context.close()
    assert TextVersion.objects.get(number=3).supervisor == "小児科医 山田"


def test_the_preview_follows_the_typing_and_two_who_write_lose_nothing(
    desk: BrowserContext, live_server: Any, people: Desk, pictures: Path
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, ERIKA)
    page.goto(f"{live_server.url}/npo/desk/texts/{people.version.base_text_id}/easy/write/")
    page.get_by_role("textbox", name="本文").fill("断乳の ころ。\n![え](https://example.jp/a.png)")
    expect(page.get_by_text("2行目 1文字目：画像は入れられません。")).to_be_visible()
    page.get_by_text("読みやすくするヒント").click()
    expect(page.get_by_text("「断乳」は、「卒乳」にします。")).to_be_visible()
    picture(page, pictures / "desk-write-mistake.png")
    with across_for_npo():
        text = people.version.base_text
        write_draft(
            people.second, text, "easy", "みつめあう", "べつの ぶん。", occasion="新しい指針"
        )
    page.get_by_role("button", name="保存する", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("別の人が")
    picture(page, pictures / "desk-conflict.png")
    assert complaints(page) == []
    follow(page, page.get_by_role("button", name="自分の文を新しい版として保存"))
    with across_for_npo():
        assert TextDraft.objects.get(variant="easy").body.startswith("断乳の ころ。")


def test_a_login_that_ends_while_somebody_writes_loses_no_word(
    desk: BrowserContext, live_server: Any, people: Desk, pictures: Path
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, ERIKA)
    page.clock.install()
    address = f"{live_server.url}/npo/desk/texts/{people.version.base_text_id}/easy/write/"
    page.goto(address)
    desk.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("textbox", name="本文").fill("ながい あいだ かいた ぶん。")
    page.clock.fast_forward(21_000)
    expect(page.locator("#autosaved")).to_contain_text("ログインの時間が切れました")
    picture(page, pictures / "desk-write-logged-out.png")
    page.clock.resume()
    follow(page, page.get_by_role("button", name="保存する", exact=True))
    page.get_by_label("メールアドレス").fill(ERIKA)
    page.get_by_label("パスワード").fill(world.PASSWORD)
    follow(page, page.get_by_role("button", name="ログイン"))
    assert page.url == address
    expect(page.get_by_role("textbox", name="本文")).to_have_value("あかちゃんが じっと みます。")
    page.get_by_role("button", name="書きかけをもどす").click()
    expect(page.get_by_role("textbox", name="本文")).to_have_value("ながい あいだ かいた ぶん。")
    follow(page, page.get_by_role("button", name="保存する", exact=True))
    with across_for_npo():
        assert TextDraft.objects.get(variant="easy").body == "ながい あいだ かいた ぶん。"
    page.goto(address)
    expect(page.get_by_role("button", name="書きかけをもどす")).to_have_count(0)


def test_a_parent_tells_of_a_mistake_below_the_text(
    browser: Browser, live_server: Any, people: Desk, pictures: Path
) -> None:
    aoba = Municipality.objects.get()
    family = world.make_family(aoba)
    receive(aoba, family, clock.today(), "d45", subject="見つめあう時間")
    answer = HttpResponse()
    let_in(answer, family.reader)
    cookie = answer.cookies[READER_COOKIE].value
    context = browser.new_context(locale="ja-JP", viewport={"width": 320, "height": 640})
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": READER_COOKIE, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/m/aoba/my/letters/")
    follow(page, page.get_by_role("link", name="見つめあう時間"))
    picture(page, pictures / "report-closed-320.png")
    page.get_by_text("この文にまちがいを見つけたら").click()
    picture(page, pictures / "report-open-320.png")
    assert complaints(page) == []
    follow(page, page.get_by_role("button", name="編集の人に知らせる"))
    picture(page, pictures / "report-refused-320.png")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("どこがちがいますか").fill("目が合うのは、もっとあとだと思います。")
    follow(page, page.get_by_role("button", name="編集の人に知らせる"))
    picture(page, pictures / "report-done-320.png")
    assert complaints(page) == []
    context.close()
    with in_municipality(aoba.pk):
        assert TextReport.objects.filter(said__startswith="目が合う").count() == 1


def test_the_bar_of_the_longest_role_stands_in_one_row(
    browser: Browser, live_server: Any, people: Desk, pictures: Path
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    paul = world.make_npo_staff("partner", "paul@npo.example.jp")
    paul.name = "NPO 自治体担当"
    paul.save()
    log_in(page, live_server.url, "paul@npo.example.jp")
    page.goto(f"{live_server.url}/npo/municipalities/")
    picture(page, pictures / "bar-partner.png")
    tops = [page.locator(f".bar {part}").bounding_box() for part in ("nav", "form")]
    first, second = (box for box in tops if box)
    assert second["y"] < first["y"] + first["height"]
    assert second["x"] > first["x"] + first["width"]
    context.close()
