"""The reported figure: taken once, kept for ever, and told again by the history at any later time."""

from datetime import date, timedelta

import pytest
import structlog
from django.db import ProgrammingError, transaction

from delivery.facts import month_end, recount_month_end, take_month_ends, taken_month_end
from delivery.models import MonthEnd
from kizuna.lib import clock
from municipalities.domain.words import Service
from municipalities.models import Course, Endpoint, Municipality, ReaderSpan, Subscription
from municipalities.services import changing
from municipalities.services.courses import Dates, set_dates
from municipalities.services.ending import end_course
from municipalities.services.erasing import erase_readers
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests.facts.lives import make_older, make_span
from tests.world import line_id, make_endpoint, make_family, make_municipality

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = clock.today()
END = TODAY.replace(day=1) - timedelta(days=1)
LONG_AGO = TODAY - timedelta(days=70)


def make_old(slug: str = "aoba", **fields: str) -> Municipality:
    """A municipality that is here for a year."""
    made = make_municipality(slug, **fields)
    put(made, created_at=clock.now() - timedelta(days=400))
    return made


def put(municipality: Municipality, **fields: object) -> None:
    with in_municipality(municipality.pk):
        Municipality.objects.filter(pk=municipality.pk).update(**fields)


def test_a_night_says_once_how_many_ends_it_took() -> None:
    for slug in ("aoba", "minato", "tsuru"):
        make_old(slug)
    with structlog.testing.capture_logs() as said:
        assert take_month_ends(TODAY) == 3
        assert take_month_ends(TODAY) == 0
    told = [one for one in said if one["log_level"] != "debug"]
    assert [(one["event"], one["count"]) for one in told] == [("month ends taken", 3)]


def test_a_recount_equals_what_was_taken_whatever_happened_since() -> None:
    aoba = make_old()
    due, birth = END + timedelta(days=60), END - timedelta(days=200)
    born, stopped, erased, blocked, moved, rests = (
        make_family(aoba, due_date=due, starts_on=LONG_AGO) for _ in range(6)
    )
    twins = make_family(aoba, birth_date=birth, line=line_id(1), starts_on=LONG_AGO)
    make_family(aoba, course=twins.course, relation="father", starts_on=LONG_AGO)
    with in_municipality(aoba.pk):
        Course.objects.filter(pk=twins.course.pk).update(children=2)
    make_older(60)
    assert take_month_ends(TODAY) == 1

    with in_municipality(aoba.pk):
        taken = taken_month_end(END)
        assert (taken[0].readers, taken[0].courses, taken[0].children) == (8, 7, 8)
        set_dates(born.subscription, Dates(due, TODAY), on=TODAY)
        stop_subscription(stopped.subscription.pk)
        erase_readers([erased.reader.pk], never_again=True)
        here = Endpoint.objects.filter(pk=blocked.endpoint.pk)
        here.update(blocked_at=clock.now(), blocked_reason="gone")
        line = make_endpoint(aoba, moved.reader, line=line_id(2))
        Subscription.objects.filter(pk=moved.subscription.pk).update(endpoint=line)
        changing.rest(rests.reader, None)
        end_course(twins.course.pk)
    make_family(aoba, due_date=due, starts_on=LONG_AGO)
    put(aoba, last_birthday=1)
    with in_municipality(aoba.pk):
        aoba.refresh_from_db()
        assert recount_month_end(aoba, END) == taken == taken_month_end(END)
    assert take_month_ends(TODAY) == 0


def test_the_database_refuses_a_change_and_an_end(db: None) -> None:
    aoba = make_old()
    take_month_ends(TODAY)
    with in_municipality(aoba.pk):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            MonthEnd.objects.update(readers=1_000)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            MonthEnd.objects.all().delete()
        assert MonthEnd.objects.get().readers == 0


def test_a_month_on_whose_first_nothing_ran_is_made_good() -> None:
    aoba = make_old()
    two_before = (END.replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    with in_municipality(aoba.pk):
        make_span(aoba, from_at=clock.now() - timedelta(days=300), anchor=TODAY)
        make_span(
            aoba, from_at=clock.now() - timedelta(days=300), anchor=TODAY - timedelta(days=400)
        )
    assert take_month_ends(two_before.replace(day=1) + timedelta(days=31)) == 1
    assert take_month_ends(TODAY) == 2
    with in_municipality(aoba.pk):
        ends = MonthEnd.objects.filter(dimension="all").order_by("month_end")
        assert [one.month_end for one in ends] == [
            two_before, END.replace(day=1) - timedelta(days=1), END,
        ]  # fmt: skip
        assert [one.readers for one in ends] == [1, 1, 1]


def test_who_did_not_exist_or_does_not_send_has_no_month_end() -> None:
    make_municipality("new")
    for service in (Service.PREPARING, Service.ENDED, Service.EXTERNAL):
        make_old(service.value, service=service)
    assert take_month_ends(TODAY) == 0


def test_the_fault_of_one_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_old(), make_old("minato")
    take = month_end.take

    def fail_for_the_first(municipality: Municipality, end: date) -> bool:
        if municipality.pk == first.pk:
            raise RuntimeError("disk on fire")
        return take(municipality, end)

    monkeypatch.setattr(month_end, "take", fail_for_the_first)
    assert take_month_ends(TODAY) == 1
    with in_municipality(second.pk):
        assert MonthEnd.objects.count() == 1
        assert not ReaderSpan.objects.exists()
