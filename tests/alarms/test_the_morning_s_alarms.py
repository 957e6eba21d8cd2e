"""Each alarm of a run is provoked, and closes by itself when it is over."""

from datetime import time, timedelta

import pytest
from django.core.cache import cache

from delivery import invariants
from delivery.invariants import Finding
from delivery.models import DailyFact, Heartbeat, Hold, Run
from kizuna.lib import clock
from municipalities.domain.words import MailKind
from municipalities.models import Municipality, ServiceMail
from municipalities.services import service_mails
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.alarms.morning import (
    HALF_PAST_NINE,
    ask,
    at,
    day_fact,
    forecast,
    outcome,
    pace,
    running,
)
from tests.console.days import DAY, Rows, make_facts, make_run


def test_a_stopped_beat_raises_its_alarm_and_its_next_word_closes_it(db: None) -> None:
    Heartbeat.objects.create(name="beat", at=clock.now() - timedelta(minutes=11))
    (found,) = ask("beat_stopped")
    assert (found.state, found.facts, found.municipality) == ("alarm", {"minutes": 11}, None)
    Heartbeat.objects.update(at=clock.now())
    assert ask("beat_stopped") == []


def test_a_beat_that_never_spoke_is_no_data(db: None) -> None:
    (found,) = ask("beat_stopped")
    assert (found.state, outcome("beat_stopped")) == ("no_data", "no_data")
    Heartbeat.objects.create(name="beat", at=clock.now())
    assert ask("beat_stopped") == []
    assert outcome("beat_stopped") == "ok"


def test_no_municipality_planned_is_no_data_of_the_whole_morning(aoba: Municipality) -> None:
    world.make_municipality("minato", send_time=time(8, 30))
    assert ask("run_not_started", at(7, 10)) == []
    assert [one.facts for one in ask("run_not_started", at(7, 11))] == [{"count": 1}]
    (found,) = ask("run_not_started")
    assert (found.state, found.facts) == ("no_data", {"count": 2})
    assert ask("day_not_planned") == []
    make_run(aoba)
    assert ask("run_not_started") == []


def test_one_municipality_that_is_not_planned(aoba: Municipality) -> None:
    make_run(world.make_municipality("minato", send_time=time(8, 0)))
    make_run(aoba, planned=False)
    assert ask("day_not_planned", at(7, 9)) == []
    (found,) = ask("day_not_planned", at(7, 11))
    assert (found.municipality, found.facts) == (aoba, {"time": "07:00"})
    with in_municipality(aoba.pk):
        Run.objects.update(planned_at=clock.now())
    assert ask("day_not_planned") == []


def test_a_municipality_that_got_nothing(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "planned", 300), Rows("email", "failed", 12, "policy"))
    assert ask("nothing_sent", at(8, 9)) == []
    (found,) = ask("nothing_sent", at(8, 11))
    assert (found.municipality, found.about) == (aoba, "email")
    assert found.facts == {"channel": "email", "owed": 312}
    make_facts(aoba, DAY, Rows("email", "sent", 1))
    assert ask("nothing_sent") == []


def test_readers_who_stopped_are_owed_nothing(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "skipped", 3, "stopped"))
    assert ask("nothing_sent") == []
    make_facts(aoba, DAY, Rows("email", "skipped", 3, "late"))
    assert len(ask("nothing_sent")) == 1


def test_a_run_that_stands_still(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "sent", 100), Rows("email", "planned", 1204))
    pace(aoba, time(9, 20))
    assert ask("run_stuck", at(9, 29)) == []
    (found,) = ask("run_stuck", at(9, 31))
    assert found.facts == {"channel": "email", "pending": 1204, "minutes": 6}
    pace(aoba, time(9, 30))
    assert ask("run_stuck", at(9, 36)) == []


def test_a_tail_that_a_mail_server_wants_later_has_half_an_hour(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "sent", 1000), Rows("email", "planned", 3, "greylisted"))
    pace(aoba, time(9, 0))
    assert ask("run_stuck", at(9, 30)) == []
    assert len(ask("run_stuck", at(9, 36))) == 1


def test_who_asked_to_wait_is_not_told_that_it_waits(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "sent", 100), Rows("email", "planned", 1204))
    make_facts(aoba, DAY, Rows("line", "planned", 50))
    assert len(ask("run_stuck")) == len(ask("nothing_sent")) == 1
    with in_municipality(aoba.pk):
        Hold.objects.create(
            municipality=aoba, run_day=DAY, kind="pause", reason="文面の誤り", waiting=1254
        )
    assert ask("run_stuck") == ask("nothing_sent") == []


def test_whoever_joins_later_has_waited_since_then(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "sent", 300), Rows("email", "planned", 30))
    pace(aoba, time(8, 10))
    day_fact(aoba, planned=330, waiting_since=at(9, 20), counted_at=at(9, 25))
    assert ask("run_stuck", at(9, 25)) == []
    day_fact(aoba, planned=330, waiting_since=at(9, 20), counted_at=at(9, 26))
    (found,) = ask("run_stuck", at(9, 26))
    assert found.facts == {"channel": "email", "pending": 30, "minutes": 6}
    pace(aoba, time(9, 25))
    assert ask("run_stuck", at(9, 30)) == []


def test_what_was_not_counted_since_says_nothing(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "sent", 300), Rows("email", "planned", 300))
    pace(aoba, time(9, 0))
    day_fact(aoba, planned=600, waiting_since=at(8, 0), counted_at=at(9, 6))
    assert ask("run_stuck", at(9, 20)) == []
    day_fact(aoba, planned=600, waiting_since=at(8, 0), counted_at=at(9, 11))
    assert len(ask("run_stuck", at(9, 20))) == 1


