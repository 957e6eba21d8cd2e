"""Whatever changes readers' tables leaves spans: from real acts, never by a hand in the history."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F

from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Relation
from municipalities.models import Course, Endpoint, Municipality, ReaderSpan, Subscription
from municipalities.services import changing
from municipalities.services.courses import Dates, set_dates
from municipalities.services.ending import end_course
from municipalities.services.enrol import Consent, Enrolment, enrol_many
from municipalities.services.erasing import erase_readers
from municipalities.services.withdraw import stop_subscription, undo_stop
from municipalities.tenancy.scope import in_municipality
from tests.world import Family, line_id, make_endpoint, make_family, make_minato, make_municipality

pytestmark = pytest.mark.django_db

DUE = clock.today() + timedelta(days=100)


@pytest.fixture
def aoba() -> Iterator[Municipality]:
    made = make_municipality()
    with in_municipality(made.pk):
        yield made


def spans(family: Family) -> list[ReaderSpan]:
    return list(
        ReaderSpan.objects.filter(subscription_id=family.subscription.pk).order_by("from_at", "pk")
    )


def ends(family: Family) -> list[str]:
    """Why each of its spans ended, in order; '' is the one that runs."""
    return [one.ended_by for one in spans(family)]


def test_a_registration_opens_one_span_that_says_what_the_reader_is(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE, line=line_id(1), relation="father")
    (span,) = spans(family)
    assert (span.kind, span.anchor, span.children) == ("pregnancy", DUE, 1)
    assert (span.channel, span.relation, span.until_at) == ("line", "father", None)
    assert (span.reader_id, span.course_id) == (family.reader.pk, family.course.pk)
    assert span.starts_on == family.subscription.starts_on


def test_an_address_that_is_not_confirmed_opens_none(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    other = make_endpoint(aoba, family.reader, email="later@example.jp")
    Endpoint.objects.filter(pk=other.pk).update(verified_at=None)
    Subscription.objects.filter(pk=family.subscription.pk).update(endpoint=other)
    assert ends(family) == ["blocked"]
    Endpoint.objects.filter(pk=other.pk).update(verified_at=clock.now())
    assert ends(family) == ["blocked", ""]


def test_a_birth_goes_on_in_a_new_span(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    birth = clock.today() - timedelta(days=2)
    set_dates(family.subscription, Dates(DUE, birth, children=2), on=clock.today())
    before, after = spans(family)
    assert (before.ended_by, before.kind, before.until_at) == (
        "changed",
        "pregnancy",
        after.from_at,
    )
    assert (after.kind, after.anchor, after.children, after.until_at) == ("child", birth, 2, None)


def test_all_who_follow_a_course_get_its_birth(aoba: Municipality) -> None:
    mother = make_family(aoba, due_date=DUE)
    father = make_family(aoba, course=mother.course, relation="father")
    set_dates(mother.subscription, Dates(DUE, clock.today()), on=clock.today())
    assert ends(mother) == ends(father) == ["changed", ""]


def test_a_new_mail_address_is_no_change_and_a_move_to_line_is_one(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    mine = Subscription.objects.filter(pk=family.subscription.pk)
    mine.update(endpoint=make_endpoint(aoba, family.reader, email="new@example.jp"))
    assert ends(family) == [""]
    mine.update(endpoint=make_endpoint(aoba, family.reader, line=line_id(7)))
    assert [(one.channel, one.ended_by) for one in spans(family)] == [
        ("email", "changed"),
        ("line", ""),
    ]


def test_a_pause_is_noted_with_its_days(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    until = clock.today() + timedelta(days=7)
    changing.rest(family.reader, until)
    assert (spans(family)[-1].paused_from, spans(family)[-1].paused_until) == (clock.today(), until)
    changing.go_on(family.reader)
    assert spans(family)[-1].paused_from is None
    assert ends(family) == ["changed", "changed", ""]


def test_a_stop_ends_it_and_an_undo_begins_another(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    stop_subscription(family.subscription.pk)
    assert ends(family) == ["stopped"]
    undo_stop(family.subscription.pk)
    assert ends(family) == ["stopped", ""]
    assert spans(family)[-1].starts_on == clock.today() + timedelta(days=1)


def test_a_block_ends_it_and_an_address_that_works_again_begins_another(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    here = Endpoint.objects.filter(pk=family.endpoint.pk)
    here.update(blocked_at=clock.now(), blocked_reason="unknown_recipient")
    assert ends(family) == ["blocked"]
    here.update(blocked_at=None, blocked_reason="")
    assert ends(family) == ["blocked", ""]


def test_a_course_that_ends_closes_it_for_everybody(aoba: Municipality) -> None:
    mother = make_family(aoba, due_date=DUE)
    father = make_family(aoba, course=mother.course, relation="father")
    end_course(mother.course.pk)
    assert ends(mother) == ends(father) == ["closed"]


def test_erasing_a_reader_keeps_the_numbers_of_the_span(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE, line=line_id(3))
    erase_readers([family.reader.pk], never_again=True)
    assert not Subscription.objects.exists()
    (span,) = spans(family)
    assert (span.ended_by, span.anchor, span.channel) == ("erased", DUE, "line")
    assert (span.subscription_id, span.reader_id) == (family.subscription.pk, family.reader.pk)


def test_several_changes_in_one_transaction_follow_one_another(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    with transaction.atomic():
        set_dates(family.subscription, Dates(DUE, clock.today()), on=clock.today())
        Subscription.objects.update(relation="around")
        stop_subscription(family.subscription.pk)
        undo_stop(family.subscription.pk)
    found = spans(family)
    assert [one.ended_by for one in found] == ["changed", "changed", "stopped", ""]
    for earlier, later in itertools.pairwise(found):
        assert earlier.until_at
        assert earlier.from_at <= earlier.until_at <= later.from_at


def test_what_changes_nothing_leaves_nothing(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    family.subscription.save()
    family.course.save(update_fields=["due_date"])
    family.endpoint.save()
    Course.objects.update(is_provisional=True)
    Subscription.objects.filter(pk=0).update(relation="father")
    assert ends(family) == [""]


def test_a_whole_file_is_followed_like_one_reader(aoba: Municipality) -> None:
    enrol_many(aoba, people(1_500), starts_on=clock.today(), consent=Consent("file", "words-1"))
    assert ReaderSpan.objects.filter(until_at=None).count() == 1_500
    Subscription.objects.update(relation=Relation.FATHER)
    Course.objects.update(children=F("children") + 1)
    Endpoint.objects.update(blocked_at=clock.now(), blocked_reason="gone")
    assert ReaderSpan.objects.filter(ended_by="changed").count() == 3_000
    assert ReaderSpan.objects.filter(ended_by="blocked", children=2).count() == 1_500
    assert not ReaderSpan.objects.filter(until_at=None).exists()


def test_a_neighbour_s_readers_are_left_alone(aoba: Municipality) -> None:
    minato = make_minato()
    theirs = make_family(minato, due_date=DUE)
    make_family(aoba, due_date=DUE)
    Subscription.objects.update(relation="around")
    with in_municipality(minato.pk):
        assert ends(theirs) == [""]


@pytest.mark.parametrize(
    "change",
    [
        {"anchor": date(2020, 1, 1)},
        {"from_at": clock.now() - timedelta(days=40)},
        {"until_at": clock.now(), "ended_by": "stopped", "reader_id": 1},
    ],
    ids=["what it says", "its begin", "an end that brings something else"],
)
def test_history_is_not_rewritten(aoba: Municipality, change: dict[str, object]) -> None:
    make_family(aoba, due_date=DUE)
    with pytest.raises(ProgrammingError, match="ended once"), transaction.atomic():
        ReaderSpan.objects.update(**change)


def test_what_has_ended_ends_no_second_time(aoba: Municipality) -> None:
    family = make_family(aoba, due_date=DUE)
    stop_subscription(family.subscription.pk)
    with pytest.raises(ProgrammingError, match="ended once"), transaction.atomic():
        ReaderSpan.objects.update(until_at=clock.now())
    with pytest.raises(ProgrammingError, match="ended once"), transaction.atomic():
        ReaderSpan.objects.update(until_at=None, ended_by="")


def test_the_way_to_a_subscription_is_an_index(aoba: Municipality) -> None:
    """A plan is kept for the session: it must not read whole tables, however small they were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'municipalities_%%span%%'"
            " AND NOT 'enable_seqscan=off' = ANY (coalesce(proconfig, '{}'))"
        )
        assert {row[0] for row in cursor.fetchall()} == {"municipalities_span_is_history"}


def people(count: int) -> Sequence[Enrolment]:
    return [
        Enrolment(EndpointKind.EMAIL, f"r{number}@example.jp", f"r{number}@example.jp", DUE, None)
        for number in range(count)
    ]
