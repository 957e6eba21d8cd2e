"""The baby is born: the date is said back, then its own days count. One text a day, no burst."""

from datetime import date, timedelta

import pytest
from django.test import Client

from delivery.models import Delivery
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.own_page import boxes, come_in, course_of, page, two_screens, words
from tests.world import Family

DUE_IN = 13
"""Days to the due date: 38 weeks and 1 day today."""


@pytest.fixture
def today() -> date:
    return clock.today()


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality, today: date) -> Family:
    return world.make_family(aoba, due_date=today + timedelta(days=DUE_IN))


@pytest.fixture
def browser(aoba: Municipality, family: Family) -> Client:
    return come_in(aoba, family)


@pytest.fixture
def path(family: Family) -> str:
    return f"/m/aoba/my/birth/{family.subscription.pk}/"


@pytest.mark.parametrize(("weeks", "days", "is_offered"), [(35, 6, False), (36, 0, True)])
def test_the_page_offers_it_from_36_weeks_on(
    aoba: Municipality, today: date, weeks: int, days: int, is_offered: bool
) -> None:
    family = world.make_family(aoba, due_date=today + timedelta(days=280 - weeks * 7 - days))
    shown = page(come_in(aoba, family))
    assert f"妊娠{weeks}週{days}日" in shown
    assert ("生まれました" in shown) is is_offered


def test_the_date_is_said_back_before_anything_is_saved(
    browser: Client, family: Family, path: str, today: date
) -> None:
    shown = words(browser.post(path, boxes(today - timedelta(days=5))))
    assert "生後5日" in shown
    assert 'name="step" value="save"' in shown
    assert course_of(family).birth_date is None


def test_the_second_screen_s_other_button_keeps_what_was_typed(
    browser: Client, family: Family, path: str, today: date
) -> None:
    shown = words(browser.post(path, {**boxes(today, children="2"), "step": "again"}))
    assert (
        f'name="year" type="text" inputmode="numeric" autocomplete="off" maxlength="100" value="{today.year}"'
        in shown
    )
    assert '<option value="2" selected>' in shown
    assert course_of(family).birth_date is None


def test_saving_turns_the_pregnancy_into_a_child(
    browser: Client, family: Family, path: str, today: date
) -> None:
    born = today - timedelta(days=5)
    answer = two_screens(browser, path, boxes(born, children="2"))
    assert answer["Location"] == "/m/aoba/my/"
    course = course_of(family)
    assert (course.kind, course.anchor, course.children) == ("child", born, 2)
    assert course.due_date == today + timedelta(days=DUE_IN)
    assert course.realigned_on == today
    shown = page(browser)
    assert "生後5日" in shown
    assert "変更しました" in shown
    assert "2人" in shown


@pytest.mark.parametrize(
    "written",
    ["{0.year}/{0.month}/{0.day}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日"],
)
def test_a_whole_date_may_be_pasted_into_the_first_box(
    browser: Client, family: Family, path: str, today: date, written: str
) -> None:
    pasted = {"year": written.format(today), "month": "", "day": "", "children": "1"}
    two_screens(browser, path, pasted)
    assert course_of(family).birth_date == today


def test_an_early_birth_counts_from_the_real_date(aoba: Municipality, today: date) -> None:
    family = world.make_family(aoba, due_date=today + timedelta(days=80))
    browser = come_in(aoba, family)
    path = f"/m/aoba/my/birth/{family.subscription.pk}/"
    assert path in page(browser, f"/m/aoba/my/date/{family.subscription.pk}/")
    two_screens(browser, path, boxes(today - timedelta(days=3)))
    assert course_of(family).anchor == today - timedelta(days=3)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"year": "", "month": "", "day": ""}, "year", "入力してください"),
        ({"year": "2026", "month": "2", "day": "30"}, "day", "2月30日はありません"),
        ({"year": "2026", "month": "13", "day": "1"}, "month", "13月1日はありません"),
        ({"year": "26", "month": "1", "day": "1"}, "year", "4桁"),
    ],
)
def test_a_slip_is_told_above_and_at_the_boxes_and_changes_nothing(
    browser: Client, family: Family, path: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = browser.post(path, {**typed, "children": "1", "step": "save"})
    shown = words(answer)
    assert answer.status_code == 400
    assert shown.count(sentence) == 2
    assert f'href="#{field}"' in shown
    assert shown.count('aria-invalid="true"') == 1
    for name, value in typed.items():
        assert f'id="{name}" name="{name}"' in shown
        assert f'value="{value}"' in shown
    assert course_of(family).birth_date is None


@pytest.mark.parametrize(("days", "sentence"), [(1, "今日より先"), (-200, "離れています")])
def test_a_date_that_cannot_be_meant_is_asked_for_again(
    browser: Client, family: Family, path: str, today: date, days: int, sentence: str
) -> None:
    answer = browser.post(path, boxes(today + timedelta(days=days)))
    assert answer.status_code == 400
    assert sentence in words(answer)


@pytest.mark.parametrize("children", ["0", "6", "-1", "二", "9" * 400])
def test_a_number_of_children_that_is_not_offered_is_refused(
    browser: Client, family: Family, path: str, today: date, children: str
) -> None:
    assert browser.post(path, boxes(today, children=children, step="save")).status_code == 400
    assert course_of(family).birth_date is None


def test_a_double_press_changes_nothing_twice_and_the_last_of_two_windows_wins(
    browser: Client, family: Family, path: str, today: date
) -> None:
    for _ in range(2):
        assert browser.post(path, boxes(today, step="save")).status_code == 302
    assert course_of(family).birth_date == today
    browser.post(path, boxes(today - timedelta(days=1), step="save"))
    assert course_of(family).birth_date == today - timedelta(days=1)


def test_a_reported_birth_by_mistake_is_taken_back(
    browser: Client, family: Family, path: str, today: date
) -> None:
    two_screens(browser, path, boxes(today))
    change = f"/m/aoba/my/date/{family.subscription.pk}/"
    assert "?back=1" in page(browser, change)
    assert f'value="{(today + timedelta(days=DUE_IN)).year}"' in page(browser, change + "?back=1")
    two_screens(
        browser,
        change,
        boxes(today + timedelta(days=DUE_IN), state="pregnant", back="1"),
    )
    assert course_of(family).kind == "pregnancy"


# --- The day's texts ------------------------------------------------------------------------------
def sent_today(aoba: Municipality, today: date) -> list[str]:
    with in_municipality(aoba.pk):
        return list(Delivery.objects.filter(run_day=today).values_list("kind", flat=True))


def test_a_birth_after_the_morning_s_text_brings_no_second_one_that_day(
    aoba: Municipality, browser: Client, path: str, today: date
) -> None:
    world.make_text("p38w1d")
    world.make_text("d2")
    plan_day(aoba.pk, today)
    two_screens(browser, path, boxes(today - timedelta(days=2)))
    plan_day(aoba.pk, today)
    assert sent_today(aoba, today) == ["pregnancy"]


def test_a_late_report_is_no_burst_of_the_days_between(
    aoba: Municipality, browser: Client, path: str, today: date
) -> None:
    for day in range(6):
        world.make_text(f"d{day}")
    two_screens(browser, path, boxes(today - timedelta(days=5)))
    plan_day(aoba.pk, today)
    assert sent_today(aoba, today) == ["child"]
