"""The end of the last course: thanks that nobody can trace, and after a year nothing is left."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from delivery import tasks
from kizuna.lib import clock
from messages.domain.graduation import (
    graduates_on,
    latest_birth_graduated_by,
    latest_due_date_over_by,
)
from messages.domain.schedule import stage_on
from messages.domain.stage import Kind
from messages.services.graduation import forget_graduates
from municipalities.models import Municipality, Reader, Suppressed, Thanks
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.leaving import inside, page, second_child
from tests.world import Family

TODAY = clock.today()
LONG_AGO = clock.now() - timedelta(days=2000)


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def third_birthday(days_ago: int) -> date:
    """Born so that the third birthday was so many days ago."""
    return latest_birth_graduated_by(TODAY - timedelta(days=days_ago), 3)


def old_family(aoba: Municipality, **fields: Any) -> Family:
    """A family that registered years ago."""
    family = world.make_family(aoba, **fields)
    with in_municipality(aoba.pk):
        Reader.objects.filter(pk=family.reader.pk).update(created_at=LONG_AGO)
    return family


def is_here(family: Family) -> bool:
    with in_municipality(family.reader.municipality_id):
        return Reader.objects.filter(pk=family.reader.pk).exists()


@given(
    birth=st.dates(date(1990, 1, 1), date(2050, 12, 31)),
    birthday=st.integers(1, 18),
    off=st.integers(-2, 2),
)
def test_the_border_for_sets_is_the_border_for_one(birth: date, birthday: int, off: int) -> None:
    day = graduates_on(birth, birthday) + timedelta(days=off)
    assert (birth <= latest_birth_graduated_by(day, birthday)) == (off >= 0)


def test_a_pregnancy_is_over_by_the_calendar_after_41w6d() -> None:
    due = latest_due_date_over_by(TODAY)
    assert stage_on(Kind.PREGNANCY, due, TODAY) is not None
    assert stage_on(Kind.PREGNANCY, due, TODAY + timedelta(days=1)) is None


def test_the_page_opens_with_the_last_birthday(aoba: Municipality) -> None:
    early = world.make_family(aoba, birth_date=third_birthday(-1))
    assert "まだつづきます" in page(inside(early), "/m/aoba/my/thanks/")
    now = world.make_family(aoba, birth_date=third_birthday(0))
    assert "ひとこと残しませんか" in page(inside(now), "/m/aoba/my/thanks/")
    second_child(aoba, now, birth_date=TODAY)
    assert "まだつづきます" in page(inside(now), "/m/aoba/my/thanks/")


def test_the_own_page_says_thank_you_when_it_is_over_and_not_before(aoba: Municipality) -> None:
    early = world.make_family(aoba, birth_date=third_birthday(-1))
    assert "/my/thanks/" not in page(inside(early), "/m/aoba/my/")
    now = world.make_family(aoba, birth_date=third_birthday(0))
    assert "/my/thanks/" in page(inside(now), "/m/aoba/my/")


def test_what_is_written_belongs_to_nobody(aoba: Municipality) -> None:
    family = world.make_family(aoba, birth_date=third_birthday(10))
    answer = inside(family).post(
        "/m/aoba/my/thanks/", {"text": "毎朝の便りに助けられました。", "may_publish": "on"}
    )
    assert "お言葉が届きました" in answer.content.decode()
    with in_municipality(aoba.pk):
        kept = Thanks.objects.get()
    assert kept.text == "毎朝の便りに助けられました。"
    assert kept.may_publish
    assert kept.month == TODAY.replace(day=1)
    assert {field.name for field in Thanks._meta.get_fields()} == {
        "id",
        "municipality",
        "text",
        "may_publish",
        "month",
        # Who cleared it for being quoted, when, and as which words: staff, not the reader.
        "quotable_text",
        "quotable_at",
        "quotable_by",
        # Who set it aside as not fit for that, and when: staff again.
        "set_aside_at",
        "set_aside_by",
    }


@pytest.mark.parametrize("text", ["", " ", "あ" * 1001])
def test_an_empty_or_endless_text_is_not_kept(aoba: Municipality, text: str) -> None:
    family = world.make_family(aoba, birth_date=third_birthday(10))
    answer = inside(family).post("/m/aoba/my/thanks/", {"text": text})
    assert answer.status_code == 400
    assert 'href="#id_text"' in answer.content.decode()
    with in_municipality(aoba.pk):
        assert not Thanks.objects.exists()


def test_nobody_writes_thanks_from_outside(aoba: Municipality) -> None:
    assert Client().post("/m/aoba/my/thanks/", {"text": "x"}).status_code == 302
    early = world.make_family(aoba)
    inside(early).post("/m/aoba/my/thanks/", {"text": "x"})
    with in_municipality(aoba.pk):
        assert not Thanks.objects.exists()


def test_a_year_after_the_last_birthday_nothing_is_left(aoba: Municipality) -> None:
    gone = old_family(aoba, birth_date=third_birthday(366))
    stays = old_family(aoba, birth_date=third_birthday(365))
    assert forget_graduates(TODAY) == 1
    assert not is_here(gone)
    assert is_here(stays)
    with in_municipality(aoba.pk):
        assert not Suppressed.objects.exists()


def test_who_stopped_more_than_a_year_ago_is_forgotten(aoba: Municipality) -> None:
    gone, stays = (
        old_family(aoba, stopped_at=clock.now() - timedelta(days=days)) for days in (367, 364)
    )
    forget_graduates(TODAY)
    assert not is_here(gone)
    assert is_here(stays)


def test_one_course_that_goes_on_keeps_the_reader(aoba: Municipality) -> None:
    family = old_family(aoba, birth_date=third_birthday(900))
    second_child(aoba, family, birth_date=TODAY - timedelta(days=300))
    paused = old_family(aoba, paused_at=LONG_AGO)
    assert forget_graduates(TODAY) == 0
    assert is_here(family)
    assert is_here(paused)


def test_a_pregnancy_that_rests_is_forgotten_in_the_end(aoba: Municipality) -> None:
    gone = old_family(aoba, due_date=latest_due_date_over_by(TODAY - timedelta(days=366)))
    stays = old_family(aoba, due_date=latest_due_date_over_by(TODAY - timedelta(days=365)))
    forget_graduates(TODAY)
    assert not is_here(gone)
    assert is_here(stays)


def test_each_municipality_has_its_own_last_birthday(aoba: Municipality) -> None:
    late = world.make_municipality("minato", last_birthday=6)
    here = old_family(aoba, birth_date=third_birthday(400))
    there = old_family(late, birth_date=third_birthday(400))
    forget_graduates(TODAY)
    assert not is_here(here)
    assert is_here(there)


def test_the_night_forgets(aoba: Municipality) -> None:
    gone = old_family(aoba)
    with in_municipality(aoba.pk):
        stop_subscription(gone.subscription.pk)
        type(gone.subscription).objects.update(stopped_at=LONG_AGO)
    tasks.nightly()
    assert not is_here(gone)
