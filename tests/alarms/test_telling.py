"""Who is told what, how often, and what happens when the mail server or the webhook is away."""

import json
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.db import connection
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from delivery.alarms import telling, watch, webhook
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Finding, State
from delivery.models import AlarmCheck
from municipalities.domain.npo_roles import NpoRole
from municipalities.domain.roles import Role
from municipalities.models import Assignment, Municipality, StaffUser
from municipalities.tenancy.scope import across_for_npo
from tests import world
from tests.alarms.morning import HALF_PAST_NINE, at, change, every, open_ones
from tests.console.days import DAY

STUCK: dict[str, Any] = {"channel": "email", "pending": 1204, "minutes": 6}


def find(code: str, *found: Finding, now: datetime = HALF_PAST_NINE) -> None:
    with across_for_npo():
        watch.settle(CATALOGUE[code], found, now, is_answered=True)


def digest_was_sent(now: datetime) -> None:
    with across_for_npo():
        AlarmCheck.objects.update_or_create(cause=telling.DIGEST, defaults={"asked_at": now})


def told(now: datetime = HALF_PAST_NINE) -> list[Any]:
    """What goes out at that moment, without the digest."""
    mail.outbox.clear()
    telling.tell(now)
    return [
        one for one in mail.outbox if "けさ、対応" not in one.body and "この一覧は" not in one.body
    ]


def addresses(now: datetime = HALF_PAST_NINE) -> set[str]:
    return {address for one in told(now) for address in one.to}


@pytest.fixture
def operator(db: None) -> StaffUser:
    return world.make_npo_staff(NpoRole.OPERATOR)


@pytest.fixture
def hook(httpserver: HTTPServer, settings: Any) -> list[dict[str, Any]]:
    """A real server that keeps what was posted and answers 204."""
    kept: list[dict[str, Any]] = []

    def take(request: Request) -> Response:
        kept.append({"type": request.content_type, **json.loads(request.data)})
        return Response(status=204)

    httpserver.expect_request("/hook", method="POST").respond_with_handler(take)
    settings.ALARM_WEBHOOK_URL = httpserver.url_for("/hook")
    return kept


