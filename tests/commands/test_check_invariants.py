"""A day is asked whether it contradicts itself: by a person, and every night by itself."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from delivery import invariants, tasks
from delivery.invariants import Finding, check_all, remembered
from delivery.models import DailyFact, Delivery, Lane
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import make_family, make_municipality, make_text


@pytest.fixture
def aoba(db: None) -> Municipality:
    cache.clear()
    town = make_municipality()
    make_text("d45")
    make_family(town)
    plan_day(town.pk, clock.today())
    return town


def lose_count(town: Municipality) -> None:
    with in_municipality(town.pk):
        Lane.objects.update(planned=7)


def test_a_sound_day_is_said_in_a_sentence_that_names_what_was_not_asked(
    aoba: Municipality,
) -> None:
    out = StringIO()
    call_command("check_invariants", "--date", "today", stdout=out)
    assert "成り立っています" in out.getvalue()
    assert "I6, I7, I8" in out.getvalue()


def test_a_broken_day_names_the_municipality_and_the_count_and_fails(aoba: Municipality) -> None:
    lose_count(aoba)
    out = StringIO()
    with pytest.raises(CommandError, match="1 件"):
        call_command("check_invariants", "--date", "today", "--format", "json", stdout=out)
    assert json.loads(out.getvalue()) == {
        "date": clock.today().isoformat(),
        "municipalities": 1,
        "not_asked": ["I6", "I7", "I8"],
        "broken": [{"invariant": "I9", "municipality": "aoba", "count": 1}],
    }


@pytest.mark.filterwarnings("ignore::celery.exceptions.CDeprecationWarning")
def test_the_night_asks_about_yesterday_remembers_and_counts_once_more(
    aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    lose_count(aoba)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert remembered() == {}
    tasks.nightly()
    assert remembered()["I9"] == 1
    assert remembered()["I2"] == 0
    with in_municipality(aoba.pk):
        assert [fact.count for fact in DailyFact.objects.all()] == [1]
        assert Delivery.objects.count() == 1


def test_a_check_that_cannot_be_made_is_a_finding_and_stops_no_other(
    aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    minato = make_municipality("minato")
    real = invariants.owed

    def fails_once(on: date) -> list[tuple[str, date, str, str]]:
        monkeypatch.setattr(invariants, "owed", real)
        raise RuntimeError("the database went away")

    lose_count(aoba)
    monkeypatch.setattr(invariants, "owed", fails_once)
    assert check_all(clock.today(), [minato, aoba]) == [
        Finding("unchecked", minato.pk, 1),
        Finding("I9", aoba.pk, 1),
    ]
