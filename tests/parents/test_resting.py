"""After 41w6d the texts rest, and the reader is asked twice at most. Nothing is ever assumed."""

import threading
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection

from delivery import tasks
from delivery.service_mails import send_waiting
from kizuna.lib import clock
from messages.domain.schedule import pregnancy_day, stage_on
from messages.domain.stage import LAST_PREGNANCY_DAY, Kind
from municipalities.domain.words import MailKind
from municipalities.models import (
    Course,
    Endpoint,
    Municipality,
    Reader,
    ServiceMail,
    Subscription,
)
from municipalities.services import resting
from municipalities.tenancy.scope import in_municipality
from tests.world import Family, make_family, make_municipality

TODAY = clock.today()
DAY = timedelta(days=1)


@pytest.fixture
def aoba(db: None) -> Municipality:
    return make_municipality()


def resting_since_today(municipality: Municipality, **fields: Any) -> Family:
    """42w0d is today."""
    return make_family(municipality, due_date=TODAY - 14 * DAY, email="hanako@example.jp", **fields)


def guessed(municipality: Municipality, days_ago: int = 28) -> Family:
    """Registered with "about week 12" so many days ago."""
    family = make_family(municipality, due_date=TODAY + 160 * DAY, email="hanako@example.jp")
    with in_municipality(municipality.pk):
        Course.objects.update(is_provisional=True)
        Subscription.objects.update(created_at=clock.now() - days_ago * DAY)
    return family


def ask(municipality: Municipality, on: date = TODAY) -> int:
    """One night; what it queues is dated as if it were that night."""
    with in_municipality(municipality.pk):
        before = set(ServiceMail.objects.values_list("pk", flat=True))
        count = resting.ask(municipality, on)
        ServiceMail.objects.exclude(pk__in=before).update(
            created_at=clock.now() + (on - TODAY), not_before=clock.now()
        )
        return count


def change(municipality: Municipality, model: Any, **fields: Any) -> None:
    with in_municipality(municipality.pk):
        model.objects.update(**fields)


def queued(municipality: Municipality) -> list[ServiceMail]:
    with in_municipality(municipality.pk):
        return list(ServiceMail.objects.order_by("pk"))


def test_the_first_day_without_a_text_is_the_day_of_the_question() -> None:
    due = TODAY - resting.RESTS_AFTER
    assert pregnancy_day(due, TODAY) == LAST_PREGNANCY_DAY + 1 == 42 * 7
    assert stage_on(Kind.PREGNANCY, due, TODAY) is None
    assert stage_on(Kind.PREGNANCY, due, TODAY - DAY) is not None


def test_two_questions_fourteen_days_apart_and_then_silence(aoba: Municipality) -> None:
    resting_since_today(aoba)
    nights = [n for n in range(-20, 80) if ask(aoba, TODAY + n * DAY)]
    assert nights == [0, 14]


def test_a_night_that_comes_twice_adds_nothing(aoba: Municipality) -> None:
    resting_since_today(aoba)
    assert [ask(aoba), ask(aoba), ask(aoba)] == [1, 0, 0]


def test_a_night_that_fell_out_is_caught_up_the_next(aoba: Municipality) -> None:
    resting_since_today(aoba)
    assert [ask(aoba, TODAY + 2 * DAY), ask(aoba, TODAY + 3 * DAY)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_ask_once() -> None:
    aoba = make_municipality()
    resting_since_today(aoba)
    together = threading.Barrier(2)

    def night() -> None:
        together.wait(5)
        resting.ask_everywhere(TODAY)
        connection.close()

    threads = [threading.Thread(target=night) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    assert len(queued(aoba)) == 1


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Course, {"birth_date": TODAY - 10 * DAY}),
        (Course, {"closed_at": clock.now()}),
        (Subscription, {"stopped_at": clock.now()}),
        (Subscription, {"paused_at": clock.now()}),
        (Subscription, {"paused_at": clock.now(), "paused_until": TODAY + DAY}),
        (Endpoint, {"verified_at": None}),
        (Endpoint, {"blocked_at": clock.now(), "blocked_reason": "unknown_mailbox"}),
    ],
)
def test_whoever_is_not_waiting_for_a_text_is_not_asked(
    aoba: Municipality, model: Any, fields: dict[str, Any]
) -> None:
    resting_since_today(aoba)
    change(aoba, model, **fields)
    assert ask(aoba) == 0


def test_a_pause_that_is_over_hinders_nothing(aoba: Municipality) -> None:
    resting_since_today(aoba)
    change(aoba, Subscription, paused_at=clock.now(), paused_until=TODAY)
    assert ask(aoba) == 1


