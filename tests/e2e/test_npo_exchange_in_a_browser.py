"""Cases, meetings and where one stands, in a browser: with axe, on 320 px, and without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from delivery.facts.benchmarks import count_benchmarks
from kizuna.lib import clock
from messages.models import ExchangeCase, Meeting, MeetingInvitation
from municipalities.domain.roles import Role
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.e2e.following import follow
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.exchange.test_benchmark import figures, peers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAOMI = "naomi@npo.example.jp"


@dataclass(frozen=True)
class Scene:
    aoba: Municipality
    theirs: ExchangeCase
    ours: ExchangeCase
    meeting: Meeting


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    aoba, minato = world.make_municipality(), world.make_minato()
    world.make_staff(aoba, Role.EDITOR)
    world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    world.make_naomi()
    world.make_block(aoba, title="離乳食教室のお知らせ")
    theirs = world.make_case(
        minato, sort="announcement", title="ふたりで来る両親学級", season="autumn",
        body="## 土曜日の両親学級\n**おふたりで**どうぞ。\n申込は{{窓口:保健センター}}へ。",
        result="お父さんの参加が2倍になりました。", kind="pregnancy", first_day=140, last_day=195,
    )  # fmt: skip
    ours = world.make_case(aoba, result="待ち時間に話しかけやすくなりました。")
    day = clock.today().replace(day=1) - timedelta(days=1)
    figures(aoba, fathers=8, on=day)
    peers(7, on=day)
    count_benchmarks()
    return Scene(aoba, theirs, ours, make_meeting(aoba, minato))


def make_meeting(aoba: Municipality, minato: Municipality) -> Meeting:
    paper = world.make_paper(aoba, minato)
    with in_municipality(minato.pk):
        MeetingInvitation.objects.update(
            answer="yes", people="港 みき（保健師）\n海野", wish="LINEのはじめかた"
        )
    with across_for_npo():
        Meeting.objects.update(
            notes="席の話がよかった。\n次は春に。", notes_shared_at=clock.now(),
            invitation="気軽に話しましょう。", answer_by=clock.today() + timedelta(days=3),
        )  # fmt: skip
        MeetingInvitation.objects.filter(municipality=minato).update(group=1)
        return Meeting.objects.get(pk=paper.meeting_id)


def the_clerks(page: Page, base: str, scene: Scene) -> Iterator[str]:
    log_in(page, base)
    room = f"{base}/console/aoba/exchange/"
    yield from at(page, {
        "cases": room,
        "cases-none": f"{room}?words=ない",
        "case": f"{room}{scene.theirs.pk}/",
        "case-own": f"{room}{scene.ours.pk}/",
        "case-new": f"{room}new/",
        "case-edit": f"{room}{scene.ours.pk}/edit/",
        "meetings": f"{base}/console/aoba/meetings/",
        "meeting": f"{base}/console/aoba/meetings/{scene.meeting.pk}/",
        "benchmark": f"{base}/console/aoba/benchmark/",
    })  # fmt: skip
    page.get_by_text("表で見る").click()
    yield "benchmark-table"
    page.goto(f"{room}{scene.theirs.pk}/")
    follow(page, page.get_by_role("button", name="下書きに取り入れる"))
    yield "case-draft"
    page.goto(f"{room}new/")
    follow(page, page.get_by_role("button", name="公開する"))
    yield "case-wrong"
    page.goto(f"{base}/console/aoba/meetings/{scene.meeting.pk}/")
    follow(page, page.get_by_role("button", name="返事をする"))
    yield "meeting-wrong"


def the_npos(page: Page, base: str, scene: Scene) -> Iterator[str]:
    page.context.clear_cookies()
    log_in(page, base, NAOMI)
    there = f"{base}/npo/meetings/{scene.meeting.pk}/"
    yield from at(page, {
        "npo-meetings": f"{base}/npo/meetings/",
        "npo-cases": f"{base}/npo/meetings/cases/",
                "npo-meeting": there,
        "npo-meeting-new": f"{base}/npo/meetings/new/",
        "npo-meeting-invite": f"{there}invite/",
        "npo-meeting-people": f"{there}people/",
        "npo-meeting-notes": f"{there}notes/",
    })  # fmt: skip
    page.goto(f"{base}/npo/meetings/new/")
    follow(page, page.get_by_role("button", name="保存"))
    yield "npo-meeting-wrong"


def at(page: Page, places: dict[str, str]) -> Iterator[str]:
    for name, address in places.items():
        page.goto(address)
        yield name


def test_axe_finds_nothing_and_nothing_is_cut_off(
    desk: BrowserContext, browser: Browser, live_server: Any, scene: Scene, pictures: Path
) -> None:
    page = desk.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for walk in (the_clerks, the_npos):
        for name in walk(page, live_server.url, scene):
            picture(page, pictures / f"exchange-{name}.png")
            assert complaints(page) == [], name
    assert [line for line in said if "400" not in line] == []
    # 320 px are 1280 px at 400 %, 640 px are 200 %.
    for width in (320, 640):
        small = browser.new_context(locale="ja-JP", viewport={"width": width, "height": 640})
        phone = small.new_page()
        phone.set_default_timeout(10_000)
        for walk in (the_clerks, the_npos):
            for name in walk(phone, live_server.url, scene):
                if width == 320:
                    picture(phone, pictures / f"exchange-{name}-320.png")
                wide = phone.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (name, width)
        small.close()


def test_a_case_goes_from_town_to_town_without_javascript(
    browser: Browser, live_server: Any, scene: Scene
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url)
    page.get_by_role("link", name="情報交換", exact=True).click()
    page.get_by_label("ことばで探す").fill("両親学級")
    page.get_by_role("button", name="探す").click()
    page.get_by_role("link", name="ふたりで来る両親学級").click()
    page.get_by_role("button", name="下書きに取り入れる").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("お知らせ")
    expect(
        page.get_by_text("みなと町の事例「ふたりで来る両親学級」をもとにしています")
    ).to_be_visible()
    page.goto(f"{live_server.url}/console/aoba/exchange/new/")
    page.get_by_role("button", name="この文章を使う").click()
    page.get_by_label("その結果").fill("予約がすぐうまりました。")
    page.get_by_role("button", name="公開する").click()
    expect(page.get_by_text("予約がすぐうまりました。")).to_be_visible()
    context.close()


def test_a_meeting_is_planned_and_answered_by_keyboard_and_without_javascript(
    browser: Browser, live_server: Any, scene: Scene
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    log_in(page, live_server.url, NAOMI)
    page.goto(f"{live_server.url}/npo/meetings/new/")
    page.get_by_label("名前").fill("冬の情報交換会")
    page.get_by_label("日", exact=True).fill((clock.today() + timedelta(days=20)).isoformat())
    page.get_by_label("場所").fill("オンライン")
    page.get_by_label("場所").press("Enter")
    page.get_by_role("link", name="招く自治体を選ぶ").click()
    page.get_by_role("checkbox", name="青葉市").check()
    page.get_by_role("button", name="選んだ自治体を招く").click()
    page.get_by_role("button", name="メールを送る").click()
    expect(page.get_by_text("1自治体の管理者にメールを送りました")).to_be_visible()
    context.clear_cookies()
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/console/aoba/meetings/")
    page.get_by_role("link", name="冬の情報交換会").click()
    page.get_by_label("参加します").check()
    page.get_by_label("参加する人").fill("山田 花（保健師）")
    page.get_by_role("button", name="返事をする").click()
    expect(page.get_by_text("お返事をありがとうございます")).to_be_visible()
    context.close()
