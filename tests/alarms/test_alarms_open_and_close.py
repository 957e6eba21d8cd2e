"""The rows of alarms: opened once, refreshed, closed by themselves, and what is no answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from delivery.alarms import watch
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Finding, NoDataError
from delivery.alarms.look import Look
from delivery.models import AlarmCheck
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo
from tests import world
from tests.alarms.morning import HALF_PAST_NINE, change, every, forget_asking, open_ones, outcome


class Question:
    """A cause whose answer the test chooses."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.breaks: Exception | None = None
        self.asked = 0

    def __call__(self, look: Look) -> Iterator[Finding]:
        del look
        self.asked += 1
        if self.breaks:
            raise self.breaks
        yield from self.found


@pytest.fixture
def question(monkeypatch: pytest.MonkeyPatch, db: None) -> Question:
    made = Question()
    cause = replace(CATALOGUE["run_stuck"], check=made)
    monkeypatch.setattr(watch, "CATALOGUE", {"run_stuck": cause})
    return made


def ask(after: timedelta = timedelta(0)) -> None:
    forget_asking()
    watch.look(HALF_PAST_NINE + after)


def test_found_twice_is_one_row_that_was_seen_later(question: Question, aoba: Municipality) -> None:
    question.found = [Finding(aoba.pk, "email", {"channel": "email", "pending": 3, "minutes": 6})]
    ask()
    question.found = [Finding(aoba.pk, "email", {"channel": "email", "pending": 2, "minutes": 7})]
    ask(timedelta(minutes=1))
    (row,) = every()
    assert (row.opened_at, row.seen_at) == (HALF_PAST_NINE, HALF_PAST_NINE + timedelta(minutes=1))
    assert row.facts["pending"] == 2


def test_found_no_more_it_closes(question: Question, aoba: Municipality) -> None:
    minato = world.make_minato()
    question.found = [Finding(aoba.pk), Finding(minato.pk)]
    ask()
    question.found = [Finding(minato.pk)]
    ask(timedelta(minutes=1))
    assert [one.municipality for one in open_ones()] == [minato]
    assert {one.municipality_id: one.closed_at for one in every()} == {
        aoba.pk: HALF_PAST_NINE + timedelta(minutes=1),
        minato.pk: None,
    }


def test_found_again_on_the_same_day_it_is_the_same_row(
    question: Question, aoba: Municipality
) -> None:
    for found in ([Finding(aoba.pk)], [], [Finding(aoba.pk)]):
        question.found = found
        ask()
    assert [one.closed_at for one in every()] == [None]


def test_found_again_on_another_day_it_is_a_new_row(question: Question, aoba: Municipality) -> None:
    for day, found in enumerate(([Finding(aoba.pk)], [], [Finding(aoba.pk)])):
        question.found = found
        ask(timedelta(days=day))
    assert [one.closed_at is None for one in every()] == [False, True]


def test_still_found_over_midnight_it_goes_on(question: Question, aoba: Municipality) -> None:
    question.found = [Finding(aoba.pk)]
    ask()
    ask(timedelta(days=1))
    assert len(every()) == 1


def test_of_the_whole_installation_there_is_one_row_a_day_too(question: Question) -> None:
    for found in ([Finding()], [], [Finding()]):
        question.found = found
        ask()
    assert len(every()) == 1


@pytest.mark.parametrize(
    ("breaks", "state"), [(NoDataError(), "no_data"), (DatabaseError("gone"), "error")]
)
def test_without_an_answer_nothing_closes_and_that_is_an_alarm_of_its_own(
    question: Question, aoba: Municipality, breaks: Exception, state: str
) -> None:
    question.found = [Finding(aoba.pk)]
    ask()
    question.breaks = breaks
    ask(timedelta(minutes=1))
    assert [(one.municipality, one.state) for one in open_ones()] == [
        (aoba, "alarm"),
        (None, state),
    ]
    assert outcome("run_stuck") == state
    question.breaks = None
    ask(timedelta(minutes=2))
    assert [one.state for one in open_ones()] == ["alarm"]
    assert outcome("run_stuck") == "ok"


def test_when_it_was_last_answered_stays_known(question: Question) -> None:
    ask()
    question.breaks = NoDataError()
    ask()
    with across_for_npo():
        check = AlarmCheck.objects.get(cause="run_stuck")
    assert check.answered_at is not None
    assert check.outcome == "no_data"


def test_one_that_breaks_does_not_keep_the_others_from_being_asked(
    question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Question()
    second.found = [Finding()]
    question.breaks = ZeroDivisionError()
    first = replace(CATALOGUE["run_stuck"], check=question)
    other = replace(first, code="nothing_sent", check=second)
    monkeypatch.setattr(watch, "CATALOGUE", {"run_stuck": first, "nothing_sent": other})
    ask()
    assert [(one.cause, one.state) for one in every()] == [
        ("run_stuck", "error"),
        ("nothing_sent", "alarm"),
    ]


def test_ten_looks_in_one_minute_ask_once(question: Question) -> None:
    for _ in range(10):
        watch.look()
    assert question.asked == 1
    forget_asking()
    watch.look()
    assert question.asked == 2


def test_done_comes_back_after_three_days(question: Question, aoba: Municipality) -> None:
    question.found = [Finding(aoba.pk)]
    ask()
    change(open_ones()[0], done_at=HALF_PAST_NINE, told_at=HALF_PAST_NINE)
    ask(timedelta(days=2))
    assert open_ones()[0].done_at is not None
    ask(timedelta(days=3, minutes=1))
    assert open_ones()[0].done_at is None


def test_whoever_ticks_is_not_stopped_by_a_fault_in_here(
    question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(watch, "_claim", gone)
    watch.look()
    watch.look_at_night()


def test_a_nightly_question_nobody_asks_any_more_is_no_data(
    monkeypatch: pytest.MonkeyPatch, aoba: Municipality
) -> None:
    nightly = {code: one for code, one in CATALOGUE.items() if one.nightly}
    monkeypatch.setattr(watch, "CATALOGUE", {**nightly, "run_stuck": CATALOGUE["run_stuck"]})
    watch.look_at_night()
    watch.look()
    assert [one for one in open_ones() if one.about == "?"] == []
    forget_asking()
    watch.look()
    lost = [(one.cause, one.state) for one in open_ones() if one.about == "?"]
    assert sorted(lost) == [(code, "no_data") for code in sorted(nightly)]
    forget_asking()
    watch.look_at_night()
    assert [one for one in open_ones() if one.about == "?"] == []


def test_a_night_that_never_comes_is_no_data_too(
    monkeypatch: pytest.MonkeyPatch, aoba: Municipality
) -> None:
    nightly = {code: one for code, one in CATALOGUE.items() if one.nightly}
    monkeypatch.setattr(watch, "CATALOGUE", {**nightly, "run_stuck": CATALOGUE["run_stuck"]})
    watch.look()
    assert {outcome(code) for code in nightly} == {"never"}
    assert open_ones() == []
    long_ago = HALF_PAST_NINE - timedelta(days=3000)
    with across_for_npo():
        begun = AlarmCheck.objects.get(cause="text_gap").asked_at
        AlarmCheck.objects.filter(cause="run_stuck").update(asked_at=long_ago)
    watch.look(begun + timedelta(hours=29))
    assert open_ones() == []
    with across_for_npo():
        AlarmCheck.objects.filter(cause="run_stuck").update(asked_at=long_ago)
    watch.look(begun + timedelta(hours=31))
    assert sorted(one.cause for one in open_ones()) == sorted(nightly)
    forget_asking()
    watch.look_at_night()
    assert [one for one in open_ones() if one.about == "?"] == []
