"""The number beside an announcement is who will really meet it: each reader once."""

from datetime import date, timedelta
from typing import Any

import pytest

from delivery.planning import plan_day
from kizuna.lib import clock
from messages.domain.stage import Kind
from messages.models import Edition
from messages.services.reach import Reach, reach
from municipalities.domain.words import Audience
from municipalities.models import Course, Endpoint, Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import make_block, make_family, make_minato, make_municipality, make_text

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def aoba() -> Municipality:
    for number in (45, 46, 60, 90):
        make_text(f"d{number}")
    return make_municipality()


def born(days: int) -> date:
    return TODAY - timedelta(days=days)


def asked(municipality: Municipality, **fields: Any) -> Reach:
    said: dict[str, Any] = {
        "kind": Kind.CHILD,
        "first_day": 45,
        "last_day": 60,
        "shown_from": None,
        "shown_until": None,
        "audience": Audience.EVERYONE,
        "areas": [],
        "on": TODAY,
        **fields,
    }
    with in_municipality(municipality.pk):
        return reach(municipality, **said)


def test_today_and_the_next_thirty_days_count_each_reader_once(aoba: Municipality) -> None:
    make_family(aoba, birth_date=born(45))
    make_family(aoba, birth_date=born(46))
    make_family(aoba, birth_date=born(47))  # has no text today, and one on day 60
    make_family(aoba, birth_date=born(31))  # meets days 45, 46 and 60
    make_family(aoba, birth_date=born(15))  # 29 days from now it is day 44
    make_family(aoba, birth_date=born(61))
    make_family(make_minato(), birth_date=born(45))
    assert asked(aoba) == Reach(2, 4)


def test_a_day_with_a_text_outside_the_range_does_not_count(aoba: Municipality) -> None:
    make_family(aoba, birth_date=born(45))
    assert asked(aoba, first_day=47, last_day=59) == Reach(0, 0)
    assert asked(aoba, first_day=60, last_day=45) == Reach(0, 0)
    assert asked(aoba, kind=Kind.PREGNANCY, first_day=28, last_day=293) == Reach(0, 0)


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ((0, 0), Reach(1, 1)),
        ((1, None), Reach(0, 2)),
        ((None, -1), Reach(0, 0)),
        ((15, 29), Reach(0, 1)),
        ((30, None), Reach(0, 0)),
        ((5, 2), Reach(0, 0)),
    ],
)
def test_the_window_of_dates_counts(
    aoba: Municipality, window: tuple[int | None, int | None], told: Reach
) -> None:
    make_family(aoba, birth_date=born(45))  # day 60 in 15 days
    make_family(aoba, birth_date=born(44))  # day 60 in 16 days
    first, last = (None if one is None else TODAY + timedelta(days=one) for one in window)
    if window == (15, 29):
        first = last = TODAY + timedelta(days=15)
    assert asked(aoba, shown_from=first, shown_until=last) == told


def test_audience_and_area_narrow_it(aoba: Municipality) -> None:
    make_family(aoba, area="東部", relation="mother")
    make_family(aoba, area="西部", relation="father")
    make_family(aoba, relation="undisclosed")
    make_family(aoba, relation="grandparent")
    assert asked(aoba).today == 4
    assert asked(aoba, audience=Audience.PARTNER).today == 1
    assert asked(aoba, audience=Audience.AROUND).today == 1
    assert asked(aoba, areas=["東部", "西部"]).today == 2
    assert asked(aoba, areas=["東部"], audience=Audience.PARTNER) == Reach(0, 0)


def test_only_running_subscriptions_count(aoba: Municipality) -> None:
    make_family(aoba, stopped_at=clock.now())
    make_family(aoba, paused_at=clock.now())
    closed, blocked, unverified = (make_family(aoba) for _ in range(3))
    with in_municipality(aoba.pk):
        Course.objects.filter(pk=closed.course.pk).update(closed_at=clock.now())
        Endpoint.objects.filter(pk=blocked.endpoint.pk).update(
            blocked_at=clock.now(), blocked_reason="blocked"
        )
        Endpoint.objects.filter(pk=unverified.endpoint.pk).update(verified_at=None)
    assert asked(aoba) == Reach(0, 0)


def test_who_begins_or_rests_until_later_is_met_later(aoba: Municipality) -> None:
    make_family(aoba, starts_on=TODAY + timedelta(days=1))
    make_family(aoba, paused_at=clock.now(), paused_until=TODAY + timedelta(days=15))
    make_family(aoba, paused_at=clock.now(), paused_until=TODAY + timedelta(days=16))
    make_family(aoba, paused_at=clock.now(), paused_until=TODAY)
    assert asked(aoba) == Reach(1, 3)


def test_a_course_ends_with_the_last_birthday(aoba: Municipality) -> None:
    make_text("d1100")
    make_family(aoba, birth_date=born(1100))
    assert aoba.last_birthday == 3
    assert asked(aoba, first_day=1000, last_day=1200) == Reach(0, 0)


def test_texts_of_the_coming_weeks_count_from_the_day_they_take_effect(aoba: Municipality) -> None:
    make_text("d50", effective_from=TODAY + timedelta(days=6))
    make_family(aoba, birth_date=born(45))  # day 50 in 5 days
    make_family(aoba, birth_date=born(44))  # day 50 in 6 days
    assert asked(aoba, first_day=50, last_day=50) == Reach(0, 1)


def test_the_number_of_today_is_what_the_day_brings(aoba: Municipality) -> None:
    for relation in ("mother", "father", "around"):
        for days in (44, 45, 46, 90):
            make_family(aoba, birth_date=born(days), relation=relation, area="東部")
            make_family(aoba, birth_date=born(days), relation=relation)
    make_block(aoba, first_day=45, last_day=50, audience="partner", areas=["東部"])
    told = asked(aoba, first_day=45, last_day=50, audience=Audience.PARTNER, areas=["東部"])
    plan_day(aoba.pk, TODAY)
    with in_municipality(aoba.pk):
        from delivery.models import Delivery

        holding = [one.pk for one in Edition.objects.all() if one.block_ids]
        assert Delivery.objects.filter(edition_id__in=holding).count() == told.today == 2
