"""The plan follows the calendar and the readers' choices: nobody gets a text that does not fit."""

from datetime import date, timedelta

import pytest

from delivery.planning import plan_day
from kizuna.lib import clock
from messages.models import Edition
from municipalities.models import Course, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import line_id, make_family, make_municipality, make_text


def planned_bodies(morning: Morning) -> list[str]:
    with in_municipality(morning.municipality.pk):
        texts = {edition.pk: edition.line_text for edition in Edition.objects.all()}
    return [texts[row.edition_id].split("\n\n")[1] for row in morning.rows()]


def test_a_day_without_a_text_is_empty(morning: Morning) -> None:
    make_text("d44")
    make_family(morning.municipality)
    assert morning.plan().total == 0


def test_an_overdue_pregnancy_is_held_silently_and_never_taken_for_a_birth(
    morning: Morning,
) -> None:
    make_text("p41w6d")
    make_text("d14")
    held = make_family(morning.municipality, due_date=morning.on - timedelta(days=14))
    make_family(morning.municipality, due_date=morning.on - timedelta(days=13))

    assert morning.plan().total == 1
    assert [row.subscription_id for row in morning.rows()] != [held.subscription.pk]


def test_sending_begins_on_the_day_after_registration(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, starts_on=morning.on + timedelta(days=1))
    yesterday = make_family(morning.municipality, starts_on=morning.on)

    morning.plan()

    assert [row.subscription_id for row in morning.rows()] == [yesterday.subscription.pk]


def test_the_last_text_comes_on_the_last_birthday_of_the_course(morning: Morning) -> None:
    make_text("y3")
    make_text("d1097")
    born = _years_before(morning.on, 3)
    make_family(morning.municipality, birth_date=born)
    make_family(morning.municipality, birth_date=morning.on - timedelta(days=1097))

    morning.plan()

    assert len(morning.rows()) == 1
    assert morning.rows()[0].anchor == born


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def test_where_a_birthday_and_a_day_meet_the_reader_gets_one_text(morning: Morning) -> None:
    born = _years_before(morning.on, 1)
    make_text(f"d{(morning.on - born).days}", "日の原稿")
    make_text("y1", "誕生日の原稿")
    make_family(morning.municipality, birth_date=born)

    morning.plan()

    assert planned_bodies(morning) == ["誕生日の原稿"]


def test_each_relation_gets_its_own_words_and_everybody_s_where_there_are_none(
    morning: Morning,
) -> None:
    make_text("d45", "みんなの原稿")
    make_text("d45", "パートナーの原稿", audience="partner")
    make_family(morning.municipality, relation="mother")
    make_family(morning.municipality, relation="father")
    make_family(morning.municipality, relation="undisclosed")

    morning.plan()

    assert sorted(planned_bodies(morning)) == ["みんなの原稿", "みんなの原稿", "パートナーの原稿"]


def test_easy_japanese_falls_back_to_the_standard_text(morning: Morning) -> None:
    make_text("d45", "ふつうの原稿")
    make_text("d45", "やさしい原稿", variant="easy")
    make_text("p12w3d", "妊娠の原稿")
    make_family(morning.municipality, variant="easy")
    make_family(
        morning.municipality, variant="easy", due_date=morning.on + timedelta(days=280 - 87)
    )

    morning.plan()

    assert sorted(planned_bodies(morning)) == ["やさしい原稿", "妊娠の原稿"]


def test_a_text_for_partners_alone_reaches_partners_alone(morning: Morning) -> None:
    make_text("d45", audience="partner")
    make_family(morning.municipality, relation="mother")
    father = make_family(morning.municipality, relation="father")

    morning.plan()

    assert [row.subscription_id for row in morning.rows()] == [father.subscription.pk]


def test_both_parents_and_a_grandmother_each_get_the_text_of_one_course(morning: Morning) -> None:
    make_text("d45")
    mother = make_family(morning.municipality)
    make_family(morning.municipality, course=mother.course, relation="father", line=line_id(1))
    make_family(morning.municipality, course=mother.course, relation="grandparent")

    assert morning.plan().added == {("email", "planned"): 2, ("line", "planned"): 1}


