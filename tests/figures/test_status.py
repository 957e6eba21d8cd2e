"""/status/: everybody sees how punctual the service is, and nobody of whom it sent to."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from delivery import status_figures
from delivery.models import AudienceFact, DailyFact, PaceFact, Run
from delivery.reasons import ON_PURPOSE
from delivery.status_figures import PunctualDay
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.console.days import DAY

YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def send(one: Municipality, on: date, slots: dict[int, int], skipped: int = 0) -> None:
    """So many in each five minutes; slot 96 begins at 8:00."""
    plan(one, on)
    with in_municipality(one.pk):
        common = {"municipality": one, "run_day": on, "channel": "email"}
        for slot, count in slots.items():
            PaceFact.objects.create(**common, slot=slot, count=count)
        DailyFact.objects.create(**common, state="sent", count=sum(slots.values()))
        if skipped:
            DailyFact.objects.create(**common, state="skipped", reason="paused", count=skipped)


def plan(one: Municipality, on: date) -> None:
    with in_municipality(one.pk):
        Run.objects.get_or_create(
            municipality=one,
            run_day=on,
            defaults={
                "opens_at": clock.at(on, time(8)),
                "closes_at": clock.at(on, time(21)),
                "planned_at": clock.at(on, time(7)),
            },
        )


def leave_out(one: Municipality, on: date, reason: str, count: int) -> None:
    with in_municipality(one.pk):
        DailyFact.objects.create(
            municipality=one, run_day=on, channel="email", state="skipped", reason=reason,
            count=count,
        )  # fmt: skip


def wait(one: Municipality, on: date, readers: int) -> None:
    """So many were active at the end of that day."""
    with in_municipality(one.pk):
        AudienceFact.objects.create(
            municipality=one, on=on, dimension="all", readers=readers, subscriptions=readers,
            courses=readers, children=readers,
        )  # fmt: skip


def eight(slug: str = "aoba", hour: int = 8) -> Municipality:
    return world.make_municipality(slug, send_time=time(hour, 0), last_hour=time(21, 0))


def read() -> list[PunctualDay]:
    with across_for_npo():
        return status_figures.days(clock.now())


def shown() -> str:
    answer = Client(headers={"accept-language": "ja"}).get("/status/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_share_by_nine_and_the_time_it_took(db: None) -> None:
    aoba = eight()
    send(aoba, DAY, {96: 900, 97: 60, 107: 30, 108: 10}, skipped=500)
    page = shown()
    assert "この30日間、お便りの99.0%を午前9時までに送り出しました。" in page
    # 96 of 100 had gone ten minutes after eight.
    assert "10分以内に95%を送り終えました。" in page
    assert "表で見る" in page


def test_no_municipality_is_named_and_small_days_are_not_told(db: None) -> None:
    aoba = eight()
    send(aoba, YESTERDAY, {96: 49})
    page = shown()
    assert "お知らせできる数字はまだありません" in page
    assert "青葉市" not in page


@pytest.mark.parametrize("reason", ["late", "late_unreachable", "late_held", "unreadable"])
def test_what_was_skipped_because_it_was_too_late_counts_as_not_sent(db: None, reason: str) -> None:
    aoba = eight()
    send(aoba, YESTERDAY, {96: 300})
    leave_out(aoba, YESTERDAY, reason, 700)
    page = shown()
    assert "お便りの30.0%を" in page
    assert "届かず" in page


@pytest.mark.parametrize("reason", sorted(ON_PURPOSE))
def test_what_was_left_out_on_purpose_is_not_counted(db: None, reason: str) -> None:
    aoba = eight()
    send(aoba, YESTERDAY, {96: 300})
    leave_out(aoba, YESTERDAY, reason, 700)
    assert "お便りの100.0%を" in shown()


def test_a_day_on_which_nothing_was_planned_is_told_as_not_sent(db: None) -> None:
    aoba = eight()
    send(aoba, YESTERDAY - timedelta(days=3), {96: 300})
    send(aoba, YESTERDAY, {96: 300})
    days = {one.day: one for one in read()}
    assert [day for day, one in days.items() if one.is_silent] == [
        YESTERDAY - timedelta(days=2),
        YESTERDAY - timedelta(days=1),
        # Ten past nine is over today, and nothing went out.
        DAY,
    ]
    page = shown()
    assert "送信なし。" in page
    assert "お便りを1通も送り出さなかった日：3日。" in page
    assert page.count("送信なし</td>") == 6


def test_an_outage_is_told_where_only_the_readers_are_known(db: None) -> None:
    aoba = eight()
    plan(aoba, DAY - timedelta(days=41))
    wait(aoba, DAY - timedelta(days=40), 50)
    assert len(read()) == 30
    assert all(one.is_silent for one in read())
    page = shown()
    assert "お便りを1通も送り出さなかった日：30日。" in page
    # Of a month without a text there is nothing to find out about punctuality.
    assert "30日のうち0日" not in page


def test_days_before_the_first_plan_are_no_outage(db: None) -> None:
    aoba = eight()
    for back in range(40):
        wait(aoba, DAY - timedelta(days=back + 1), 300)
    assert read() == []
    send(aoba, YESTERDAY, {96: 300})
    plan(aoba, DAY)
    cache.clear()
    assert [one.day for one in read() if not one.is_idle] == [YESTERDAY]
    assert "送り出さなかった日" not in shown()


def test_a_planned_day_without_a_text_is_a_day_with_nothing_to_send(db: None) -> None:
    aoba = eight()
    send(aoba, YESTERDAY - timedelta(days=1), {96: 300})
    plan(aoba, YESTERDAY)
    plan(aoba, DAY)
    page = shown()
    assert "送る予定のない日：2日。" in page
    assert "送り出さなかった日" not in page
    assert "お便りの100.0%を" in page


def test_a_day_is_an_outage_as_soon_as_one_municipality_was_not_planned(db: None) -> None:
    aoba, minato = eight(), eight("minato")
    for one in (aoba, minato):
        send(one, YESTERDAY, {96: 300})
    plan(aoba, DAY)
    assert [one.is_silent for one in read()] == [False, True]


@pytest.mark.parametrize("readers", [0, 49])
def test_before_there_are_readers_enough_no_day_is_missing(db: None, readers: int) -> None:
    aoba = eight()
    plan(aoba, DAY - timedelta(days=41))
    wait(aoba, DAY - timedelta(days=40), readers)
    assert read() == []


def test_a_day_on_which_all_was_left_out_on_purpose_is_no_outage(db: None) -> None:
    aoba = eight()
    send(aoba, YESTERDAY - timedelta(days=1), {96: 300})
    leave_out(aoba, YESTERDAY, "service_paused", 300)
    leave_out(aoba, DAY, "service_paused", 300)
    assert not any(one.is_silent for one in read())


def test_whoever_sends_in_the_evening_is_not_late(db: None) -> None:
    send(eight(), YESTERDAY, {96: 100})
    send(eight("yoru", hour=18), YESTERDAY, {216: 5000})
    assert "お便りの100.0%を午前9時までに" in shown()


def test_a_broadcast_s_day_of_a_municipality_is_not_counted(db: None) -> None:
    aoba, minato = eight(), eight("minato")
    send(aoba, YESTERDAY, {96: 100})
    send(minato, YESTERDAY, {180: 3000})
    assert "お便りの3.2%を" in shown()
    staff = world.make_staff(minato)
    world.make_broadcast(
        minato,
        state="sending",
        send_at=clock.at(YESTERDAY, time(15, 0)),
        approved_by=staff,
        approved_at=clock.now(),
        run_day=YESTERDAY,
    )
    cache.clear()
    assert "お便りの100.0%を" in shown()


def test_the_share_is_never_rounded_up_to_all(db: None) -> None:
    send(eight(), YESTERDAY, {96: 9999, 120: 1})
    assert "お便りの99.9%を" in shown()


def test_it_may_be_kept_a_minute_by_everybody(db: None) -> None:
    answer = Client().get("/status/")
    assert "public" in answer["Cache-Control"]
    assert "max-age=60" in answer["Cache-Control"]


def test_the_front_page_leads_to_it(db: None) -> None:
    assert 'href="/status/"' in Client().get("/").content.decode()
