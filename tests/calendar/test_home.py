"""The first page besides the day's sending: what comes next, what to do, how many registered."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kizuna.demo.load import CONTENT
from kizuna.lib import clock
from messages.content_files import read_course
from messages.models import Broadcast, BroadcastEvent, Contact, LocalBlock
from messages.services import home
from messages.services.publish import publish_many
from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffUser, Subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.calendar.conftest import client_of

HOME = "/console/aoba/"
ON = date(2026, 11, 25)


def page(client: Client) -> str:
    return client.get(HOME).content.decode()


def tight(html: str) -> str:
    return "".join(html.split())


def change(aoba: Municipality, **fields: Any) -> None:
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(**fields)


def make_contact(aoba: Municipality, days_ago: int) -> None:
    with in_municipality(aoba.pk):
        Contact.objects.create(
            municipality=aoba,
            name=f"窓口{days_ago}",
            value="000-000-0000",
            verified_on=ON - timedelta(days=days_ago),
        )


def asked(aoba: Municipality, writer: StaffUser | None = None, **fields: Any) -> LocalBlock:
    return world.make_block(aoba, state="asked", written_by=writer, **fields)


def register_at(aoba: Municipality, *days: date) -> None:
    for day in days:
        family = world.make_family(aoba)
        with in_municipality(aoba.pk):
            Subscription.objects.filter(pk=family.subscription.pk).update(
                created_at=datetime(day.year, day.month, day.day, 12, tzinfo=clock.TOKYO)
            )


def test_nothing_to_do_is_said(alice: Client) -> None:
    assert "いま待っている用事は、ありません。" in page(alice)
    assert "公開待ちのお知らせは、ありません。" in page(alice)


def test_an_approver_is_told_what_waits_and_not_of_own_words(aoba: Municipality) -> None:
    bob = client_of(aoba, Role.APPROVER)
    asked(aoba, StaffUser.objects.get(email="approver@aoba.example.jp"))
    assert "確認を待っているお知らせ" not in page(bob)
    asked(aoba)
    assert "確認を待っているお知らせが1件" in page(bob)
    with in_municipality(aoba.pk):
        Broadcast.objects.create(municipality=aoba, subject="大雪", state="asked")
    assert "確認を待っている一斉配信が1件" in page(bob)


def test_an_editor_is_not_asked_to_agree(aoba: Municipality, alice: Client) -> None:
    asked(aoba)
    assert "確認を待っているお知らせ" not in page(alice)


def test_contacts_and_endings_are_told_in_time(aoba: Municipality, alice: Client) -> None:
    make_contact(aoba, 180)
    world.make_block(aoba, shown_until=ON + timedelta(days=15))
    world.make_block(aoba, shown_until=ON - timedelta(days=1))
    world.make_block(aoba, shown_until=ON + timedelta(days=1), state="draft")
    assert "いま待っている用事は、ありません。" in page(alice)
    make_contact(aoba, 181)
    world.make_block(aoba, shown_until=ON + timedelta(days=14))
    assert "180日より長く確かめていない窓口・連絡先が1件" in page(alice)
    assert "14日以内に終わるお知らせが1件" in page(alice)


def test_there_are_never_more_than_three(aoba: Municipality) -> None:
    manager = client_of(aoba, Role.MANAGER)
    asked(aoba)
    with in_municipality(aoba.pk):
        Broadcast.objects.create(municipality=aoba, subject="大雪", state="asked")
    make_contact(aoba, 200)
    world.make_block(aoba, shown_until=ON)
    for week in range(4, 42):
        if week != 11:
            world.make_text(f"p{week}w0d")
    world.make_family(aoba, due_date=ON + timedelta(days=280 - 11 * 7 + 2))
    shown = page(manager)
    assert "確認を待っているお知らせが1件" in shown
    assert "原稿のないところが1か所" in shown
    assert "14日以内に終わるお知らせ" not in shown


def test_the_next_announcement_tells_whom_it_will_meet(aoba: Municipality, alice: Client) -> None:
    world.make_text("d45")
    for _ in range(6):
        world.make_family(aoba, birth_date=ON - timedelta(days=30))
    world.make_block(aoba, title="いまのお知らせ")
    world.make_block(aoba, title="春のお知らせ", shown_from=date(2027, 3, 1))
    world.make_block(aoba, title="冬のお知らせ", shown_from=date(2026, 12, 1))
    world.make_block(aoba, title="下書き", shown_from=date(2026, 11, 30), state="draft")
    shown = page(alice)
    assert "冬のお知らせ" in shown
    assert "春のお知らせ" not in shown
    assert "下書き" not in shown
    assert "届く見込み：読者 6人" in shown


def test_a_broadcast_is_agreed_to_once_by_each(aoba: Municipality) -> None:
    change(aoba, approval_steps=2)
    bob = client_of(aoba, Role.APPROVER)
    staff = StaffUser.objects.get(email="approver@aoba.example.jp")
    with in_municipality(aoba.pk):
        one = Broadcast.objects.create(municipality=aoba, subject="大雪", state="checked")
    assert "一斉配信が1件" in page(bob)
    with in_municipality(aoba.pk):
        BroadcastEvent.objects.create(
            municipality=aoba, broadcast=one, act="checked", revision=1, content={}, by=staff
        )
    assert "確認を待っている一斉配信" not in page(bob)


def test_the_next_broadcast_stands_beside_the_next_announcement(
    aoba: Municipality, alice: Client
) -> None:
    staff = StaffUser.objects.get(email="editor@aoba.example.jp")
    with in_municipality(aoba.pk):
        for hour, subject in ((9, "もう送った"), (17, "夕方の"), (18, "夜の")):
            Broadcast.objects.create(
                municipality=aoba,
                subject=subject,
                state="approved",
                send_at=clock.now().replace(hour=hour),
                approved_by=staff,
                approved_at=clock.now(),
                approved_reach=1284,
            )
    shown = page(alice)
    assert "夕方の" in shown
    assert "読者 1,284人" in shown
    assert "夜の" not in shown
    assert "もう送った" not in shown


def test_registrations_of_the_month_stand_beside_last_year_s(
    aoba: Municipality, alice: Client
) -> None:
    register_at(aoba, *[date(2026, 11, day) for day in (1, 2, 3, 4, 5, 25)], date(2026, 10, 31))
    register_at(aoba, *[date(2025, 11, 25)] * 5, *[date(2025, 11, 26)] * 2, date(2025, 12, 1))
    words = tight(page(alice))
    assert "2026年11月（今日まで）</dt><dd>6</dd>" in words
    assert "2025年11月（同じ日まで）</dt><dd>5</dd>" in words
    assert "2025年11月（1か月）</dt><dd>7</dd>" in words


def test_a_leap_day_is_compared_with_a_whole_february(aoba: Municipality) -> None:
    register_at(aoba, *[date(2027, 2, 28)] * 5, *[date(2027, 3, 1)] * 5)
    with in_municipality(aoba.pk):
        assert home.registrations(date(2028, 2, 29)) == home.Registrations(0, 5, 5)


def test_fewer_than_five_registrations_are_not_counted_out(
    aoba: Municipality, alice: Client
) -> None:
    register_at(aoba, date(2026, 11, 1))
    assert "<dd>5未満</dd>" in tight(page(alice))


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)])
def test_every_day_has_a_month_a_year_ago(aoba: Municipality, alice: Client, today: date) -> None:
    import time_machine

    with time_machine.travel(datetime(today.year, today.month, today.day, 12, tzinfo=clock.TOKYO)):
        alice = client_of(aoba, Role.VIEWER)
        assert alice.get(HOME).status_code == 200
        assert alice.get("/console/aoba/handover/").status_code == 200


def test_while_preparing_the_steps_are_counted(aoba: Municipality, alice: Client) -> None:
    change(aoba, service="preparing", mail_address="", loss_help="", privacy_url="")
    assert "公開まであと6つ" in page(alice)
    publish_many(read_course(CONTENT).files, effective_from=date(2020, 1, 1))
    change(
        aoba,
        mail_address="a@aoba.example.jp",
        loss_help="こころ",
        privacy_url="https://aoba.example.jp",
    )
    assert "公開まであと3つ" in page(alice)
    world.align(aoba)
    world.make_block(aoba)
    world.make_staff(aoba, Role.APPROVER, "bob@aoba.example.jp")
    assert "公開まであと1つ" in page(alice)
    world.make_staff(aoba, Role.MANAGER, "carol@aoba.example.jp")
    assert "準備がととのいました" in page(alice)


def test_a_running_service_has_no_checklist(alice: Client) -> None:
    assert "公開まであと" not in page(alice)


def test_an_auditor_sees_the_sending_only(aoba: Municipality) -> None:
    shown = page(client_of(aoba, Role.AUDITOR))
    assert "やること" not in shown
    assert "引き継ぎ" not in shown


def test_figures_that_are_fetched_anew_come_alone(alice: Client) -> None:
    shown = alice.get(HOME, headers={"sec-fetch-dest": "empty"}).content.decode()
    assert 'id="figures"' in shown
    assert "やること" not in shown


def test_a_successor_finds_everything_on_one_page(aoba: Municipality, alice: Client) -> None:
    make_contact(aoba, 200)
    world.make_block(aoba, title="ずっと")
    world.make_block(aoba, title="年末まで", shown_until=date(2026, 12, 28))
    world.make_block(aoba, title="書きかけ", state="draft")
    world.make_block(
        aoba, title="去年の大掃除", shown_from=date(2025, 12, 1), shown_until=date(2025, 12, 28)
    )
    world.make_block(
        aoba, title="おととし", shown_from=date(2024, 12, 1), shown_until=date(2024, 12, 28)
    )
    world.make_block(world.make_minato(), title="隣のお知らせ")
    shown = alice.get("/console/aoba/handover/").content.decode()
    running = shown.index("年末まで")
    assert running < shown.index("ずっと")
    for words in ("書きかけ", "去年の大掃除", "2025年12月", "窓口200", "要確認", "editor"):
        assert words in shown
    assert "おととし" not in shown
    assert "隣のお知らせ" not in shown
