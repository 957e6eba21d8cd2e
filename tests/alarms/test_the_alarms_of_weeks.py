"""Figures, words, offices and staff: each alarm is provoked, and closes by itself."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from delivery.alarms import wording
from delivery.alarms.checks import inside
from delivery.alarms.checks.figures import lower_limit
from delivery.facts import take_month_ends
from delivery.models import AudienceFact, FlowFact
from kizuna.lib import clock
from messages.models import Contact, TextVersion
from municipalities.domain.roles import Role
from municipalities.models import (
    Births,
    ContractEnd,
    Membership,
    Municipality,
    ReaderSpan,
    SenderCheck,
    StaffUser,
)
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.alarms.morning import HALF_PAST_NINE, ask, open_ones, outcome
from tests.console.days import DAY, Rows, make_facts
from tests.facts.lives import make_span, noon
from tests.npo_municipalities.dns_server import good_zone, name_server

YESTERDAY = DAY - timedelta(days=1)


def flow(
    municipality: Municipality, kind: str, on: date, count: int, channel: str = "line"
) -> None:
    with in_municipality(municipality.pk):
        FlowFact.objects.update_or_create(
            municipality=municipality, on=on, flow=kind, channel=channel, defaults={"count": count}
        )


def counted(municipality: Municipality, on: date = YESTERDAY) -> None:
    with in_municipality(municipality.pk):
        AudienceFact.objects.create(
            municipality=municipality, on=on, dimension="all",
            readers=10, subscriptions=10, courses=10, children=10,
        )  # fmt: skip


def test_more_blocks_than_usual(aoba: Municipality) -> None:
    counted(aoba)
    for back in range(3, 31):
        flow(aoba, "blocked", DAY - timedelta(days=back), 2)
    flow(aoba, "blocked", YESTERDAY, 13)
    (found,) = ask("block_spike")
    assert (found.municipality, found.about) == (aoba, "line")
    assert found.facts == {"channel": "line", "count": 13, "usual": 4}
    with translation.override("en"):
        assert wording.sentence(found).startswith("LINE: 13 readers")
    flow(aoba, "blocked", YESTERDAY, 12)
    assert ask("block_spike") == []


def test_dead_mailboxes_are_the_usual_of_mail_and_not_of_line(aoba: Municipality) -> None:
    counted(aoba)
    for back in range(3, 31):
        flow(aoba, "blocked", DAY - timedelta(days=back), 5, "email")
    flow(aoba, "blocked", YESTERDAY, 10, "email")
    flow(aoba, "blocked", YESTERDAY, 12, "line")
    (found,) = ask("block_spike")
    assert found.facts == {"channel": "line", "count": 12, "usual": 0}
    flow(aoba, "blocked", YESTERDAY, 31, "email")
    assert [one.about for one in ask("block_spike")] == ["email", "line"]


def test_blocks_of_two_channels_do_not_add_up_to_a_spike(aoba: Municipality) -> None:
    counted(aoba)
    flow(aoba, "blocked", YESTERDAY, 9, "email")
    flow(aoba, "blocked", YESTERDAY, 9, "line")
    assert ask("block_spike") == []


def test_nine_blocks_are_no_spike_even_where_nobody_ever_blocks(aoba: Municipality) -> None:
    counted(aoba)
    flow(aoba, "blocked", YESTERDAY, 9)
    assert ask("block_spike") == []
    flow(aoba, "blocked", YESTERDAY, 10)
    assert len(ask("block_spike")) == 1


def year_of_registrations(aoba: Municipality, now: int, then: int) -> None:
    flow(aoba, "registered", YESTERDAY - timedelta(days=3), now)
    flow(aoba, "registered", YESTERDAY - timedelta(days=364 + 3), then)


def test_registrations_fall(aoba: Municipality) -> None:
    counted(aoba)
    year_of_registrations(aoba, now=81, then=100)
    assert ask("registrations_fall") == []
    year_of_registrations(aoba, now=80, then=100)
    (found,) = ask("registrations_fall")
    assert found.facts == {"count": 80, "before": 100}
    year_of_registrations(aoba, now=100, then=100)
    assert ask("registrations_fall") == []


def test_fewer_births_explain_fewer_registrations(aoba: Municipality) -> None:
    counted(aoba)
    year_of_registrations(aoba, now=80, then=100)
    with in_municipality(aoba.pk):
        for year, count in ((2024, 500), (2025, 400)):
            Births.objects.create(municipality=aoba, year=year, count=count, noted_at=clock.now())
    assert ask("registrations_fall") == []


def test_a_municipality_without_a_year_behind_it_is_not_compared(aoba: Municipality) -> None:
    counted(aoba)
    flow(aoba, "registered", YESTERDAY, 1)
    assert ask("registrations_fall") == []


@pytest.mark.parametrize("code", ["block_spike", "registrations_fall"])
def test_a_night_that_counted_nothing_is_no_data(aoba: Municipality, code: str) -> None:
    assert ask(code) == []
    make_facts(aoba, YESTERDAY, Rows("email", "sent", 10))
    assert [one.state for one in ask(code)] == ["no_data"]
    assert outcome(code) == "no_data"
    counted(aoba)
    assert ask(code) == []


@pytest.mark.parametrize(
    ("mean", "limit"), [(0, 0), (1, 0), (5, 1), (10, 4), (20, 12), (100, 81), (10_000, 9804)]
)
def test_the_lower_limit_of_chance(mean: float, limit: int) -> None:
    # R: qpois(0.025, mean)
    assert lower_limit(mean) == limit


def test_texts_past_their_day_of_review(db: None) -> None:
    for key, days in (("d45", 3), ("d46", 0)):
        first = world.make_text(key)
        TextVersion.objects.create(
            base_text=first.base_text,
            number=2,
            subject=first.subject,
            body=first.body,
            effective_from=first.effective_from,
            review_by=DAY - timedelta(days=days),
        )
    (found,) = ask("review_overdue")
    assert found.facts == {"count": 1, "day": "2026-11-22"}
    # A newer wording is what is sent: the old one's day counts no more.
    world.make_text("d45")
    assert ask("review_overdue") == []


def test_numbers_nobody_has_checked_for_half_a_year(aoba: Municipality) -> None:
    world.make_contact(aoba, days=180)
    assert ask("contact_stale") == []
    world.make_contact(aoba, "ひだまり", days=181)
    (found,) = ask("contact_stale")
    assert (found.municipality, found.facts) == (aoba, {"count": 1})
    with in_municipality(aoba.pk):
        Contact.objects.update(verified_on=DAY)
    assert ask("contact_stale") == []


def began(municipality: Municipality, days: int) -> None:
    made = HALF_PAST_NINE - timedelta(days=days)
    with in_municipality(municipality.pk):
        Municipality.objects.filter(pk=municipality.pk).update(created_at=made)


def test_two_months_without_an_announcement_then_three(aoba: Municipality) -> None:
    began(aoba, 59)
    assert ask("no_announcement") == []
    began(aoba, 60)
    assert [one.facts for one in ask("no_announcement")] == [{"days": 60}]
    assert ask("no_announcement_long") == []
    began(aoba, 400)
    world.make_block(aoba, shown_until=DAY - timedelta(days=90))
    assert ask("no_announcement") == []
    assert [one.facts for one in ask("no_announcement_long")] == [{"days": 90}]
    world.make_block(aoba)
    assert ask("no_announcement_long") == []


def test_a_broadcast_speaks_too(aoba: Municipality) -> None:
    began(aoba, 100)
    assert len(ask("no_announcement_long")) == 1
    world.make_broadcast(
        aoba, state="sending", run_day=DAY - timedelta(days=5), send_at=clock.now(),
        approved_at=clock.now(), approved_by=world.make_staff(aoba),
    )  # fmt: skip
    assert ask("no_announcement_long") == []


def runs_until(municipality: Municipality, last: date) -> None:
    with in_municipality(municipality.pk):
        Municipality.objects.filter(pk=municipality.pk).update(contract_until=last)


def test_a_contract_that_ends(aoba: Municipality) -> None:
    runs_until(aoba, DAY + timedelta(days=61))
    assert ask("contract_ends") == []
    runs_until(aoba, DAY + timedelta(days=60))
    assert [one.facts for one in ask("contract_ends")] == [{"days": 60, "day": "2027-01-24"}]
    with in_municipality(aoba.pk):
        ContractEnd.objects.create(
            municipality=aoba, ends_on=DAY + timedelta(days=60), reason="満了"
        )
    assert ask("contract_ends") == []


def check_domain(aoba: Municipality, **results: str) -> None:
    with in_municipality(aoba.pk):
        SenderCheck.objects.create(
            municipality=aoba,
            domain="aoba.example.jp",
            **{"spf": "ok", "dkim": "ok", "dmarc": "ok", **results},
        )


def test_a_sender_domain_that_is_not_right(aoba: Municipality) -> None:
    (found,) = ask("sender_domain")
    assert (found.state, found.facts["wrong"]) == ("no_data", "unchecked")
    check_domain(aoba, dkim="missing", dmarc="wrong")
    (found,) = ask("sender_domain")
    assert (found.state, found.facts["wrong"]) == ("alarm", "DKIM, DMARC")
    check_domain(aoba)
    assert ask("sender_domain") == []
    (found,) = ask("sender_domain", HALF_PAST_NINE + timedelta(days=31))
    assert (found.state, found.facts["wrong"]) == ("no_data", "old")


def test_a_check_of_the_domain_asks_the_alarm_on_it_again_at_once(
    aoba: Municipality, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    (found,) = ask("sender_domain")
    assert found.facts["wrong"] == "unchecked"
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(dkim_selector="kizuna")
    zone, operator = good_zone("aoba.example.jp"), Client()
    operator.force_login(world.make_npo_staff(), "django.contrib.auth.backends.ModelBackend")
    del zone.texts["_dmarc.aoba.example.jp"]
    with name_server(zone):
        settings.DNS_RESOLVER = zone.address
        with django_capture_on_commit_callbacks(execute=True):
            operator.post("/npo/municipality/aoba/domain/")
        (found,) = open_ones("sender_domain")
        assert found.facts["wrong"] == "DMARC"
        zone.texts["_dmarc.aoba.example.jp"] = ["v=DMARC1; p=none"]
        with django_capture_on_commit_callbacks(execute=True):
            operator.post("/npo/municipality/aoba/domain/")
    assert open_ones("sender_domain") == []


def test_a_text_is_missing_that_somebody_soon_meets(aoba: Municipality) -> None:
    for month in (3, 4, 5, 6, 7, 8, 10, 11):
        world.make_text(f"m{month}")
    for _ in range(2):
        world.make_family(aoba, birth_date=date(2026, 3, 7))
    (found,) = ask("text_gap")
    assert (found.municipality, found.about) == (None, "m9")
    assert found.facts == {"stage": "m9", "day": "2026-12-07", "readers": 2, "count": 1}
    world.make_text("m9")
    assert ask("text_gap") == []


def test_an_account_nobody_uses(aoba: Municipality) -> None:
    alice = world.make_staff(aoba)
    StaffUser.objects.filter(pk=alice.pk).update(
        date_joined=HALF_PAST_NINE - timedelta(days=400), last_login=None
    )
    (found,) = ask("unused_account")
    assert (found.municipality, found.facts) == (aoba, {"count": 1})
    StaffUser.objects.filter(pk=alice.pk).update(last_login=HALF_PAST_NINE - timedelta(days=179))
    assert ask("unused_account") == []
    StaffUser.objects.filter(pk=alice.pk).update(last_login=HALF_PAST_NINE - timedelta(days=181))
    assert len(ask("unused_account")) == 1
    with in_municipality(aoba.pk):
        Membership.objects.all().delete()
    assert ask("unused_account") == []


def test_too_few_who_may_approve(aoba: Municipality) -> None:
    assert [one.facts for one in ask("one_approver")] == [{"count": 2}]
    world.make_staff(aoba, Role.APPROVER, "carol@aoba.example.jp")
    assert [one.facts for one in ask("one_approver")] == [{"count": 1}]
    world.make_staff(aoba, Role.MANAGER, "dan@aoba.example.jp")
    assert ask("one_approver") == []


def test_a_reported_month_that_the_history_denies(aoba: Municipality) -> None:
    began(aoba, 100)
    take_month_ends(date(2026, 9, 5))
    take_month_ends(DAY)
    assert ask("month_end_differs") == []
    with in_municipality(aoba.pk):
        make_span(aoba, from_at=noon(date(2026, 8, 20)), until_at=noon(date(2026, 9, 2)))
    assert ask("month_end_differs") == [], "older ones are asked by rebuild_facts --check"
    with in_municipality(aoba.pk):
        late = make_span(aoba, from_at=noon(date(2026, 9, 20)))
    found = ask("month_end_differs")
    ends = ["2026-09-30", "2026-10-31"]
    assert [(one.municipality, one.about) for one in found] == [(aoba, end) for end in ends]
    assert [one.facts for one in found] == [{"day": end} for end in ends]
    with in_municipality(aoba.pk):
        ReaderSpan.objects.filter(pk=late.pk).update(until_at=late.from_at, ended_by="erased")
    assert ask("month_end_differs") == []


@pytest.mark.parametrize(
    "code", ["text_gap", "month_end_differs", "unused_account", "one_approver"]
)
def test_one_municipality_that_breaks_does_not_hide_the_others(
    aoba: Municipality, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    minato = world.make_municipality("minato", send_time=time(8, 0))

    def broken(municipality: int) -> object:
        if municipality == minato.pk:
            raise ZeroDivisionError
        return in_municipality(municipality)

    monkeypatch.setattr(inside, "in_municipality", broken)
    found = [(one.municipality, one.state) for one in ask(code) if one.municipality == minato]
    assert found == [(minato, "error")]
