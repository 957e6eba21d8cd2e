"""One more pregnancy or child, up to five; twins are one. Texts begin on the next day."""

from datetime import date, timedelta

import pytest
from django.test import Client

from kizuna.lib import clock
from municipalities.models import ConsentRecord, Course, Municipality, Subscription, Suppressed
from municipalities.services.courses import MOST_COURSES, Dates, TooMany, add_course
from municipalities.services.suppression import suppress
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.own_page import boxes, come_in, page, two_screens, words
from tests.world import Family

CHILD = "/m/aoba/my/child/"


@pytest.fixture
def today() -> date:
    return clock.today()


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba)


@pytest.fixture
def browser(aoba: Municipality, family: Family) -> Client:
    return come_in(aoba, family)


def followed(family: Family) -> list[Subscription]:
    with in_municipality(family.reader.municipality_id):
        return list(
            Subscription.objects.filter(reader=family.reader)
            .select_related("course")
            .order_by("pk")
        )


def test_a_pregnancy_is_said_back_and_then_added(
    browser: Client, family: Family, today: date
) -> None:
    due = today + timedelta(days=280 - 87)
    typed = boxes(due, state="pregnant", relation="father")
    assert "妊娠12週3日" in words(browser.post(CHILD, typed))
    assert len(followed(family)) == 1
    assert two_screens(browser, CHILD, typed)["Location"] == "/m/aoba/my/"
    new = followed(family)[1]
    assert (new.course.due_date, new.course.kind, new.relation) == (due, "pregnancy", "father")
    assert (new.endpoint_id, new.starts_on) == (family.endpoint.pk, today + timedelta(days=1))
    assert "妊娠12週3日" in page(browser)


def test_twins_are_one_course(browser: Client, family: Family, today: date) -> None:
    two_screens(browser, CHILD, boxes(today, state="born", children="2", relation="mother"))
    assert [one.course.children for one in followed(family)] == [1, 2]


def test_without_a_due_date_the_week_is_enough_and_is_marked_as_a_guess(
    browser: Client, family: Family
) -> None:
    typed = {"state": "pregnant", "weeks": "１２週", "children": "1", "relation": "undisclosed"}
    two_screens(browser, CHILD, typed)
    course = followed(family)[1].course
    assert course.is_provisional
    assert "仮の予定日" in page(browser)


def test_the_new_agreement_is_written_down(browser: Client, family: Family, today: date) -> None:
    two_screens(browser, CHILD, boxes(today, state="born", relation="mother"))
    with in_municipality(family.reader.municipality_id):
        assert list(
            ConsentRecord.objects.filter(reader=family.reader).values_list("given", "source")
        ) == [(True, "own_page")]


def test_a_double_press_adds_one(browser: Client, family: Family, today: date) -> None:
    typed = boxes(today, state="born", relation="mother", step="save")
    for _ in range(3):
        assert browser.post(CHILD, typed).status_code == 302
    assert len(followed(family)) == 2


def test_a_date_that_is_there_already_is_told_with_the_way_for_twins(
    browser: Client, family: Family
) -> None:
    born = family.course.birth_date
    answer = browser.post(CHILD, boxes(born, state="born", relation="mother"))
    assert answer.status_code == 400
    assert "この日付は登録されています。ふたごのとき" in words(answer)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"state": ""}, "state-pregnant"),
        ({"state": "unborn"}, "state-pregnant"),
        ({"relation": "boss"}, "relation"),
        ({"children": "9"}, "children"),
        ({"state": "pregnant", "year": "", "month": "", "day": "", "weeks": "60"}, "weeks"),
    ],
)
def test_what_cannot_be_meant_is_asked_for_again(
    browser: Client, family: Family, today: date, wrong: dict[str, str], field: str
) -> None:
    typed = boxes(today, state="born", relation="mother") | wrong
    answer = browser.post(CHILD, typed)
    shown = words(answer)
    assert answer.status_code == 400
    assert f'href="#{field}"' in shown
    assert f'id="{field}"' in shown
    assert len(followed(family)) == 1


def test_five_are_the_most(
    aoba: Municipality, browser: Client, family: Family, today: date
) -> None:
    for days in range(1, MOST_COURSES):
        born = today - timedelta(days=days)
        two_screens(browser, CHILD, boxes(born, state="born", relation="mother"))
    assert len(followed(family)) == MOST_COURSES
    assert "一度に登録できるのは5件までです" in page(browser, CHILD)
    late = boxes(today, state="born", relation="mother", step="save")
    assert "一度に登録できるのは5件までです" in words(browser.post(CHILD, late))
    with in_municipality(aoba.pk), pytest.raises(TooMany):
        add_course(family.reader, Dates(birth=today), "mother", on=today)  # type: ignore[arg-type]
    assert len(followed(family)) == MOST_COURSES


def test_a_stopped_one_does_not_count_and_may_be_registered_anew(
    aoba: Municipality, browser: Client, family: Family
) -> None:
    with in_municipality(aoba.pk):
        Subscription.objects.update(stopped_at=clock.now())
        suppress(family.endpoint)
    shown = page(browser)
    assert "いま届いているお便りはありません" in shown
    assert "配信が止まっています" in shown
    two_screens(browser, CHILD, boxes(family.course.birth_date, state="born", relation="mother"))
    assert [one.stopped_at is None for one in followed(family)] == [False, True]
    with in_municipality(aoba.pk):
        assert Course.objects.count() == 2
        assert not Suppressed.objects.exists()