def test_readers_over_line_are_not_asked_by_mail(aoba: Municipality) -> None:
    make_family(aoba, due_date=TODAY - 14 * DAY, line="U" + "1" * 32)
    assert ask(aoba) == 0


def test_both_who_follow_one_course_are_asked_each_in_the_own_language(aoba: Municipality) -> None:
    family = resting_since_today(aoba)
    make_family(aoba, course=family.course, relation="father")
    with in_municipality(aoba.pk):
        Reader.objects.filter(pk=family.reader.pk).update(language="en")
    assert ask(aoba) == 2
    assert sorted(mail.language for mail in queued(aoba)) == ["en", "ja"]


def test_nobody_is_written_to_at_night(db: None) -> None:
    minato = make_municipality("minato", send_time=time(8, 30))
    resting_since_today(minato)
    resting.ask_everywhere(TODAY)
    [mail] = queued(minato)
    at = mail.not_before.astimezone(clock.TOKYO)
    assert (at.date(), at.hour, at.minute) == (TODAY, 8, 30)


def test_only_municipalities_that_send_ask(db: None) -> None:
    resting_since_today(make_municipality("minato", service="paused"))
    assert resting.ask_everywhere(TODAY) == 0


def test_the_night_s_task_asks(aoba: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    resting_since_today(aoba)
    monkeypatch.setattr(tasks, "ensure_month", lambda day: None)
    tasks.nightly()
    assert [mail.kind for mail in queued(aoba)] == ["resting"]


def test_the_address_is_not_copied_and_the_mail_assumes_nothing(aoba: Municipality) -> None:
    resting_since_today(aoba)
    ask(aoba)
    assert bytes(queued(aoba)[0].address_sealed) == b""
    send_waiting()
    [mail] = outbox.outbox
    assert mail.to == ["hanako@example.jp"]
    assert "/my/enter/" in mail.body
    for word in ("出産", "誕生", "おめでとう", "赤ちゃん", "お子さん", "妊娠", "予定日"):
        assert word not in f"{mail.subject}{mail.body}"
    assert "理由をお聞きすることはありません" in mail.body
    assert "何もしなくても大丈夫です" in mail.body


@pytest.mark.parametrize(
    "happened",
    [
        lambda aoba: change(aoba, Course, birth_date=TODAY),
        lambda aoba: change(aoba, Course, due_date=TODAY - 3 * DAY),
        lambda aoba: change(aoba, Course, closed_at=clock.now()),
        lambda aoba: change(aoba, Subscription, stopped_at=clock.now()),
        lambda aoba: change(aoba, Subscription, paused_at=clock.now()),
    ],
    ids=["birth", "date", "loss", "stop", "pause"],
)
def test_what_the_reader_did_since_the_night_is_respected(
    aoba: Municipality, happened: Callable[[Municipality], None]
) -> None:
    resting_since_today(aoba)
    ask(aoba)
    happened(aoba)
    send_waiting()
    assert outbox.outbox == []
    assert [(mail.state, mail.reason) for mail in queued(aoba)] == [("failed", "no_longer_wanted")]


def test_a_guessed_date_is_asked_for_once_after_four_weeks(aoba: Municipality) -> None:
    guessed(aoba, days_ago=0)
    nights = [n for n in range(170) if ask(aoba, TODAY + n * DAY)]
    assert nights == [28]
    assert [mail.kind for mail in queued(aoba)] == [MailKind.NEAR_DATE]


def test_a_date_that_was_given_is_not_asked_for(aoba: Municipality) -> None:
    guessed(aoba)
    change(aoba, Course, is_provisional=False)
    assert ask(aoba) == 0


def test_the_question_for_the_date_says_nothing_of_a_pregnancy(aoba: Municipality) -> None:
    guessed(aoba)
    ask(aoba)
    send_waiting()
    [mail] = outbox.outbox
    assert mail.subject == "【青葉市】お便りの日付について"
    for word in ("妊娠", "出産", "予定日", "赤ちゃん", "お子さん"):
        assert word not in f"{mail.subject}{mail.body}"


def test_a_date_given_since_the_night_is_respected(aoba: Municipality) -> None:
    guessed(aoba)
    ask(aoba)
    change(aoba, Course, is_provisional=False)
    send_waiting()
    assert outbox.outbox == []


def test_a_neighbour_s_readers_are_not_seen(aoba: Municipality) -> None:
    resting_since_today(aoba)
    minato = make_municipality("minato")
    assert ask(minato) == 0
