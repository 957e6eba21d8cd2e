"""The facts behind the NPO's pages: one look at the ledger gives the sums, the difference, the pace."""

from datetime import date, datetime, time, timedelta

from django.db.models import F

from delivery.domain.outcome import Refused, TryLater
from delivery.models import DailyFact, DayFact, Delivery, Lane, PaceFact
from delivery.reconciliation import rollup
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text


def a_morning_under_way(morning: Morning) -> None:
    make_text("d45")
    for name in ("one", "two", "refused"):
        make_family(morning.municipality, email=f"{name}@example.jp")
    make_family(morning.municipality, line="U" + "1" * 32)
    morning.answers(refused=Refused("filtered"))
    morning.plan()
    morning.send()


def test_what_was_planned_stands_beside_what_is_there(morning: Morning) -> None:
    a_morning_under_way(morning)
    with in_municipality(morning.municipality.pk):
        assert rollup(morning.on) == 1
        facts = {fact.channel: (fact.planned, fact.unexplained) for fact in DayFact.objects.all()}
    assert facts == {"email": (3, 0), "line": (1, 0)}


def test_a_lost_row_becomes_a_difference(morning: Morning) -> None:
    a_morning_under_way(morning)
    with in_municipality(morning.municipality.pk):
        Lane.objects.filter(channel="email").update(planned=F("planned") + 2)
        rollup(morning.on)
        assert DayFact.objects.get(channel="email").unexplained == 2


def test_rows_whose_lane_is_gone_are_a_difference_too(morning: Morning) -> None:
    a_morning_under_way(morning)
    with in_municipality(morning.municipality.pk):
        Lane.objects.filter(channel="email").delete()
        rollup(morning.on)
        fact = DayFact.objects.get(channel="email")
    assert (fact.planned, fact.unexplained) == (0, 3)


def test_counting_twice_adds_nothing(morning: Morning) -> None:
    a_morning_under_way(morning)
    with in_municipality(morning.municipality.pk):
        rollup(morning.on)
        rollup(morning.on)
        assert DayFact.objects.count() == 2
        assert sum(PaceFact.objects.values_list("count", flat=True)) == 2
        assert DailyFact.objects.get(state="sent").count == 2


def test_what_was_sent_stands_in_its_five_minutes_of_the_day_in_japan(morning: Morning) -> None:
    a_morning_under_way(morning)
    moments = {
        "one": clock.at(morning.on, time(8, 4, 59)),
        "two": clock.at(morning.on + timedelta(days=1), time(9, 0)),
    }
    with in_municipality(morning.municipality.pk):
        first, second = Delivery.objects.filter(state="sent").order_by("id")
        for row, moment in zip((first, second), moments.values(), strict=True):
            Delivery.objects.filter(id=row.id).update(settled_at=moment)
        rollup(morning.on)
        paces = list(PaceFact.objects.order_by("slot").values_list("slot", "count"))
    # What the provider's log told the next day still belongs to the day it is about.
    assert paces == [(96, 1), (287, 1)]


def waiting_since(morning: Morning) -> datetime | None:
    with in_municipality(morning.municipality.pk):
        rollup(morning.on)
        return DayFact.objects.get(channel="email").waiting_since


def test_who_joins_later_waits_since_then_and_nobody_where_all_is_sent(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="one@example.jp")
    morning.plan()
    morning.send()
    assert waiting_since(morning) is None
    before = clock.now() - timedelta(minutes=1)
    make_family(morning.municipality, email="late@example.jp")
    morning.plan()
    since = waiting_since(morning)
    assert since is not None
    assert since > before


def test_what_was_tried_waits_since_it_was_first_tried(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="one@example.jp")
    morning.answers(one=TryLater("greylisted"))
    morning.plan()
    morning.send()
    (row,) = morning.rows()
    assert row.not_before > clock.now()
    assert waiting_since(morning) == row.first_attempt_at


def test_a_broadcast_is_counted_apart_and_waits_for_nobody_while_paused(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="one@example.jp")
    morning.plan()
    with in_municipality(morning.municipality.pk):
        (row,) = Delivery.objects.all()
        rows = Delivery.objects.filter(id=row.id)
        rows.update(text_id=-7)
        rollup(morning.on)
        fact = DayFact.objects.get(channel="email")
        assert (fact.planned, fact.broadcasts) == (1, 1)
        assert fact.waiting_since == row.not_before
        rows.update(reason="broadcast_paused")
    assert waiting_since(morning) is None


def test_a_day_without_a_run_has_no_facts(morning: Morning) -> None:
    with in_municipality(morning.municipality.pk):
        assert rollup(date(2026, 1, 1)) == 0
        assert not DayFact.objects.exists()
