"""The evening before, each day to come is simulated; after the planning it stands beside the plan."""

from datetime import datetime, timedelta

import pytest

from delivery import forecasting
from delivery.models import Forecast
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.world import make_family, make_text


def this_evening(hour: int = 18) -> datetime:
    return clock.now().replace(hour=hour, minute=1)


@pytest.fixture
def aoba(db: None) -> Municipality:
    make_text("d46")
    aoba = world.make_municipality()
    tomorrow = clock.today() + timedelta(days=1)
    for number in range(3):
        make_family(aoba, email=f"r{number}@example.jp", birth_date=tomorrow - timedelta(days=46))
    make_family(
        aoba, line=world.line_id(1), birth_date=tomorrow - timedelta(days=46), paused_at=clock.now()
    )
    make_family(aoba, email="d47@example.jp", birth_date=tomorrow - timedelta(days=47))
    return aoba


def forecasts(municipality: Municipality, days: int = 1) -> dict[str, tuple[int, int]]:
    with in_municipality(municipality.pk):
        rows = Forecast.objects.filter(run_day=clock.today() + timedelta(days=days))
        return {row.channel: (row.expected, row.without_text) for row in rows}


def test_before_six_in_the_evening_nothing_is_made(aoba: Municipality) -> None:
    assert forecasting.look(this_evening(17)) == 0


def test_who_is_due_tomorrow_is_counted_by_channel_also_who_rests(aoba: Municipality) -> None:
    assert forecasting.look(this_evening()) == 7
    assert forecasts(aoba) == {"email": (3, 0), "line": (1, 0)}


def test_the_same_evening_makes_them_once(aoba: Municipality) -> None:
    forecasting.look(this_evening())
    with in_municipality(aoba.pk):
        Forecast.objects.update(made_at=this_evening() + timedelta(minutes=1))
    assert forecasting.look(this_evening()) == 0


def test_the_next_evening_makes_them_anew(aoba: Municipality) -> None:
    forecasting.look(this_evening())
    with in_municipality(aoba.pk):
        Forecast.objects.update(made_at=this_evening() - timedelta(days=1), expected=99)
    assert forecasting.look(this_evening()) == 7
    assert forecasts(aoba)["email"] == (3, 0)


def test_readers_whose_stage_has_no_text_in_their_words_are_named(aoba: Municipality) -> None:
    make_text("d47", audience="birth_parent")
    tomorrow = clock.today() + timedelta(days=1)
    make_family(
        aoba, email="f@example.jp", birth_date=tomorrow - timedelta(days=47), relation="father"
    )
    forecasting.look(this_evening())
    with in_municipality(aoba.pk):
        email = Forecast.objects.get(run_day=tomorrow, channel="email")
    assert (email.expected, email.without_text, email.gaps) == (4, 1, {"d47": 1})


def test_an_approved_broadcast_of_that_day_counts(aoba: Municipality) -> None:
    olga = world.make_npo_staff("operator")
    at = (clock.now() + timedelta(days=1)).replace(hour=12)
    world.make_broadcast(
        aoba, state="approved", send_at=at, approved_at=clock.now(), approved_by=olga
    )
    forecasting.look(this_evening())
    assert forecasts(aoba)["email"] == (7, 0)
    with in_municipality(aoba.pk):
        tomorrow = Forecast.objects.get(run_day=at.date(), channel="email")
    assert tomorrow.broadcasts == 4


def test_a_municipality_without_readers_is_not_asked_again_and_again(db: None) -> None:
    minato = world.make_minato()
    forecasting.look(this_evening())
    assert forecasts(minato) == {"email": (0, 0), "line": (0, 0)}


def test_what_was_expected_is_what_is_planned(aoba: Municipality) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    forecasting.make(aoba.pk, tomorrow)
    added = plan_day(aoba.pk, tomorrow).added
    planned = {
        channel: sum(count for (where, _), count in added.items() if where == channel)
        for channel in ("email", "line")
    }
    assert planned == {name: expected for name, (expected, _) in forecasts(aoba).items()}


def test_one_municipality_s_fault_does_not_stop_the_next(
    aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.make_minato()
    real = forecasting.expected

    def breaks_for_aoba(municipality: Municipality, on: object) -> object:
        if municipality.pk == aoba.pk:
            raise ValueError
        return real(municipality, on)  # type: ignore[arg-type]

    monkeypatch.setattr(forecasting, "expected", breaks_for_aoba)
    assert forecasting.look(this_evening()) == 7