def test_the_mail_says_where_what_and_what_to_do(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    (letter,) = told()
    assert letter.subject == "青葉市 送信が止まっています [Kizuna]"
    assert letter.to == [operator.email]
    assert "青葉市：メール：6分間、1件も送れていません。残り1,204件です。" in letter.body
    assert "http://127.0.0.1:8000/npo/alarms/" in letter.body
    assert "メールサーバーやLINEが応答しているか" in letter.body


def test_what_is_found_together_is_one_mail(operator: StaffUser, aoba: Municipality) -> None:
    minato = world.make_minato()
    find("run_stuck", *(Finding(one.pk, "email", STUCK) for one in (aoba, minato)))
    find("beat_stopped", Finding(facts={"minutes": 11}))
    (letter,) = told()
    assert "ほか（全3件）" in letter.subject
    assert letter.body.count("■") == 2
    assert "青葉市" in letter.body
    assert "みなと町" in letter.body


def test_nothing_is_told_twice(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert len(told()) == 1
    assert told() == []
    find("run_stuck")
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert told(HALF_PAST_NINE + timedelta(minutes=5)) == []


def test_one_notice_a_cause_and_municipality(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert len(told()) == 1
    find("run_stuck", Finding(aoba.pk, "email", STUCK), Finding(aoba.pk, "line", STUCK))
    assert len(open_ones()) == 2
    assert told(HALF_PAST_NINE + timedelta(minutes=5)) == []
    assert told(HALF_PAST_NINE + timedelta(hours=5)) == []


def test_what_comes_back_after_an_hour_is_told_again(
    operator: StaffUser, aoba: Municipality, hook: list[dict[str, Any]]
) -> None:
    email = Finding(aoba.pk, "email", STUCK)
    letters = []
    # It opens, closes, and is found again 59 minutes and, the second time, 61 minutes later.
    for minutes, found in enumerate_minutes(0, 1, 60, 61, 122, 123):
        now = HALF_PAST_NINE + timedelta(minutes=minutes)
        find("run_stuck", *([email] if found else []), now=now)
        letters.append(len(told(now)))
    assert letters == [1, 0, 0, 0, 1, 0]
    assert len(every()) == 1
    assert len(hook) == 2


def test_another_channel_an_hour_after_the_first_closed_is_told(
    operator: StaffUser, aoba: Municipality
) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert len(told()) == 1
    find("run_stuck", now=HALF_PAST_NINE + timedelta(minutes=1))
    later = HALF_PAST_NINE + timedelta(minutes=60)
    find("run_stuck", Finding(aoba.pk, "line", STUCK), now=later)
    assert told(later) == []
    assert len(told(later + timedelta(minutes=2))) == 1


def enumerate_minutes(*minutes: int) -> list[tuple[int, bool]]:
    """Each moment, and whether it is found then: every other time."""
    return [(one, place % 2 == 0) for place, one in enumerate(minutes)]


def test_on_the_next_day_it_is_told_anew(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert len(told()) == 1
    find("run_stuck")
    tomorrow = HALF_PAST_NINE + timedelta(days=1)
    find("run_stuck", Finding(aoba.pk, "email", STUCK), now=tomorrow)
    assert len(told(tomorrow)) == 1


@pytest.mark.parametrize("field", ["done_at", "quiet_until"])
def test_what_is_done_or_quiet_is_not_told(
    operator: StaffUser, aoba: Municipality, field: str
) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    change(open_ones()[0], **{field: HALF_PAST_NINE + timedelta(hours=24)})
    assert told() == []


def test_after_a_quiet_day_it_is_told(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    change(open_ones()[0], quiet_until=HALF_PAST_NINE + timedelta(hours=24))
    assert len(told(HALF_PAST_NINE + timedelta(hours=25))) == 1


@pytest.mark.parametrize(
    ("hour", "minute", "letters"), [(20, 59, 1), (21, 0, 0), (3, 0, 0), (6, 59, 0), (7, 0, 1)]
)
def test_statistical_ones_wait_for_the_morning(
    operator: StaffUser, aoba: Municipality, hour: int, minute: int, letters: int
) -> None:
    world.make_npo_staff(NpoRole.PARTNER)
    find("registrations_fall", Finding(aoba.pk, facts={"count": 79, "before": 100}))
    assert len(told(at(hour, minute))) == letters


def test_others_are_told_at_night_too(operator: StaffUser) -> None:
    find("beat_stopped", Finding(facts={"minutes": 11}))
    assert len(told(at(3, 0))) == 1


def test_each_hears_of_what_is_in_their_hands(operator: StaffUser, aoba: Municipality) -> None:
    editor = world.make_npo_staff(NpoRole.EDITOR)
    world.make_npo_staff(NpoRole.COMMS)
    world.make_npo_staff(NpoRole.REVIEWER)
    head = world.make_naomi()
    find("review_overdue", Finding(facts={"count": 1, "day": "2026-11-22"}))
    assert addresses() == {editor.email, head.email}
    find("beat_stopped", Finding(facts={"minutes": 11}))
    assert addresses() == {operator.email, head.email}


def test_the_partner_manager_of_the_municipality_hears_of_it(
    operator: StaffUser, aoba: Municipality
) -> None:
    mine = world.make_npo_staff(NpoRole.PARTNER, "jkp1@npo.example.jp")
    other = world.make_npo_staff(NpoRole.PARTNER, "jkp2@npo.example.jp")
    contract = Finding(aoba.pk, facts={"days": 60, "day": "2027-01-24"})
    find("contract_ends", contract)
    assert addresses() == {mine.email, other.email}
    assert "/npo/municipality/aoba/" in mail.outbox[0].body
    find("contract_ends")
    with across_for_npo():
        Assignment.objects.create(municipality=aoba, partner_id=mine.pk, since=DAY)
    tomorrow = HALF_PAST_NINE + timedelta(days=1)
    find("contract_ends", contract, now=tomorrow)
    assert addresses(tomorrow) == {mine.email}


def test_the_municipality_s_managers_hear_of_what_is_theirs(
    operator: StaffUser, aoba: Municipality
) -> None:
    boss = world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    world.make_staff(aoba, Role.EDITOR)
    minato = world.make_minato()
    world.make_staff(minato, Role.MANAGER, "charlie@minato.example.jp")
    find("no_announcement", Finding(aoba.pk, facts={"days": 61}))
    (letter,) = told()
    assert letter.to == [boss.email]
    assert "http://127.0.0.1:8000/console/aoba/blocks/" in letter.body
    assert "みなと町" not in letter.body
    assert "/npo/" not in letter.body


def test_where_nobody_is_there_the_operators_hear_of_it(
    operator: StaffUser, aoba: Municipality
) -> None:
    find("no_announcement", Finding(aoba.pk, facts={"days": 61}))
    assert addresses() == {operator.email}


def test_no_data_and_a_broken_check_are_told_as_such(operator: StaffUser) -> None:
    find("beat_stopped", Finding(about="?", state=State.NO_DATA))
    find("run_stuck", Finding(about="?", state=State.ERROR))
    (letter,) = told()
    assert "わかりません。確かめるためのデータがありません。" in letter.body
    assert "確認そのものが失敗しました。" in letter.body


def test_a_mail_server_that_is_away_is_asked_again(
    operator: StaffUser, aoba: Municipality, settings: Any
) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert told() == []
    assert [one.told_at for one in every()] == [None]
    settings.EMAIL_BACKEND = good
    assert len(told()) == 1


def test_a_list_of_a_thousand_municipalities_stays_a_mail(
    operator: StaffUser, aoba: Municipality
) -> None:
    many = [world.make_municipality(f"town{n}", name=f"町{n}") for n in range(30)]
    find("run_stuck", *(Finding(one.pk, "email", STUCK) for one in many))
    (letter,) = told()
    assert letter.body.count("残り1,204件です。") == 20
    assert "ほか10件" in letter.body
    assert all(one.told_at for one in every())


# --- The webhook


def test_the_webhook_gets_words_and_facts(
    operator: StaffUser, aoba: Municipality, hook: list[dict[str, Any]]
) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    telling.tell(HALF_PAST_NINE)
    (posted,) = hook
    assert posted["type"] == "application/json; charset=utf-8"
    assert posted["text"].startswith("青葉市：送信が止まっています")
    (one,) = posted["alarms"]
    assert one["municipality"] == {"slug": "aoba", "name": "青葉市", "code": None}
    assert (one["cause"], one["state"], one["facts"]) == ("run_stuck", "alarm", STUCK)
    telling.tell(HALF_PAST_NINE)
    assert len(hook) == 1


def test_a_webhook_that_refuses_is_asked_again(
    operator: StaffUser, aoba: Municipality, httpserver: HTTPServer, settings: Any
) -> None:
    settings.ALARM_WEBHOOK_URL = httpserver.url_for("/hook")
    httpserver.expect_ordered_request("/hook").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=302)
    httpserver.expect_ordered_request("/hook").respond_with_data("ok")
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    hooked = []
    for _ in range(4):
        telling.tell(HALF_PAST_NINE)
        hooked.append(every()[0].hooked_at is not None)
    assert hooked == [False, False, True, True]
    assert len(httpserver.log) == 3


def test_a_webhook_that_is_not_there_stops_nothing(
    operator: StaffUser, aoba: Municipality, settings: Any
) -> None:
    settings.ALARM_WEBHOOK_URL = "http://127.0.0.1:1/hook"
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert len(told()) == 1
    assert [one.hooked_at for one in every()] == [None]


# --- The digest of the morning


def digests(now: datetime) -> list[Any]:
    mail.outbox.clear()
    telling.tell(now)
    return [one for one in mail.outbox if "毎朝8時すぎ" in one.body]


def test_after_eight_there_is_one_list_a_day(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK), now=at(7, 30))
    assert digests(at(7, 59)) == []
    (letter,) = digests(at(8, 1))
    assert letter.subject == "11月25日・水 対応が必要なことが1件あります [Kizuna]"
    assert "青葉市" in letter.body
    assert digests(at(8, 30)) == []
    assert len(digests(at(8, 1, DAY + timedelta(days=1)))) == 1


def test_a_morning_of_nothing_is_told_to_operators_alone(operator: StaffUser) -> None:
    world.make_npo_staff(NpoRole.EDITOR)
    (letter,) = digests(at(8, 1))
    assert letter.to == [operator.email]
    assert "対応が必要なことはありません" in letter.subject


def test_done_and_quiet_ones_are_not_on_the_list(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK), now=at(7, 30))
    change(open_ones()[0], done_at=at(7, 40))
    (letter,) = digests(at(8, 1))
    assert "青葉市" not in letter.body


def test_what_starts_at_noon_sends_no_list_of_the_morning(operator: StaffUser) -> None:
    assert digests(at(12, 0)) == []
    assert len(digests(at(11, 59))) == 1


def test_a_list_that_could_not_leave_comes_later(operator: StaffUser, settings: Any) -> None:
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert digests(at(8, 1)) == []
    settings.EMAIL_BACKEND = good
    assert len(digests(at(8, 2))) == 1


# --- A fault in one takes nothing else with it


def test_a_row_of_another_version_is_told_by_its_cause_alone(
    operator: StaffUser, aoba: Municipality
) -> None:
    find("run_stuck", Finding(aoba.pk, "email", {"moon": "full"}))
    (letter,) = told()
    assert "青葉市：送信が止まっています" in letter.body


def test_a_fault_while_calling_the_webhook_does_not_send_the_mails_again(
    operator: StaffUser, aoba: Municipality, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> bool:
        raise ZeroDivisionError

    settings.ALARM_WEBHOOK_URL = "http://127.0.0.1:1/hook"
    monkeypatch.setattr(webhook, "call", broken)
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert len(told()) == 1
    assert told() == []


def test_two_processes_do_not_tell_at_once(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [telling._LOCK])
        assert told() == []
        other.rollback()
    assert len(told()) == 1
