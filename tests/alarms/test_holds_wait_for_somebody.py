"""A hold that nobody lets go on, and a wish that no second person answers, are told."""

from datetime import timedelta

import pytest

from delivery import holding
from delivery.models import Hold
from kizuna.lib import clock
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.alarms.morning import HALF_PAST_NINE, ask, at, running
from tests.console.days import DAY, Rows, make_facts, make_ledger


@pytest.fixture
def olga(db: None) -> StaffUser:
    return world.make_npo_staff("operator", "olga@npo.example.jp")


def held(town: Municipality, by: StaffUser, **fields: object) -> Hold:
    with in_municipality(town.pk):
        return Hold.objects.create(
            **{"municipality": town, "run_day": DAY, "kind": "pause", "reason": "確認中"}
            | {"waiting": 1200, "asked_by": by}
            | fields
        )


def test_a_stop_waits_ten_minutes_for_a_second_person(aoba: Municipality, olga: StaffUser) -> None:
    hold = held(aoba, olga, kind="stop")
    assert ask("second_person", HALF_PAST_NINE + timedelta(minutes=10)) == []
    (found,) = ask("second_person", HALF_PAST_NINE + timedelta(minutes=11))
    assert found.municipality == aoba
    assert found.facts == {
        "wish": "stop", "day": DAY.isoformat(), "count": 1200, "municipalities": 1, "minutes": 11,
    }  # fmt: skip
    with in_municipality(aoba.pk):
        Hold.objects.filter(pk=hold.pk).update(agreed_at=clock.now())
    assert ask("second_person", at(12)) == []


def test_a_resume_waits_since_it_was_asked_for_and_not_since_the_hold(
    aoba: Municipality, olga: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "MANY", 0)
    running(aoba)
    make_ledger(aoba, Rows("email", "planned", 1))
    hold = held(aoba, olga)
    with in_municipality(aoba.pk):
        Hold.objects.update(asked_at=at(8))
        assert ask("second_person") == []
        holding.resume(hold.pk, olga, "直した")
    assert ask("second_person") == []
    (found,) = ask("second_person", HALF_PAST_NINE + timedelta(minutes=15))
    assert (found.facts["wish"], found.facts["minutes"]) == ("resume", 15)
    with in_municipality(aoba.pk):
        holding.keep(hold.pk, olga)
    assert ask("second_person", at(12)) == []


def test_what_one_person_wants_in_many_municipalities_is_one_alarm(
    aoba: Municipality, olga: StaffUser
) -> None:
    for town in (aoba, world.make_minato()):
        held(town, olga, resume_asked_by=olga, resume_asked_at=at(8))
    (found,) = ask("second_person")
    assert (found.municipality, found.facts["municipalities"], found.facts["count"]) == (
        None, 2, 2400,
    )  # fmt: skip


def test_what_is_on_hold_two_hours_before_the_last_hour_is_told(
    aoba: Municipality, olga: StaffUser
) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "planned", 300, "held"), Rows("line", "planned", 5))
    assert ask("held_to_the_end", at(19, 30)) == [], "nothing is held"
    held(aoba, olga, channel="email")
    assert ask("held_to_the_end", at(18, 59)) == []
    (found,) = ask("held_to_the_end", at(19, 0))
    assert (found.municipality, found.facts) == (aoba, {"count": 300, "time": "21:00"})
    assert ask("held_to_the_end", at(21, 0)) == [], "it is over, and the day says how it ended"


def test_a_hold_with_nothing_left_to_send_costs_nobody_anything(
    aoba: Municipality, olga: StaffUser
) -> None:
    running(aoba)
    make_facts(aoba, DAY, Rows("email", "sent", 300))
    held(aoba, olga)
    assert ask("held_to_the_end", at(20)) == []
