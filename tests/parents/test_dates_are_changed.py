"""A better date moves the texts to come; what was received does not come again."""

from datetime import date, timedelta

import pytest

from delivery.models import Delivery
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Course, Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.own_page import boxes, come_in, course_of, page, two_screens, words
from tests.world import Family


@pytest.fixture
def today() -> date:
    return clock.today()


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def path_of(family: Family) -> str:
    return f"/m/aoba/my/date/{family.subscription.pk}/"


def test_a_new_due_date_is_said_back_and_then_saved(aoba: Municipality, today: date) -> None:
    family = world.make_family(aoba, due_date=today + timedelta(days=100))
    browser, due = come_in(aoba, family), today + timedelta(days=280 - 87)
    assert "妊娠12週3日" in words(browser.post(path_of(family), boxes(due)))
    assert course_of(family).due_date != due
    two_screens(browser, path_of(family), boxes(due))
    course = course_of(family)
    assert (course.due_date, course.realigned_on, course.kind) == (due, today, "pregnancy")
    assert "妊娠12週3日" in page(browser)


def test_the_present_date_stands_in_the_boxes(aoba: Municipality, today: date) -> None:
    family = world.make_family(aoba, birth_date=today - timedelta(days=45))
    shown = page(come_in(aoba, family), path_of(family))
    born = today - timedelta(days=45)
    for value in (born.year, born.month, born.day):
        assert f'value="{value}"' in shown


def test_a_new_birth_date_and_number_of_children_are_saved(aoba: Municipality, today: date) -> None:
    family = world.make_family(aoba, birth_date=today - timedelta(days=45))
    two_screens(
        come_in(aoba, family), path_of(family), boxes(today - timedelta(days=44), children="2")
    )
    course = course_of(family)
    assert (course.birth_date, course.children) == (today - timedelta(days=44), 2)
    assert course.realigned_on == today


def test_a_guessed_due_date_is_made_certain_even_where_it_was_right(
    aoba: Municipality, today: date
) -> None:
    due = today + timedelta(days=100)
    family = world.make_family(aoba, due_date=due)
    with in_municipality(aoba.pk):
        Course.objects.update(is_provisional=True)
    browser = come_in(aoba, family)
    assert "仮の予定日" in page(browser)
    two_screens(browser, path_of(family), boxes(due))
    course = course_of(family)
    assert (course.is_provisional, course.due_date, course.realigned_on) == (False, due, None)
    assert "仮の予定日" not in page(browser)


def test_saving_the_same_again_changes_nothing(aoba: Municipality, today: date) -> None:
    family = world.make_family(aoba, due_date=today + timedelta(days=100))
    before = course_of(family)
    browser = come_in(aoba, family)
    for _ in range(2):
        two_screens(browser, path_of(family), boxes(today + timedelta(days=100)))
    after = course_of(family)
    assert (after.anchor, after.realigned_on) == (before.anchor, None)


def test_a_window_that_is_older_than_the_birth_does_not_take_a_due_date_for_a_birth_date(
    aoba: Municipality, today: date
) -> None:
    due = today - timedelta(days=3)
    family = world.make_family(aoba, due_date=due)
    browser = come_in(aoba, family)
    assert 'name="state" value="pregnant"' in page(browser, path_of(family))
    two_screens(browser, f"/m/aoba/my/birth/{family.subscription.pk}/", boxes(today))
    answer = browser.post(path_of(family), boxes(due, state="pregnant", step="save"))
    assert answer.status_code == 400
    assert "ほかの画面で登録が変わりました" in words(answer)
    assert course_of(family).birth_date == today


def test_everybody_on_the_course_follows_the_new_date(aoba: Municipality, today: date) -> None:
    mother = world.make_family(aoba, due_date=today + timedelta(days=100))
    father = world.make_family(aoba, course=mother.course, relation="father")
    two_screens(come_in(aoba, mother), path_of(mother), boxes(today + timedelta(days=280 - 87)))
    assert "妊娠12週3日" in page(come_in(aoba, father))


def test_an_ended_course_cannot_be_changed_any_more(aoba: Municipality, today: date) -> None:
    family = world.make_family(aoba, due_date=today + timedelta(days=100))
    browser = come_in(aoba, family)
    with in_municipality(aoba.pk):
        Course.objects.update(closed_at=clock.now())
    assert browser.get(path_of(family)).status_code == 404
    typed = boxes(today + timedelta(days=90), step="save")
    assert browser.post(path_of(family), typed).status_code == 404
    assert course_of(family).due_date == today + timedelta(days=100)


def test_a_text_that_came_already_does_not_come_again(aoba: Municipality, today: date) -> None:
    family = world.make_family(aoba, birth_date=today - timedelta(days=45))
    world.make_text("d45")
    plan_day(aoba.pk, today)
    with in_municipality(aoba.pk):
        now = clock.now()
        Delivery.objects.update(state="sent", attempts=1, first_attempt_at=now, settled_at=now)
    two_screens(come_in(aoba, family), path_of(family), boxes(today - timedelta(days=44)))
    tomorrow = today + timedelta(days=1)
    plan_day(aoba.pk, tomorrow)
    with in_municipality(aoba.pk):
        again = Delivery.objects.filter(run_day=tomorrow).values_list("state", "reason")
        assert list(again) == [("skipped", "already_received")]


def test_past_the_last_week_the_card_says_that_texts_rest_and_assumes_nothing(
    aoba: Municipality, today: date
) -> None:
    family = world.make_family(aoba, due_date=today - timedelta(days=14))
    shown = page(come_in(aoba, family))
    assert "お便りはお休みしています" in shown
    assert "おめでとう" not in shown
