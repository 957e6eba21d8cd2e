"""An announcement for a district reaches the readers who live there, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from delivery import running
from delivery.invariants import check
from delivery.models import Delivery, Run
from delivery.reconciliation import missing
from kizuna.lib import clock
from messages.models import Edition
from messages.services.compose import areas_in_force
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import Family, line_id, make_block, make_family, make_text

EAST, WEST = "東部", "西部"
NEWS = "東部の健診会場"


@pytest.fixture
def towns(morning: Morning) -> dict[str, Family]:
    make_text("d45")
    aoba = morning.municipality
    return {
        "east": make_family(aoba, area=EAST),
        "east by line": make_family(aoba, area=EAST, line=line_id(1)),
        "west": make_family(aoba, area=WEST),
        "nowhere": make_family(aoba),
    }


def block(morning: Morning, **fields: Any) -> None:
    make_block(morning.municipality, **{"title": NEWS, "areas": [EAST], **fields})


def who_reads(morning: Morning, families: dict[str, Family], words: str = NEWS) -> set[str]:
    names = {family.subscription.pk: name for name, family in families.items()}
    with in_municipality(morning.municipality.pk):
        holding = {one.pk for one in Edition.objects.all() if words in one.line_text}
    return {names[row.subscription_id] for row in morning.rows() if row.edition_id in holding}


def editions(morning: Morning) -> int:
    with in_municipality(morning.municipality.pk):
        return Edition.objects.count()


def test_exactly_the_readers_of_the_area_get_it(morning: Morning, towns: dict[str, Family]) -> None:
    block(morning)
    assert morning.plan().total == len(towns)
    assert who_reads(morning, towns) == {"east", "east by line"}
    assert editions(morning) == 2


def test_without_an_area_it_goes_to_everybody(morning: Morning, towns: dict[str, Family]) -> None:
    block(morning, areas=[])
    morning.plan()
    assert who_reads(morning, towns) == set(towns)
    assert editions(morning) == 1


def test_areas_with_equal_words_share_an_edition(
    morning: Morning, towns: dict[str, Family]
) -> None:
    block(morning, areas=[EAST, WEST])
    morning.plan()
    assert who_reads(morning, towns) == {"east", "east by line", "west"}
    assert editions(morning) == 2


def test_who_joins_later_gets_the_announcement_of_the_area(
    morning: Morning, towns: dict[str, Family]
) -> None:
    block(morning)
    morning.plan()
    towns["late east"] = make_family(morning.municipality, area=EAST)
    towns["late west"] = make_family(morning.municipality, area=WEST)
    assert morning.plan().total == 2
    assert who_reads(morning, towns) == {"east", "east by line", "late east"}
    assert morning.plan().total == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "checked", "approved_by": None, "approved_at": None},
        {"state": "withdrawn"},
        {"shown_from": clock.today() + timedelta(days=1)},
        {"shown_until": clock.today() - timedelta(days=1)},
    ],
)
def test_only_announcements_in_force_make_groups_of_areas(
    morning: Morning, towns: dict[str, Family], fields: dict[str, Any]
) -> None:
    block(morning, **fields)
    with in_municipality(morning.municipality.pk):
        assert areas_in_force(morning.on) == []
    morning.plan()
    assert who_reads(morning, towns) == set()
    assert editions(morning) == 1


def test_area_audience_and_stage_must_all_fit(morning: Morning, towns: dict[str, Family]) -> None:
    block(morning, audience="partner")
    towns["father in the east"] = make_family(morning.municipality, area=EAST, relation="father")
    towns["father in the west"] = make_family(morning.municipality, area=WEST, relation="father")
    make_text("d46")
    towns["older child"] = make_family(
        morning.municipality,
        area=EAST,
        relation="father",
        birth_date=morning.on - timedelta(days=46),
    )
    make_block(morning.municipality, title="ほかの時期", first_day=46, last_day=46, areas=[WEST])
    morning.plan()
    assert who_reads(morning, towns) == {"father in the east", "older child"}
    assert who_reads(morning, towns, "ほかの時期") == set()


def test_nobody_is_missed_and_nothing_is_broken_by_groups_of_areas(
    morning: Morning, towns: dict[str, Family]
) -> None:
    block(morning)
    with in_municipality(morning.municipality.pk):
        assert missing(morning.on) == {"email": 3, "line": 1}
    morning.plan()
    with in_municipality(morning.municipality.pk):
        assert missing(morning.on) == {}
        assert check(morning.on) == []


def only_a_broadcast(morning: Morning, family: Family) -> None:
    """Its row is the only one of that reader today; the rest of it is not of interest here."""
    with in_municipality(morning.municipality.pk):
        Delivery.objects.filter(subscription_id=family.subscription.pk).update(text_id=-7)


def test_who_had_a_broadcast_still_gets_the_text_of_the_day(morning: Morning) -> None:
    make_text("d45")
    family = make_family(morning.municipality)
    morning.plan()
    only_a_broadcast(morning, family)
    with in_municipality(morning.municipality.pk):
        assert missing(morning.on) == {"email": 1}

    assert morning.plan().added == {("email", "planned"): 1}

    assert sorted(row.text_id > 0 for row in morning.rows()) == [False, True]
    with in_municipality(morning.municipality.pk):
        assert missing(morning.on) == {}
    assert morning.plan().total == 0


def test_the_look_for_who_has_joined_counts_texts_and_no_broadcasts(morning: Morning) -> None:
    make_text("d45")
    family = make_family(morning.municipality)
    morning.plan()
    only_a_broadcast(morning, family)
    with in_municipality(morning.municipality.pk):
        Run.objects.update(topped_up_at=clock.now() - timedelta(minutes=11))

    assert running.plan_due(morning.on) == 1
