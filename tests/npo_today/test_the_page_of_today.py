"""What the NPO's page of today shows, narrows and leads to; and how a day is held from its pages."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from delivery import holding
from delivery.models import Alarm, AlarmCheck, DayFact, Forecast, Hold, PaceFact, Run
from kizuna.lib import clock
from municipalities.models import Assignment, Municipality, StaffUser
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.console.days import DAY, NOON, Rows, make_facts, make_ledger, make_run
from tests.world import make_block, make_broadcast

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def naomi(db: None) -> StaffUser:
    return world.make_naomi()


@pytest.fixture
def client(naomi: StaffUser) -> Client:
    return logged_in(naomi)


def logged_in(user: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def aoba(db: None) -> Municipality:
    """Sending: 300 of 1,000 by mail are open, 40 failed."""
    aoba = world.make_municipality()
    make_run(aoba)
    with in_municipality(aoba.pk):
        Run.objects.update(swept_at=NOON - timedelta(seconds=20))
        PaceFact.objects.create(
            municipality=aoba, run_day=DAY, channel="email", slot=143, count=500
        )
        DayFact.objects.create(
            municipality=aoba,
            run_day=DAY,
            channel="email",
            planned=1000,
            unexplained=0,
            counted_at=NOON,
        )
    make_facts(
        aoba,
        DAY,
        Rows("email", "sent", 650),
        Rows("email", "planned", 300),
        Rows("email", "failed", 10, "unknown_mailbox"),
        Rows("email", "skipped", 40, "paused"),
    )
    return aoba


@pytest.fixture
def minato(db: None) -> Municipality:
    """Done: ten by LINE."""
    minato = world.make_minato()
    make_run(minato, finished=True)
    make_facts(minato, DAY, Rows("line", "sent", 10))
    return minato


def page(client: Client, query: str = "") -> str:
    return client.get(f"/npo/{query}").content.decode()


def test_one_line_says_it_with_rate_and_expected_end(
    client: Client, aoba: Municipality, minato: Municipality
) -> None:
    shown = page(client)
    assert "本日 1,010件中 660件 送信 — 65%" in shown
    assert "毎分100件" in shown
    assert "12:03" in shown


def test_a_reason_leads_to_the_municipalities_behind_it(
    client: Client, aoba: Municipality, minato: Municipality
) -> None:
    assert "?reason=unknown_mailbox" in page(client)
    shown = page(client, "?reason=unknown_mailbox")
    assert "青葉市" in shown
    assert "みなと町" not in shown


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=みなと", {"みなと町"}),
        ("?q=AOBA", {"青葉市"}),
        ("?state=sending", {"青葉市"}),
        ("?state=good", {"みなと町"}),
        ("?state=nonsense", {"青葉市", "みなと町"}),
        ("?channel=line&state=good", {"青葉市", "みなと町"}),
        ("?q=%00", {"青葉市", "みなと町"}),
        ("?page=99", {"青葉市", "みなと町"}),
    ],
)
def test_the_list_is_narrowed(
    client: Client, aoba: Municipality, minato: Municipality, query: str, names: set[str]
) -> None:
    shown = page(client, query)
    assert {name for name in ("青葉市", "みなと町") if name in shown} == names


def test_whoever_looks_after_some_sees_only_those_when_asked(
    client: Client, naomi: StaffUser, aoba: Municipality, minato: Municipality
) -> None:
    assert "mine" not in page(client)
    with across_for_npo():
        Assignment.objects.create(municipality=minato, partner=naomi, since=DAY)
    assert "自分の担当だけ" in page(client)
    assert "青葉市" not in page(client, "?mine=1")


def test_the_filter_calls_what_is_done_settled_and_no_button(
    client: Client, aoba: Municipality
) -> None:
    shown = page(client)
    assert ">済んだもの</option>" in shown
    assert "対応ずみにする" not in shown


def test_fifty_are_shown_on_a_page(client: Client, aoba: Municipality) -> None:
    for number in range(51):
        world.make_municipality(f"town{number}", name=f"{number:02}町", service="preparing")
    first, second = page(client), page(client, "?page=2")
    assert "52団体中 1〜50" in first
    assert "52団体中 51〜52" in second
    assert "青葉市" in first, "whoever sends stands before whoever prepares"


def test_old_figures_are_called_old(client: Client, aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        Run.objects.update(swept_at=NOON - timedelta(minutes=12))
    assert "集計が12分おくれています" in page(client)


def test_fourteen_days_are_told_in_words_as_well(client: Client, minato: Municipality) -> None:
    for back in range(1, 4):
        make_facts(minato, DAY - timedelta(days=back), Rows("line", "sent", 10))
    make_facts(minato, DAY - timedelta(days=4), Rows("line", "failed", 10, "blocked"))
    shown = page(client)
    assert "すべて送信 4日, 多くが送れなかった 1日, 配信なし 9日" in shown


def test_a_difference_is_shown_and_leads_to_its_municipality(
    client: Client, aoba: Municipality
) -> None:
    with in_municipality(aoba.pk):
        DayFact.objects.update(unexplained=3)
    assert "説明のつかない差 3" in page(client)
    assert "青葉市" in page(client, "?state=difference")


def test_the_day_has_every_figure_and_what_was_expected(client: Client, aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        Forecast.objects.create(
            municipality=aoba,
            run_day=DAY,
            channel="email",
            expected=990,
            without_text=3,
            gaps={"d45": 3},
            made_at=NOON,
        )
    shown = client.get(f"/npo/today/aoba/{DAY}/").content.decode()
    assert "+10" in shown
    assert "45" in shown
    assert "メールアドレスが存在しません" in shown


def test_a_day_that_nobody_planned_says_so(client: Client, aoba: Municipality) -> None:
    assert "この日の配信はありません" in client.get("/npo/today/aoba/2020-01-01/").content.decode()
    assert client.get("/npo/today/nowhere/2020-01-01/").status_code == 404


@pytest.fixture
def waiting(aoba: Municipality) -> Municipality:
    make_ledger(aoba, Rows("email", "planned", 2))
    return aoba


def ask(client: Client, **typed: str) -> str:
    answer = client.post(f"/npo/today/aoba/{DAY}/hold/", typed, follow=True)
    return answer.content.decode()


def test_a_hold_is_asked_for_looked_at_and_done(client: Client, waiting: Municipality) -> None:
    typed = {"kind": "pause", "channel": "", "reason": "原稿に誤り"}
    look = ask(client, **typed)
    assert "再開するまで、2件が待ちます" in look
    assert "一斉配信と緊急のお知らせも、いっしょに止まります" in look
    with in_municipality(waiting.pk):
        assert not Hold.objects.exists()
    done = ask(client, **typed, sure="1")
    assert "一時停止しました" in done
    assert "止めた人：naomi（" in done
    assert "一時停止中" in page(client)


def test_without_a_reason_nothing_is_done_and_nothing_typed_is_lost(
    client: Client, waiting: Municipality
) -> None:
    shown = ask(client, kind="stop", channel="line", reason=" ", sure="1")
    assert "理由を書いてください" in shown
    assert 'value="line"\n' in shown or 'value="line" selected' in shown.replace("\n", " ")
    long = ask(client, kind="stop", channel="", reason="あ" * 201, sure="1")
    assert "理由は200字までです（いま201字）" in long


def test_the_municipality_goes_on_from_the_page(client: Client, waiting: Municipality) -> None:
    ask(client, kind="pause", channel="email", reason="確認中", sure="1")
    with across_for_npo():
        pk = Hold.objects.get().pk
    shown = client.post(
        f"/npo/holds/{pk}/", {"act": "resume", "reason": "直した"}, follow=True
    ).content.decode()
    assert "再開しました" in shown
    assert "再開した人：naomi（" in shown
    assert "「直した」" in shown
    again = client.post(f"/npo/holds/{pk}/", {"act": "resume", "reason": "x"}, follow=True)
    assert "先にほかの人が操作しました" in again.content.decode()
    assert "あなたが書いた理由：「x」" in again.content.decode()
    assert client.post(f"/npo/holds/{pk}/", {"act": "nonsense"}).status_code == 400


def test_a_stop_of_one_channel_does_not_hide_what_waits_on_the_other(
    client: Client, aoba: Municipality
) -> None:
    make_ledger(aoba, Rows("email", "planned", 2), Rows("line", "planned", 1))
    ask(client, kind="pause", channel="", reason="確認中", sure="1")
    ask(client, kind="stop", channel="line", reason="原稿の誤り", sure="1")
    assert "一時停止中 2件" in page(client)
    assert "青葉市" in page(client, "?state=held")
    assert "青葉市" in page(client, "?state=held&channel=email")
    assert "青葉市" in page(client, "?state=stopped&channel=line")
    day = client.get(f"/npo/today/aoba/{DAY}/").content.decode()
    assert "この日の配信を止める" in day


def test_letting_it_go_on_asks_somebody_on_the_page_of_today(
    client: Client, waiting: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "MANY", 1)
    ask(client, kind="pause", channel="", reason="確認中", sure="1")
    with across_for_npo():
        pk = Hold.objects.get().pk
    client.post(f"/npo/holds/{pk}/", {"act": "resume", "reason": "直した"})
    assert "別の担当者が、再開を確認するか、一時停止を続けます。" in page(client)
    assert "青葉市" in page(client, "?state=resume_asked")
    assert "青葉市" not in page(client, "?state=held")


@pytest.fixture
def asked_by_olga(client: Client, waiting: Municipality, monkeypatch: pytest.MonkeyPatch) -> str:
    """Naomi holds the day, Olga wants it to go on: the address of the hold."""
    monkeypatch.setattr(holding, "MANY", 1)
    ask(client, kind="pause", channel="", reason="確認中", sure="1")
    with across_for_npo():
        address = f"/npo/holds/{Hold.objects.get().pk}/"
    olga = logged_in(world.make_npo_staff("operator"))
    olga.post(address, {"act": "resume", "reason": "直した"})
    return address


def test_keeping_it_on_hold_says_that_the_wish_is_taken_back(
    client: Client, asked_by_olga: str
) -> None:
    shown = client.post(asked_by_olga, {"act": "keep"}, follow=True).content.decode()
    assert "再開の依頼を取り下げました。一時停止を続けます。" in shown
    assert "一時停止しました" not in shown


def test_agreeing_to_what_is_taken_back_says_that_somebody_was_faster(
    client: Client, asked_by_olga: str
) -> None:
    client.post(asked_by_olga, {"act": "keep"})
    answer = client.post(asked_by_olga, {"act": "agree_resume"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert 'role="alert" tabindex="-1" autofocus' in shown
    assert "先にほかの人が操作しました" in shown
    assert "理由を書いてください" not in shown


def test_going_on_pressed_on_an_old_page_agrees_to_nothing_and_loses_no_word(
    client: Client, asked_by_olga: str
) -> None:
    answer = client.post(asked_by_olga, {"act": "resume", "reason": "原稿を差しかえた"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "あなたが書いた理由：「原稿を差しかえた」" in shown
    assert "先にほかの人が操作しました" in shown
    with across_for_npo():
        assert Hold.objects.get().resumed_at is None


def test_a_reason_that_is_missing_is_asked_for_at_its_field(
    client: Client, waiting: Municipality
) -> None:
    ask(client, kind="pause", channel="", reason="確認中", sure="1")
    with across_for_npo():
        pk = Hold.objects.get().pk
    answer = client.post(f"/npo/holds/{pk}/", {"act": "resume", "reason": " "})
    assert f'href="#reason-{pk}"' in answer.content.decode()


def test_a_day_with_nothing_left_is_neither_held_nor_offered(
    client: Client, minato: Municipality
) -> None:
    address = f"/npo/today/minato/{DAY}/"
    assert "この日の配信を止める" not in client.get(address).content.decode()
    typed = {"kind": "pause", "channel": "", "reason": "確認", "sure": "1"}
    shown = client.post(f"{address}hold/", typed).content.decode()
    assert "この日に送るものは、もうありません。" in shown
    with across_for_npo():
        assert not Hold.objects.exists()


def test_a_broadcast_to_come_can_be_held_when_all_else_is_sent(
    client: Client, naomi: StaffUser, minato: Municipality
) -> None:
    make_broadcast(
        minato,
        state="approved",
        send_at=NOON + timedelta(hours=3),
        approved_at=NOON,
        approved_by=naomi,
        approved_reach=850,
    )
    address = f"/npo/today/minato/{DAY}/"
    assert "この日の配信を止める" in client.get(address).content.decode()
    typed = {"kind": "pause", "channel": "", "reason": "確認", "sure": "1"}
    assert client.post(f"{address}hold/", typed).status_code == 302


def test_a_partner_manager_sees_holds_and_holds_nothing(
    client: Client, waiting: Municipality
) -> None:
    ask(client, kind="pause", channel="email", reason="確認中", sure="1")
    partner = logged_in(world.make_npo_staff("partner"))
    shown = partner.get("/npo/holds/").content.decode()
    assert "確認中" in shown
    assert "再開する" not in shown
    assert partner.post("/npo/holds/1/", {"act": "resume"}).status_code == 403
    assert partner.get(f"/npo/today/aoba/{DAY}/hold/").status_code == 403


def test_only_today_and_tomorrow_have_a_form(client: Client, aoba: Municipality) -> None:
    days = {
        DAY + timedelta(days=number): 200 if number in {0, 1} else 404 for number in (-1, 0, 1, 2)
    }
    got = {day: client.get(f"/npo/today/aoba/{day}/hold/").status_code for day in days}
    assert got == days


def test_the_next_seven_days_show_gaps_ends_and_broadcasts(
    client: Client, naomi: StaffUser, aoba: Municipality
) -> None:
    tomorrow = DAY + timedelta(days=1)
    with in_municipality(aoba.pk):
        Forecast.objects.create(
            municipality=aoba,
            run_day=tomorrow,
            channel="email",
            expected=990,
            without_text=3,
            gaps={"d45": 3},
            made_at=NOON,
        )
    make_block(aoba, title="冬の講座", shown_until=date(2026, 11, 28))
    world.make_text("d46", subject="あたらしい便り", effective_from=date(2026, 11, 29))
    make_broadcast(
        aoba,
        state="approved",
        send_at=clock.now() + timedelta(days=2),
        approved_at=NOON,
        approved_by=naomi,
        approved_reach=850,
    )
    shown = client.get("/npo/days/").content.decode()
    for told in ("見込み 990件", "1か所、3人に届きません", "冬の講座", "あたらしい便り", "850人へ"):
        assert told in shown, told
    assert f"/npo/today/aoba/{tomorrow}/" in shown


def make_alarm(municipality: Municipality, **fields: object) -> None:
    with across_for_npo():
        Alarm.objects.create(
            cause="run_stuck", municipality=municipality, opened_on=DAY, opened_at=NOON,
            seen_at=NOON, **fields,
        )  # fmt: skip


def test_quiet_and_done_alarms_are_not_counted_as_open(client: Client, aoba: Municipality) -> None:
    make_alarm(aoba, about="1")
    make_alarm(aoba, about="2", done_at=NOON)
    make_alarm(aoba, about="3", quiet_until=NOON + timedelta(hours=1))
    make_alarm(aoba, about="4", quiet_until=NOON)
    make_alarm(aoba, about="5", closed_at=NOON)
    assert "未対応のアラーム 2件" in page(client)


def test_it_says_when_nobody_looks_for_alarms(client: Client, aoba: Municipality) -> None:
    assert "まだ一度も確かめていません。" in page(client)
    with across_for_npo():
        AlarmCheck.objects.create(cause="run_stuck", asked_at=NOON - timedelta(minutes=6))
    assert "だれも確かめていません。" in page(client)
    with across_for_npo():
        AlarmCheck.objects.update(asked_at=NOON - timedelta(minutes=4))
    assert "確かめていません" not in page(client)


@pytest.mark.parametrize(("left", "planned"), [(0, 1000), (300, 1300)])
def test_a_broadcast_makes_no_difference_whether_it_has_left_or_not(
    client: Client, aoba: Municipality, left: int, planned: int
) -> None:
    with in_municipality(aoba.pk):
        Forecast.objects.create(
            municipality=aoba, run_day=DAY, channel="email", expected=1293, broadcasts=300,
            made_at=NOON,
        )  # fmt: skip
        DayFact.objects.update(planned=planned, broadcasts=left)
    shown = client.get(f"/npo/today/aoba/{DAY}/").content.decode()
    assert ">+7<" in shown
