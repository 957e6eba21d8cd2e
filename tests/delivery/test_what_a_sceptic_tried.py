"""Races and faults that once broke a promise: each stays mended."""

from datetime import timedelta

import pytest

from delivery import ledger
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear
from delivery.ledger import Shift
from delivery.models import Delivery, FrozenRequest, Lane
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Endpoint, LineChannel, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.delivery.test_four_outcomes import due_again
from tests.world import line_id, make_family, make_text


def let_the_lease_run_out(morning: Morning) -> None:
    past = clock.now() - timedelta(hours=1)
    with in_municipality(morning.municipality.pk):
        FrozenRequest.objects.filter(lease_until__isnull=False).update(lease_until=past)
        Delivery.objects.filter(lease_until__isnull=False).update(lease_until=past)


def test_after_a_kill_the_next_worker_cannot_free_what_line_may_have_accepted(
    morning: Morning,
) -> None:
    make_text("d45")
    families = [make_family(morning.municipality, line=line_id(n)) for n in (1, 2)]
    morning.plan()

    def killed(_address: str) -> Outcome:
        raise KeyboardInterrupt

    morning.line.outcomes = killed
    with pytest.raises(KeyboardInterrupt):
        morning.send(morning.line, owner="killed")
    let_the_lease_run_out(morning)
    morning.line.outcomes = lambda _address: TryLater("bad_credentials")
    morning.send(morning.line, owner="next")

    with in_municipality(morning.municipality.pk):
        assert all(one.is_open and one.uncertain for one in FrozenRequest.objects.all())
        Subscription.objects.filter(pk=families[0].subscription.pk).update(stopped_at=clock.now())
        keys = set(FrozenRequest.objects.values_list("retry_key", flat=True))
    due_again(morning)
    morning.line.outcomes = {}
    morning.send(morning.line, owner="third")
    with in_municipality(morning.municipality.pk):
        assert set(FrozenRequest.objects.values_list("retry_key", flat=True)) == keys
    assert {row.state for row in morning.rows()} == {"sent"}


def test_a_worker_that_wakes_up_late_frees_nothing_that_another_one_holds(
    morning: Morning,
) -> None:
    make_text("d45")
    make_family(morning.municipality, line=line_id(1))
    morning.plan()

    def asleep(_address: str) -> Outcome:
        let_the_lease_run_out(morning)
        morning.line.outcomes = lambda _address: Unclear("no_answer")
        morning.send(morning.line, owner="successor")
        return TryLater("rate_limited")

    morning.line.outcomes = asleep
    morning.send(morning.line, owner="sleeper")

    with in_municipality(morning.municipality.pk):
        held = FrozenRequest.objects.get()
    assert (held.is_open, held.uncertain) == (True, True)
    assert morning.states() == [("sending", "")]


def test_two_texts_with_the_same_words_are_both_sent(morning: Morning) -> None:
    make_text("d45", "おなじ文", subject="おなじ題")
    make_text("d46", "おなじ文", subject="おなじ題")
    make_family(morning.municipality)
    make_family(morning.municipality, birth_date=morning.on - timedelta(days=46))
    assert morning.plan().added == {("email", "planned"): 2}
    assert len({row.text_id for row in morning.rows()}) == 2


def test_one_address_that_no_key_opens_does_not_hold_up_the_others(morning: Morning) -> None:
    make_text("d45")
    broken = make_family(morning.municipality)
    make_family(morning.municipality)
    with in_municipality(morning.municipality.pk):
        Endpoint.objects.filter(pk=broken.endpoint.pk).update(address_sealed=b"\x02k9broken")
    morning.plan()
    morning.send()
    assert sorted(morning.states()) == [("sent", ""), ("skipped", "unreadable")]


def test_a_broken_line_secret_does_not_stop_the_mail(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)
    with in_municipality(morning.municipality.pk):
        LineChannel.objects.update(secret_sealed=b"\x02k9broken")
    morning.plan()
    morning.send()
    assert morning.states() == [("sent", "")]


def test_a_full_mailbox_is_tried_less_and_less_often(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="full@example.jp")
    morning.answers(full=TryLater("mailbox_full"))
    morning.plan()
    waits = []
    for _ in range(6):
        morning.send()
        waits.append((morning.rows()[0].not_before - clock.now()).total_seconds())
        due_again(morning)
    assert [round(wait, -1) for wait in waits] == [30, 60, 120, 300, 600, 600]


def test_a_rejected_log_in_is_not_tried_for_every_chunk(morning: Morning) -> None:
    make_text("d45")
    for _ in range(60):
        make_family(morning.municipality)
    morning.email.outcomes = lambda _address: TryLater("auth_failed")
    morning.plan()
    morning.send()
    assert len(morning.email.tried) == morning.email.in_flight


def test_an_address_that_is_gone_three_times_is_believed_whatever_the_rhythm(
    morning: Morning,
) -> None:
    family = make_family(
        morning.municipality,
        birth_date=morning.on - timedelta(days=400),
        email="gone@example.jp",
        starts_on=morning.on - timedelta(days=90),
    )
    gone = Refused("unknown_mailbox", endpoint_dead=True)
    for back in (28, 14, 0):
        day = morning.on - timedelta(days=back)
        make_text(f"d{400 - back}")
        plan_day(morning.municipality.pk, day)
        with in_municipality(morning.municipality.pk):
            Delivery.objects.filter(run_day=day).update(
                not_before=clock.now() - timedelta(hours=1),
                expires_at=clock.now() + timedelta(hours=1),
            )
            shift = Shift(day, "email", "me")
            ids = [row[0] for row in ledger.claim(shift, 9)]
            ledger.pre_mark(shift, ids)
            ledger.mark(shift, dict.fromkeys(ids, gone))
            blocked = Endpoint.objects.get(pk=family.endpoint.pk).blocked_at
        assert (blocked is not None) is (back == 0)


def test_a_late_yes_is_believed_from_anybody(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    with in_municipality(morning.municipality.pk):
        shift = Shift(morning.on, "email", "first")
        ids = [row[0] for row in ledger.claim(shift, 9)]
        ledger.pre_mark(shift, ids)
        stranger = Shift(morning.on, "email", "somebody else")
        ledger.mark(stranger, dict.fromkeys(ids, TryLater("greylisted")))
        assert [row.state for row in morning.rows()] == ["sending"]
        ledger.mark(stranger, dict.fromkeys(ids, Accepted("1")))
    assert morning.states() == [("sent", "")]


def test_a_closed_lane_with_failures_behind_it_is_reopened(morning: Morning) -> None:
    from delivery import running

    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    with in_municipality(morning.municipality.pk):
        Lane.objects.update(is_open=False, failures=3)
    running.sweep()
    with in_municipality(morning.municipality.pk):
        assert Lane.objects.get().is_open
