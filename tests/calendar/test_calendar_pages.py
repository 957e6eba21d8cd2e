"""The course as a clerk sees it: what is there, what is missing, who is there today."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client

from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import Broadcast, TextVersion
from messages.services import calendar
from messages.services.calendar import Cell, Filters
from municipalities.domain.roles import Role
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.calendar.conftest import client_of

PAGE = "/console/aoba/calendar/"
ON = date(2026, 11, 25)
NINE = time(9)


def cell(aoba: Municipality, key: str, **filters: Any) -> Cell:
    with in_municipality(aoba.pk):
        found = calendar.course(aoba, ON, Filters(**filters))
    return next(
        one
        for lines in (found.pregnancy, found.days, found.months)
        for line in lines
        for one in line.cells
        if one and one.stage == Stage.parse(key)
    )


def test_a_cell_tells_what_is_there(aoba: Municipality) -> None:
    world.make_text("p20w0d")
    world.make_block(aoba, kind="pregnancy", first_day=140, last_day=195)
    world.make_block(aoba, kind="pregnancy", first_day=140, last_day=140, state="draft")
    assert cell(aoba, "p20w0d") == Cell(Stage.parse("p20w0d"), common=True, own=1, changed=1)
    assert cell(aoba, "p27w6d").own == 1
    assert cell(aoba, "p28w0d").own == 0
    assert cell(aoba, "d10").own == 0


def test_a_version_of_tomorrow_and_one_taken_back_are_not_there(aoba: Municipality) -> None:
    world.make_text("d10", effective_from=ON + timedelta(days=1))
    gone = world.make_text("d11")
    TextVersion.objects.filter(pk=gone.pk).update(withdrawn_at=clock.now())
    assert not cell(aoba, "d10").common
    assert not cell(aoba, "d11").common


@pytest.mark.parametrize(
    ("window", "own", "expired"),
    [
        ({"shown_until": ON}, 1, False),
        ({"shown_until": ON - timedelta(days=1)}, 0, True),
        ({"shown_from": ON + timedelta(days=1)}, 0, False),
        ({"shown_from": ON}, 1, False),
    ],
)
def test_a_window_decides_whether_an_announcement_is_in_force(
    aoba: Municipality, window: dict[str, date], own: int, expired: bool
) -> None:
    world.make_block(aoba, **window)
    found = cell(aoba, "d50")
    assert (found.own, found.expired) == (own, expired)


def test_what_ended_and_was_followed_is_nothing_to_look_after(aoba: Municipality) -> None:
    world.make_block(aoba, shown_until=ON - timedelta(days=1))
    world.make_block(aoba, shown_from=ON)
    assert not cell(aoba, "d50").expired


def test_a_text_past_its_day_of_review_is_marked(aoba: Municipality) -> None:
    first = world.make_text("d10")
    TextVersion.objects.create(
        base_text=first.base_text,
        number=2,
        subject="便り",
        body="本文",
        effective_from=first.effective_from,
        review_by=ON - timedelta(days=1),
    )
    assert cell(aoba, "d10").expired
    # A later version has been reviewed.
    world.make_text("d10")
    assert not cell(aoba, "d10").expired


def test_a_month_s_cell_has_the_announcements_of_its_days(aoba: Municipality) -> None:
    world.make_block(aoba, first_day=120, last_day=121)
    assert cell(aoba, "m4").own == 1
    assert cell(aoba, "m5").own == 0


def test_readers_are_counted_where_they_are_today(aoba: Municipality) -> None:
    for _ in range(3):
        world.make_family(aoba, birth_date=ON - timedelta(days=10))
    world.make_family(aoba, birth_date=date(2026, 7, 25))
    stopped = {"stopped_at": clock.now()}
    resting = {"paused_at": clock.now()}
    for state in (stopped, resting, {"starts_on": ON + timedelta(days=1)}):
        world.make_family(aoba, birth_date=ON - timedelta(days=10), **state)
    world.make_family(world.make_minato(), birth_date=ON - timedelta(days=10))
    assert cell(aoba, "d10").readers == 3
    assert cell(aoba, "m4").readers == 1


def test_filters_show_what_certain_readers_get(aoba: Municipality) -> None:
    world.make_text("d10", audience="partner")
    world.make_text("d11", variant="easy")
    world.make_block(aoba, audience="birth_parent")
    world.make_family(aoba, birth_date=ON - timedelta(days=10), relation="father")
    assert cell(aoba, "d10", audience=Audience.PARTNER).common
    assert not cell(aoba, "d10", audience=Audience.AROUND).common
    assert cell(aoba, "d10", audience=Audience.PARTNER).readers == 1
    assert cell(aoba, "d10", audience=Audience.AROUND).readers == 0
    assert cell(aoba, "d10", audience=Audience.PARTNER).own == 0
    assert not cell(aoba, "d11").common
    assert cell(aoba, "d11", variant=Variant.EASY).common
    assert not cell(aoba, "d10", common=False).common
    assert cell(aoba, "d10", own=False).own == 0


def test_the_page_has_three_tables_with_headings_and_small_numbers_are_not_told(
    aoba: Municipality, alice: Client
) -> None:
    world.make_text("d10")
    for _ in range(2):
        world.make_family(aoba, birth_date=ON - timedelta(days=10))
    page = alice.get(PAGE).content.decode()
    assert page.count("<table") == page.count("<caption") == 3
    assert len(re.findall(r'<th scope="row"', page)) == 38 + 15 + 34
    assert "生後10日: 共通の原稿、読者 5人未満" in page
    assert "読者 2人" not in page
    for _ in range(3):
        world.make_family(aoba, birth_date=ON - timedelta(days=10))
    assert "共通の原稿、読者 5人" in alice.get(PAGE).content.decode()


def test_gaps_that_readers_come_to_are_told(aoba: Municipality, alice: Client) -> None:
    for week in range(4, 42):
        if week != 20:
            world.make_text(f"p{week}w0d")
    assert "原稿の空きが1か所" in alice.get(PAGE).content.decode()
    world.make_family(aoba, due_date=ON + timedelta(days=140 + 3))
    page = alice.get(PAGE).content.decode()
    assert "このうち1か所は" in page
    assert "妊娠20週0日</a>" in page


def test_nonsense_in_the_address_is_passed_over(aoba: Municipality, alice: Client) -> None:
    assert alice.get(PAGE, {"audience": "x", "variant": "y", "show": "z"}).status_code == 200
    for month in ("", "2026-13", "99999-01", "２０２６-12", "2026-1'"):
        page = alice.get(f"{PAGE}dates/", {"month": month})
        assert "2026年11月の配信カレンダー" in page.content.decode()


def test_a_stage_tells_its_texts_and_the_announcements_that_join(
    aoba: Municipality, alice: Client
) -> None:
    world.make_text("p20w0d", "いま 25センチほど。", subject="20週の便り")
    world.make_text("p20w0d", subject="来年の便り", effective_from=date(2027, 1, 1))
    world.make_block(aoba, kind="pregnancy", first_day=140, last_day=195, title="両親学級")
    world.make_block(aoba, kind="pregnancy", first_day=141, last_day=195, title="よその週")
    world.make_block(world.make_minato(), kind="pregnancy", first_day=140, last_day=195, title="隣")
    page = alice.get(f"{PAGE}p20w0d/").content.decode()
    assert "いま 25センチほど。" in page
    assert "2027年1月1日から" in page
    assert "両親学級" in page
    assert "妊娠20週0日〜27週6日の人に" in page
    assert "よその週" not in page
    assert "隣" not in page


def test_an_announcement_is_put_where_one_stands(aoba: Municipality, alice: Client) -> None:
    page = alice.get(f"{PAGE}p20w0d/")
    address = re.search(r'href="([^"]*/blocks/new/[^"]*)"', page.content.decode())
    assert address
    form = alice.get(address[1].replace("&amp;", "&")).content.decode()
    assert 'value="20"' in form
    assert "blocks/new/" not in client_of(aoba, Role.VIEWER).get(f"{PAGE}p20w0d/").content.decode()


def test_a_stage_that_no_course_has_is_no_page(aoba: Municipality, alice: Client) -> None:
    for key in ("p3w0d", "x", "m999"):
        assert alice.get(f"{PAGE}{key}/").status_code == 404


def test_a_month_tells_what_begins_runs_and_ends(aoba: Municipality, alice: Client) -> None:
    world.make_block(
        aoba,
        title="年末年始の窓口",
        shown_from=date(2026, 12, 20),
        shown_until=date(2027, 1, 3),
    )
    with in_municipality(aoba.pk):
        Broadcast.objects.create(
            municipality=aoba, subject="大雪のお知らせ", send_at=clock.at(date(2026, 12, 31), NINE)
        )
    page = alice.get(f"{PAGE}dates/", {"month": "2026-12"}).content.decode()
    days = dict(re.findall(r'<time datetime="([0-9-]+)">(.*?)</td>', page, re.S))
    assert "年末年始の窓口" in days["2026-12-20"]
    assert "開始：" in days["2026-12-20"]
    assert "お知らせ 1件" in days["2026-12-25"]
    assert "お知らせ 1件" not in days["2026-12-19"]
    assert "大雪のお知らせ" in days["2026-12-31"]
    january = alice.get(f"{PAGE}dates/", {"month": "2027-01"}).content.decode()
    days = dict(re.findall(r'<time datetime="([0-9-]+)">(.*?)</td>', january, re.S))
    assert "終了：" in days["2027-01-03"]
    assert "month=2026-11" in page
    assert "month=2027-01" in page
    assert "ありません" in alice.get(f"{PAGE}dates/", {"month": "2031-05"}).content.decode()