@pytest.mark.parametrize("channel", ["", "email"])
def test_what_was_let_go_on_has_its_five_and_ten_minutes(aoba: Municipality, channel: str) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "sent", 100), Rows("email", "planned", 1204))
    make_facts(aoba, DAY, Rows("line", "planned", 50))
    pace(aoba, time(8, 10))
    with in_municipality(aoba.pk):
        for one in {channel, "line"} if channel else {channel}:
            Hold.objects.create(
                municipality=aoba, run_day=DAY, channel=one, kind="pause", reason="文面の誤り",
                waiting=1254, resumed_at=at(9, 20),
            )  # fmt: skip
    assert ask("run_stuck", at(9, 24)) == ask("nothing_sent", at(9, 29)) == []
    assert len(ask("run_stuck", at(9, 26))) == len(ask("nothing_sent", at(9, 30))) == 1


def test_the_first_who_joins_at_noon_is_not_nothing_sent(aoba: Municipality) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "planned", 1))
    day_fact(aoba, planned=1, waiting_since=at(12, 0), counted_at=at(12, 9))
    assert ask("nothing_sent", at(12, 9)) == []
    day_fact(aoba, planned=1, waiting_since=at(12, 0), counted_at=at(12, 10))
    assert len(ask("nothing_sent", at(12, 10))) == 1


def test_a_day_that_nobody_counts_is_no_data(aoba: Municipality) -> None:
    running(aoba, swept_at=HALF_PAST_NINE - timedelta(minutes=11))
    (found,) = ask("counting_stopped")
    assert (found.state, found.facts) == ("no_data", {"minutes": 11})
    with in_municipality(aoba.pk):
        Run.objects.update(swept_at=clock.now())
    assert ask("counting_stopped") == []


def test_an_unexplained_difference_once_the_day_is_over(aoba: Municipality) -> None:
    make_run(aoba)
    day_fact(aoba, unexplained=3, planned=300)
    assert ask("unexplained") == []
    (found,) = ask("unexplained", at(21, 1))
    assert found.facts == {"count": 3, "channel": "email", "day": "2026-11-25"}
    assert len(ask("unexplained", at(9, 0, DAY + timedelta(days=1)))) == 1
    day_fact(aoba, unexplained=0, planned=300)
    assert ask("unexplained", at(9, 0, DAY + timedelta(days=1))) == []


def test_many_failures(aoba: Municipality) -> None:
    make_facts(aoba, DAY, Rows("email", "sent", 950), Rows("email", "failed", 51, "filtered"))
    (found,) = ask("failure_spike")
    assert found.facts == {"channel": "email", "failed": 51, "share": 5.1, "usual": 0.0}
    with in_municipality(aoba.pk):
        DailyFact.objects.filter(state="sent").update(count=9_950)
    assert ask("failure_spike") == []


def test_three_times_the_usual_share_of_failures(aoba: Municipality) -> None:
    for back in range(1, 8):
        day = DAY - timedelta(days=back)
        make_facts(aoba, day, Rows("email", "sent", 998), Rows("email", "failed", 2, "filtered"))
    make_facts(aoba, DAY, Rows("email", "sent", 990), Rows("email", "failed", 12, "filtered"))
    (found,) = ask("failure_spike")
    assert found.facts == {"channel": "email", "failed": 12, "share": 1.2, "usual": 0.2}


def test_the_plan_differs_from_the_evening_before(aoba: Municipality) -> None:
    running(aoba)
    forecast(aoba, 312)
    day_fact(aoba, planned=200)
    (found,) = ask("forecast_differs")
    assert found.facts == {"channel": "email", "expected": 312, "planned": 200}
    day_fact(aoba, planned=310)
    assert ask("forecast_differs") == []


def test_broadcasts_are_no_texts_of_the_day(aoba: Municipality) -> None:
    running(aoba)
    forecast(aoba, 612, broadcasts=300)
    day_fact(aoba, planned=312)
    assert ask("forecast_differs") == [], "it leaves at noon"
    day_fact(aoba, planned=612, broadcasts=300)
    assert ask("forecast_differs") == [], "it has left"
    day_fact(aoba, planned=1112, broadcasts=800)
    assert ask("forecast_differs") == [], "another one was written this morning"
    day_fact(aoba, planned=300, broadcasts=300)
    (found,) = ask("forecast_differs")
    assert found.facts == {"channel": "email", "expected": 312, "planned": 0}


def test_a_day_without_any_forecast_is_no_data(aoba: Municipality) -> None:
    make_run(aoba, DAY - timedelta(days=1))
    running(aoba)
    day_fact(aoba, planned=300)
    assert [one.state for one in ask("forecast_differs")] == ["no_data"]
    forecast(aoba, 300)
    assert ask("forecast_differs") == []


def test_a_confirmation_that_waits(aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        mail = service_mails.queue(aoba, MailKind.CONFIRM, "new@example.jp")
        ServiceMail.objects.filter(pk=mail.pk).update(not_before=clock.now() - timedelta(days=3000))
    (found,) = ask("service_mails_wait")
    assert found.facts["minutes"] > 5
    with in_municipality(aoba.pk):
        ServiceMail.objects.all().delete()
    assert ask("service_mails_wait") == []


def test_a_broken_rule_of_the_night(aoba: Municipality) -> None:
    invariants.remember([Finding("I9", aoba.pk, 4)])
    (found,) = ask("invariant_broken")
    assert (found.about, found.facts) == ("I9", {"name": "I9", "count": 1})
    invariants.remember([])
    assert ask("invariant_broken") == []


def test_a_night_without_answers_is_no_data(aoba: Municipality) -> None:
    assert ask("invariant_broken") == []
    make_run(aoba, DAY - timedelta(days=1))
    cache.clear()
    assert [one.state for one in ask("invariant_broken")] == ["no_data"]