def test_a_reader_with_two_children_gets_both_texts(morning: Morning) -> None:
    make_text("d45")
    make_text("d400")
    family = make_family(morning.municipality)
    with in_municipality(morning.municipality.pk):
        older = Course.objects.create(
            municipality=morning.municipality, birth_date=morning.on - timedelta(days=400)
        )
        Subscription.objects.create(
            municipality=morning.municipality,
            reader=family.reader,
            endpoint=family.endpoint,
            course=older,
            starts_on=morning.on,
        )

    assert morning.plan().added == {("email", "planned"): 2}


@pytest.mark.parametrize("until", [None, 1])
def test_a_resting_reader_has_a_row_that_says_so(morning: Morning, until: int | None) -> None:
    make_text("d45")
    make_family(
        morning.municipality,
        paused_at=clock.now(),
        paused_until=morning.on + timedelta(days=until) if until else None,
    )

    assert morning.plan().added == {("email", "skipped"): 1}
    assert morning.states() == [("skipped", "paused")]


def test_a_pause_that_ends_today_is_over(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, paused_at=clock.now(), paused_until=morning.on)
    assert morning.plan().added == {("email", "planned"): 1}


def test_a_stopped_reader_and_a_closed_course_have_no_row(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, stopped_at=clock.now())
    lost = make_family(morning.municipality)
    with in_municipality(morning.municipality.pk):
        Course.objects.filter(pk=lost.course.pk).update(closed_at=clock.now())

    assert morning.plan().total == 0


def test_a_blocked_and_an_unverified_address_say_why(morning: Morning) -> None:
    make_text("d45")
    blocked = make_family(morning.municipality, line=line_id(7))
    fresh = make_family(morning.municipality)
    with in_municipality(morning.municipality.pk):
        type(blocked.endpoint).objects.filter(pk=blocked.endpoint.pk).update(
            blocked_at=clock.now(), blocked_reason="blocked"
        )
        type(fresh.endpoint).objects.filter(pk=fresh.endpoint.pk).update(verified_at=None)

    morning.plan()

    assert sorted(morning.states()) == [("skipped", "blocked"), ("skipped", "unverified")]


def test_one_person_with_two_courses_at_the_same_stage_gets_the_text_once(
    morning: Morning,
) -> None:
    make_text("d45")
    family = make_family(morning.municipality)
    with in_municipality(morning.municipality.pk):
        twin = Course.objects.create(
            municipality=morning.municipality, birth_date=morning.on - timedelta(days=45)
        )
        Subscription.objects.create(
            municipality=morning.municipality,
            reader=family.reader,
            endpoint=family.endpoint,
            course=twin,
            starts_on=morning.on,
        )

    morning.plan()

    assert sorted(morning.states()) == [("planned", ""), ("skipped", "same_text")]


def test_a_corrected_due_date_never_repeats_a_text(morning: Morning) -> None:
    make_text("p12w3d")
    family = make_family(
        morning.municipality,
        due_date=morning.on + timedelta(days=280 - 87),
        starts_on=morning.on - timedelta(days=10),
    )
    morning.plan()
    morning.send()
    later = morning.on + timedelta(days=7)
    with in_municipality(morning.municipality.pk):
        Course.objects.filter(pk=family.course.pk).update(
            due_date=morning.on + timedelta(days=280 - 87 + 7), realigned_on=morning.on
        )

    plan_day(morning.municipality.pk, later)

    assert morning.states() == [("sent", ""), ("skipped", "already_received")]


def test_a_birth_reported_at_noon_brings_no_second_text_that_day(morning: Morning) -> None:
    make_text("p40w0d")
    make_text("d0")
    family = make_family(morning.municipality, due_date=morning.on)
    morning.plan()
    morning.send()
    with in_municipality(morning.municipality.pk):
        Course.objects.filter(pk=family.course.pk).update(
            birth_date=morning.on, realigned_on=morning.on
        )

    assert morning.plan().total == 0
    assert morning.states() == [("sent", "")]


def test_the_neighbour_s_readers_are_never_planned(morning: Morning) -> None:
    make_text("d45")
    minato = make_municipality("minato")
    make_family(minato)
    assert morning.plan().total == 0
