"""Figures are a copy: counted again from the ledger and the history, nothing differs; and a copy that
was tampered with is found, told and put right."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from delivery.alarms.checks import figures
from delivery.channels.memory import MemoryChannel
from delivery.facts import count_yesterday, drift, flows, take_month_ends
from delivery.management.commands.rebuild_facts import FACTS, what_differs
from delivery.models import AudienceFact, DailyFact, FlowFact, MonthEnd, MonthFlow, RetentionFact
from delivery.planning import plan_day
from delivery.reconciliation import rollup
from delivery.sending import serve
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests.facts.lives import make_older, make_span, noon
from tests.world import make_family, make_municipality, make_text

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = clock.today()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def town() -> Municipality:
    """Yesterday was planned, sent and counted; readers have come and gone since a month."""
    town = make_municipality()
    make_text("d44")
    begun = TODAY - timedelta(days=40)
    birth = YESTERDAY - timedelta(days=44)
    for _ in range(3):
        make_family(town, birth_date=birth, starts_on=begun)
    gone = make_family(town, birth_date=birth, starts_on=begun)
    make_older(30)
    plan_day(
        town.pk, YESTERDAY, (clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1))
    )
    serve(town.pk, YESTERDAY, MemoryChannel("email"), "me")
    with in_municipality(town.pk):
        stop_subscription(gone.subscription.pk)
        rollup(YESTERDAY)
    assert count_yesterday(TODAY) == 1
    return town


def test_a_rebuild_from_the_ledger_and_the_history_changes_nothing(town: Municipality) -> None:
    with in_municipality(town.pk):
        assert DailyFact.objects.get().count == 4
        assert AudienceFact.objects.get(dimension="all").readers == 4
        assert RetentionFact.objects.exists()
        assert what_differs(town, YESTERDAY, YESTERDAY) == []
    call_command("rebuild_facts", check=True)


def test_what_was_tampered_with_is_found_told_and_put_right(
    town: Municipality, capsys: pytest.CaptureFixture[str]
) -> None:
    with in_municipality(town.pk):
        AudienceFact.objects.filter(dimension="all").update(readers=999)
        DailyFact.objects.all().delete()
    with pytest.raises(CommandError, match="3 lines differ"):
        call_command("rebuild_facts", check=True)
    told = capsys.readouterr().out
    assert "AudienceFact" in told
    assert "999" in told
    with in_municipality(town.pk):
        assert AudienceFact.objects.get(dimension="all").readers == 999, "a look changes nothing"
    call_command("rebuild_facts")
    call_command("rebuild_facts", check=True)


def test_a_reported_month_that_the_history_denies_is_told(town: Municipality) -> None:
    with in_municipality(town.pk):
        MonthEnd.objects.create(
            municipality=town, month_end=YESTERDAY, dimension="all", last_birthday=3,
            taken_at=clock.now(), readers=5, subscriptions=5, courses=5, children=5,
        )  # fmt: skip
        assert drift.drifted_month_ends(town) == [YESTERDAY]
        assert what_differs(town, YESTERDAY, YESTERDAY) == [
            f"MonthEnd {YESTERDAY}: 報告した数と履歴が合いません"
        ]


def test_a_range_the_wrong_way_round_is_one_sentence() -> None:
    with pytest.raises(CommandError, match="is after"):
        call_command("rebuild_facts", first=TODAY, last=YESTERDAY)


def test_a_night_that_fell_out_is_made_good(town: Municipality) -> None:
    with in_municipality(town.pk):
        make_span(town, from_at=noon(YESTERDAY - timedelta(days=20)))
        AudienceFact.objects.update(on=YESTERDAY - timedelta(days=4))
        FlowFact.objects.all().delete()
    assert count_yesterday(TODAY) == 4
    assert count_yesterday(TODAY) == 1
    with in_municipality(town.pk):
        days = AudienceFact.objects.filter(dimension="all").order_by("on")
        assert [(YESTERDAY - one.on).days for one in days] == [4, 3, 2, 1, 0]


def test_where_nothing_was_ever_counted_the_months_since_the_first_reader_are(
    town: Municipality,
) -> None:
    three_months_ago = YESTERDAY.replace(day=1) - timedelta(days=70)
    with in_municipality(town.pk):
        make_span(town, from_at=noon(three_months_ago))
        AudienceFact.objects.all().delete()
        MonthFlow.objects.all().delete()
    count_yesterday(TODAY)
    with in_municipality(town.pk):
        months = MonthFlow.objects.filter(dimension="all", flow="registered").order_by("month")
        assert months[0].month == three_months_ago.replace(day=1)
        assert sum(one.count for one in months) == 5


def test_days_of_more_than_two_months_ago_go_and_reported_months_stay(town: Municipality) -> None:
    old = TODAY - timedelta(days=63)
    with in_municipality(town.pk):
        AudienceFact.objects.update(on=old)
        here = {"readers": 1, "subscriptions": 1, "courses": 1, "children": 1}
        MonthEnd.objects.create(
            municipality=town, month_end=old, dimension="all", last_birthday=3,
            taken_at=clock.now(), **here,
        )  # fmt: skip
    count_yesterday(TODAY)
    with in_municipality(town.pk):
        assert not AudienceFact.objects.filter(on=old).exists()
        assert MonthEnd.objects.filter(month_end=old).exists()


def test_flows_are_kept_as_far_back_as_a_year_is_compared(town: Municipality) -> None:
    kept, gone = TODAY - flows.KEPT, TODAY - flows.KEPT - timedelta(days=1)
    with in_municipality(town.pk):
        for on in (kept, gone):
            make_span(town, from_at=noon(on))
            FlowFact.objects.create(
                municipality=town, on=on, flow="registered", channel="email", count=1
            )
    count_yesterday(TODAY)
    with in_municipality(town.pk):
        assert FlowFact.objects.earliest("on").on == kept
    call_command("rebuild_facts", first=gone, last=kept)
    with in_municipality(town.pk):
        assert FlowFact.objects.earliest("on").on == kept
        assert MonthFlow.objects.filter(month=gone.replace(day=1), dimension="all").exists()
    call_command("rebuild_facts", first=gone, last=kept, check=True)


def test_the_year_that_alarms_compare_is_kept() -> None:
    compared = figures.YEAR + figures.WEEKS + timedelta(days=1)
    assert compared + timedelta(days=7) <= flows.KEPT


def test_the_fault_of_one_municipality_keeps_no_other_from_being_counted(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    from delivery.facts import retention

    make_municipality("minato")
    rebuild = retention.rebuild

    def fail(municipality: Municipality, *given: object) -> None:
        if municipality.pk == town.pk:
            raise RuntimeError("disk on fire")
        rebuild(municipality, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "rebuild", fail)
    assert count_yesterday(TODAY) == 1
    assert take_month_ends(TODAY) == 0


def test_looking_for_drift_leaves_a_transaction_whole(town: Municipality) -> None:
    with in_municipality(town.pk), transaction.atomic():
        found = drift.differences(FACTS, lambda: AudienceFact.objects.all().delete())
        assert {one.fact for one in found} == {"AudienceFact"}
        assert all(one.counted is None for one in found)
        assert AudienceFact.objects.exists()
