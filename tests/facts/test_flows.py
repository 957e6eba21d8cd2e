"""Who came and who went: each subscription once, under the right name, on the right day."""

from datetime import date, timedelta

import pytest

from delivery.facts import flows
from delivery.models import FlowFact, MonthFlow
from kizuna.lib import clock
from municipalities.models import Endpoint, Municipality
from municipalities.services.courses import Dates, set_dates
from municipalities.services.ending import end_course
from municipalities.services.erasing import erase_readers
from municipalities.services.withdraw import stop_subscription, undo_stop
from tests.facts.lives import make_span, noon
from tests.world import make_family

pytestmark = pytest.mark.django_db

TODAY = clock.today()
DUE = TODAY + timedelta(days=100)
ON = date(2026, 3, 10)


def of_day(aoba: Municipality, on: date = ON) -> dict[str, int]:
    flows.rebuild_days(aoba, on, on)
    return dict(FlowFact.objects.filter(on=on).values_list("flow", "count"))


def test_real_acts_are_counted_under_their_names(aoba: Municipality) -> None:
    born, stopped, undone, closed, blocked, erased, stays = (
        make_family(aoba, due_date=DUE) for _ in range(7)
    )
    set_dates(born.subscription, Dates(DUE, TODAY), on=TODAY)
    stop_subscription(stopped.subscription.pk)
    stop_subscription(undone.subscription.pk)
    undo_stop(undone.subscription.pk)
    end_course(closed.course.pk)
    here = Endpoint.objects.filter(pk=blocked.endpoint.pk)
    here.update(blocked_at=clock.now(), blocked_reason="gone")
    erase_readers([erased.reader.pk], never_again=True)
    assert of_day(aoba, TODAY) == {"registered": 7, "returned": 1, "stopped": 4, "blocked": 1}
    assert stays.subscription.stopped_at is None


def test_the_last_birthday_is_a_graduation_on_that_day_alone(aoba: Municipality) -> None:
    make_span(aoba, anchor=date(2023, 3, 10), from_at=noon(date(2023, 4, 1)))
    days = [of_day(aoba, ON + timedelta(days=number)) for number in (-1, 0, 1)]
    assert days == [{}, {"graduated": 1}, {}]


def test_who_stops_on_the_last_birthday_stops_and_who_stops_later_does_neither(
    aoba: Municipality,
) -> None:
    birth = date(2023, 3, 10)
    make_span(aoba, anchor=birth, from_at=noon(date(2023, 4, 1)), until_at=noon(ON))
    make_span(
        aoba, anchor=birth, from_at=noon(date(2023, 4, 1)), until_at=noon(ON + timedelta(days=1))
    )
    assert of_day(aoba) == {"graduated": 1, "stopped": 1}
    assert of_day(aoba, ON + timedelta(days=1)) == {}


def test_who_is_erased_a_year_after_41w6d_did_not_stop_then(aoba: Municipality) -> None:
    gone = {"kind": "pregnancy", "from_at": noon(date(2024, 10, 1)), "until_at": noon(ON)}
    make_span(aoba, anchor=ON - timedelta(days=14), ended_by="erased", **gone)
    assert of_day(aoba) == {}
    make_span(aoba, anchor=ON - timedelta(days=14), ended_by="stopped", **gone)
    make_span(aoba, anchor=ON - timedelta(days=13), ended_by="erased", **gone)
    assert of_day(aoba) == {"stopped": 2}


def test_a_day_ends_at_midnight_in_japan(aoba: Municipality) -> None:
    midnight = clock.at(ON, noon(ON).time().replace(hour=0))
    make_span(aoba, from_at=midnight)
    make_span(aoba, from_at=midnight - timedelta(milliseconds=1))
    assert of_day(aoba) == of_day(aoba, ON - timedelta(days=1)) == {"registered": 1}


def test_a_day_tells_its_channels_apart(aoba: Municipality) -> None:
    for channel in ("email", "line", "line"):
        begun = noon(ON - timedelta(days=9))
        make_span(aoba, channel=channel, from_at=begun, until_at=noon(ON), ended_by="blocked")
    flows.rebuild_days(aoba, ON, ON)
    lines = FlowFact.objects.filter(flow="blocked").values_list("on", "channel", "count")
    assert sorted(lines) == [(ON, "email", 1), (ON, "line", 2)]


def test_a_month_adds_up_its_days_by_every_dimension(aoba: Municipality) -> None:
    for day in (1, 10, 31):
        make_span(aoba, anchor=date(2026, 2, 1), from_at=noon(date(2026, 3, day)))
    make_span(
        aoba, anchor=date(2026, 7, 1), kind="pregnancy", relation="father", channel="line",
        from_at=noon(date(2026, 3, 9)), until_at=noon(date(2026, 3, 12)),
    )  # fmt: skip
    make_span(aoba, anchor=date(2028, 7, 1), kind="pregnancy", from_at=noon(date(2026, 3, 9)))
    make_span(aoba, from_at=noon(date(2026, 4, 1)))
    for _ in range(2):
        flows.rebuild_month(aoba, date(2026, 3, 1), date(2026, 12, 31))
    lines = MonthFlow.objects.values_list("flow", "dimension", "value", "count")
    assert sorted(lines) == [
        ("registered", "all", "", 5),
        ("registered", "channel", "email", 4),
        ("registered", "channel", "line", 1),
        ("registered", "relation", "father", 1),
        ("registered", "relation", "mother", 4),
        ("registered", "stage", "", 1),
        ("registered", "stage", "b0", 3),
        ("registered", "stage", "p6", 1),
        ("stopped", "all", "", 1),
        ("stopped", "channel", "line", 1),
        ("stopped", "relation", "father", 1),
        ("stopped", "stage", "p7", 1),
    ]


def test_a_month_that_is_not_over_is_told_so_far(aoba: Municipality) -> None:
    for day in (1, 10):
        make_span(aoba, from_at=noon(date(2026, 3, day)))
    flows.rebuild_month(aoba, date(2026, 3, 1), date(2026, 3, 9))
    assert MonthFlow.objects.get(dimension="all").count == 1
