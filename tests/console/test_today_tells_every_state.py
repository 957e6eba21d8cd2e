"""The first page says in words how today went, and never more than is known."""

from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client

from delivery.models import Delivery, Run
from delivery.queries import Counts
from delivery.views.story import Day, tell
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.console.days import DAY, NOON, Rows, make_facts, make_ledger, make_run


def page(client: Client) -> str:
    answer = client.get("/console/aoba/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def change(municipality: Municipality, **fields: object) -> None:
    with in_municipality(municipality.pk):
        Municipality.objects.filter(pk=municipality.pk).update(**fields)


def test_before_planning_it_names_the_two_times(alice: Client) -> None:
    with time_machine.travel(NOON.replace(hour=6), tick=False):
        shown = page(alice)
    assert (
        "今日（11月25日・水）の配信は、まだ始まっていません。7:00に準備を始め、8:00から送ります。"
        in shown
    )
    assert "まだ始まっていません</span>" in shown


def test_a_plan_that_is_overdue_is_told_as_a_problem(alice: Client) -> None:
    shown = page(alice)
    assert "お便りを用意しています" in shown
    assert "7:00に始まるはずの準備が、まだ終わっていません。" in shown


def test_while_planning_nothing_is_called_a_problem(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, planned=False)
    with time_machine.travel(NOON.replace(hour=7, minute=5), tick=False):
        shown = page(alice)
    assert "お便りを用意しています" in shown
    assert "notice care" not in shown


def test_planned_and_waiting_for_the_send_time(alice: Client, aoba: Municipality) -> None:
    make_run(aoba)
    make_ledger(aoba, Rows("email", "planned", 30))
    with time_machine.travel(NOON.replace(hour=7, minute=30), tick=False):
        shown = page(alice)
    assert "30件の用意ができました。8:00から送ります。" in shown


def test_while_sending_it_shows_n_of_n_the_pace_and_looks_again(
    alice: Client, aoba: Municipality
) -> None:
    make_run(aoba)
    make_ledger(aoba, Rows("email", "planned", 30), Rows("email", "sent", 20))
    shown = page(alice)
    assert "予定50件のうち20件を送りました。" in shown
    assert "これから送るものが30件あります。" in shown
    assert "data-moving" in shown
    assert "refresh.js" in shown


@pytest.mark.parametrize(
    ("per_minute", "told"),
    [
        (10, "毎分10件の速さで、12:03ごろに終わる見込みです。"),
        (0, ""),
        # It would end at night, after the last hour: no promise.
        (1, "いまの速さは毎分1件です。"),
    ],
)
def test_the_pace_gives_an_expected_end(per_minute: int, told: str) -> None:
    counts = Counts(sent=50, pending=30 if per_minute != 1 else 3000)
    aoba = Municipality(
        service="live", send_time=time(8), last_hour=time(21), mail_address="a@b.jp"
    )
    run = Run(opens_at=NOON, closes_at=NOON.replace(hour=21), planned_at=NOON)
    day = Day(aoba, DAY, NOON, run, {}, counts, per_minute=per_minute)
    assert [line for line in tell(day).details if "毎分" in line] == [told] * bool(told)


def paced(held: int) -> list[str]:
    """Ten a minute, thirty to send, so many of them on hold."""
    aoba = Municipality(
        service="live", send_time=time(8), last_hour=time(21), mail_address="a@b.jp"
    )
    run = Run(opens_at=NOON, closes_at=NOON.replace(hour=21), planned_at=NOON)
    counts = Counts(sent=50, pending=30)
    day = Day(
        aoba, DAY, NOON, run, {"email": counts}, counts, per_minute=10,
        held_up={"email": {"held": held}},
    )  # fmt: skip
    return [line for line in tell(day).details if "毎分" in line]


def test_what_is_on_hold_comes_to_no_end_at_any_pace() -> None:
    assert paced(30) == []
    assert paced(10) == ["毎分10件の速さで、12:02ごろに終わる見込みです。"]


def test_what_is_left_out_in_one_moment_is_no_pace(alice: Client, aoba: Municipality) -> None:
    make_run(aoba)
    make_ledger(aoba, Rows("email", "planned", 30), Rows("email", "skipped", 77, "stopped_by_npo"))
    with in_municipality(aoba.pk):
        Delivery.objects.filter(state="skipped").update(settled_at=NOON)
    assert "毎分" not in page(alice)
    make_ledger(aoba, Rows("email", "sent", 10), first=200)
    with in_municipality(aoba.pk):
        Delivery.objects.filter(state="sent").update(settled_at=NOON)
    assert "毎分10件" in page(alice)


def test_when_all_went_out_it_says_all(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, finished=True)
    make_ledger(aoba, Rows("email", "sent", 1234))
    shown = page(alice)
    assert "予定の1,234件をすべて送りました。" in shown
    assert "story good" in shown
    assert "data-moving" not in shown


def test_finished_with_failures_names_each_kind(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, finished=True)
    make_ledger(
        aoba,
        Rows("email", "sent", 40),
        Rows("email", "failed", 3, "unknown_mailbox"),
        Rows("line", "skipped", 2, "stopped"),
        Rows("email", "unclear", 1, "worker_lost"),
    )
    shown = page(alice)
    assert "予定46件のうち40件を送りました。" in shown
    assert "送れなかったものが3件あります。" in shown
    assert "送らなかったものが2件あります。" in shown
    assert "届いたか確かめられないものが1件あります。" in shown


def test_the_table_has_every_reason_in_words_per_channel(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, finished=True)
    make_ledger(
        aoba,
        Rows("email", "sent", 40),
        Rows("email", "failed", 3, "unknown_mailbox"),
        Rows("line", "skipped", 2, "paused"),
        Rows("email", "skipped", 1, "late_greylisted"),
    )
    rows = {row.label: row.values for row in alice.get("/console/aoba/").context["rows"]}
    late = "終了時刻までに送れませんでした：相手のメールサーバーが、数分後の送り直しを求めています"
    assert rows == {
        "予定": [44, 2, 46],
        "送った": [40, 0, 40],
        "送らなかった": [1, 2, 3],
        late: [1, 0, 1],
        "読者が配信を休んでいます": [0, 2, 2],
        "送れなかった": [3, 0, 3],
        "メールアドレスが存在しません": [3, 0, 3],
        "確かめられない": [0, 0, 0],
        "これから送る": [0, 0, 0],
        "説明のつかない差": [0, 0, 0],
    }


def test_a_lost_row_is_shown_as_a_difference_and_as_a_problem(
    alice: Client, aoba: Municipality
) -> None:
    make_run(aoba, finished=True)
    make_ledger(aoba, Rows("email", "sent", 10), lost=2)
    shown = page(alice)
    assert "説明のつかない差が2件あります。" in shown
    assert "story care" in shown


def test_a_missing_sender_address_is_named_with_what_to_do(
    alice: Client, aoba: Municipality
) -> None:
    make_run(aoba)
    make_ledger(aoba, Rows("email", "planned", 5, "no_sender_address"))
    change(aoba, mail_address="")
    shown = page(alice)
    assert "メールの送信が止まっています。差出人のメールアドレスが設定されていません。" in shown
    assert "システムの担当者に、差出人のメールアドレスの設定をご依頼ください。" in shown


def test_one_greylisted_mail_is_no_closed_door(alice: Client, aoba: Municipality) -> None:
    make_run(aoba)
    make_ledger(aoba, Rows("email", "planned", 5), Rows("email", "planned", 1, "greylisted"))
    assert "送信が止まっています" not in page(alice)


def test_a_used_up_line_quota_is_told_to_the_clerk(alice: Client, aoba: Municipality) -> None:
    make_run(aoba)
    make_ledger(aoba, Rows("line", "planned", 5, "quota_used_up"))
    assert "LINEの送信が止まっています。今月のLINEの送信数を使い切りました。" in page(alice)


def test_a_day_left_open_after_the_last_hour_is_a_problem(
    alice: Client, aoba: Municipality
) -> None:
    aoba.last_hour = time(13, 0)
    make_run(aoba)
    make_ledger(aoba, Rows("line", "sending", 4))
    with time_machine.travel(NOON.replace(hour=13, minute=30), tick=False):
        assert "終了時刻を過ぎましたが、4件が残っています。" in page(alice)


def test_not_one_text_sent_is_a_problem(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, finished=True)
    make_ledger(aoba, Rows("email", "failed", 9, "policy"))
    assert "今日は1件も送れていません。" in page(alice)


def test_a_day_without_due_texts_says_why_that_may_be(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, finished=True)
    shown = page(alice)
    assert "お送りするお便りがありません。" in shown
    assert "story care" not in shown


def test_a_municipality_being_prepared_sees_what_is_missing(
    alice: Client, aoba: Municipality
) -> None:
    change(aoba, service="preparing", mail_address="")
    shown = page(alice)
    assert "準備中のため、まだどなたにもお便りを送っていません。" in shown
    assert "差出人のアドレスの設定が残っています" in shown
    assert "LINEの配信には、アカウントの接続が残っています" in shown


def test_a_paused_service_says_so_and_keeps_the_figures(alice: Client, aoba: Municipality) -> None:
    change(aoba, service="paused")
    make_run(aoba)
    make_ledger(aoba, Rows("email", "sent", 7), Rows("email", "skipped", 3, "service_paused"))
    shown = page(alice)
    assert "配信を休止しています。" in shown
    assert "予定10件のうち7件を送りました。" in shown


def test_an_ended_service_says_so(alice: Client, aoba: Municipality) -> None:
    change(aoba, service="ended")
    assert "この配信は終了しました。" in page(alice)


def test_the_last_days_come_from_the_facts(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, finished=True)
    make_ledger(aoba, Rows("email", "sent", 5))
    yesterday = DAY - timedelta(days=1)
    make_facts(aoba, yesterday, Rows("email", "sent", 1000), Rows("email", "failed", 7, "policy"))
    shown = page(alice)
    assert "11月24日・火" in shown
    assert "1,000 / 1,007" in shown
    assert "/console/aoba/texts/2026-11-24/" in shown
    assert "配信なし" in shown  # 23 November


def test_without_history_the_page_says_what_will_be_there(alice: Client) -> None:
    assert "明日から、1日ごとの結果がここに並びます。" in page(alice)


def test_the_page_speaks_english_where_the_browser_does(alice: Client, aoba: Municipality) -> None:
    make_run(aoba, finished=True)
    make_ledger(aoba, Rows("email", "sent", 1234))
    shown = alice.get("/console/aoba/", headers={"accept-language": "en"}).content.decode()
    assert "Today (Wed, November 25) all 1,234 planned texts were sent." in shown
    assert '<html lang="en">' in shown


def test_japanese_is_spoken_to_browsers_that_ask_for_nothing_we_have(alice: Client) -> None:
    shown = alice.get("/console/aoba/", headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="ja">' in shown
