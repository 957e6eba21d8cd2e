"""Twelve hundred readers: stopped in time, paused half-way, corrected. Nobody twice, nobody forgotten."""

from collections import Counter
from datetime import date, timedelta

import pytest

from delivery import broadcast_reach, broadcasting, invariants, ledger, running
from delivery.domain.outcome import Refused
from delivery.ledger import Shift
from delivery.models import Delivery, Lane
from delivery.reconciliation import reconcile
from delivery.sending import serve
from kizuna.lib import clock
from messages.models import Broadcast, Edition
from messages.services import broadcast_drafts, broadcasts
from messages.services.broadcast_text import freeze_broadcast
from municipalities.models import Municipality, Reader
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.crowd import make_crowd
from tests.broadcasts.desk import Desk
from tests.world import give_line, make_family


@pytest.fixture
def crowd(desk: Desk) -> Desk:
    give_line(desk.town)
    make_crowd(desk.town, mails=700, lines=500)
    return desk


def plan(desk: Desk, one: Broadcast) -> dict[tuple[str, str], int]:
    return broadcasting.plan(desk.town.pk, one.pk)


def due(desk: Desk, **fields: object) -> Broadcast:
    """Urgent, so that the hour of the test does not matter."""
    return desk.approved(is_urgent=True, **fields)


def send_a_batch(desk: Desk) -> None:
    with in_municipality(desk.town.pk):
        lanes = set(Lane.objects.values_list("channel", flat=True))
    for channel in (desk.email, desk.line):
        if channel.name in lanes:
            serve(desk.town.pk, clock.today(), channel, "me")


def send_all(desk: Desk) -> None:
    for _ in range(5):
        send_a_batch(desk)


def received(desk: Desk) -> Counter[str]:
    return Counter(sent.address for sent in [*desk.email.sent, *desk.line.sent])


def all_is_well(desk: Desk) -> None:
    running.sweep()
    with in_municipality(desk.town.pk):
        assert invariants.check(clock.today()) == []
        assert sum(day.unexplained for day in reconcile(clock.today())) == 0


def test_stopped_in_the_waiting_time_nobody_got_it(crowd: Desk) -> None:
    one = due(crowd, approved_at=clock.now() - timedelta(minutes=9))
    assert broadcasting.plan_due(clock.today()) == 0
    with in_municipality(crowd.town.pk):
        broadcasts.withdraw(one.pk, crowd.alice)
        Broadcast.objects.filter(pk=one.pk).update(send_at=clock.now() - timedelta(minutes=1))
    assert broadcasting.plan_due(clock.today()) == 0
    send_all(crowd)

    assert received(crowd) == {}
    assert crowd.again(one).state == "withdrawn"
    with in_municipality(crowd.town.pk):
        assert not Delivery.objects.exists()


def test_paused_half_way_and_resumed_everybody_gets_it_once(crowd: Desk) -> None:
    one = due(crowd)
    assert broadcasting.plan_due(clock.today()) == 1200
    serve(crowd.town.pk, clock.today(), crowd.email, "me")
    half = sum(received(crowd).values())
    assert 0 < half < 1200
    with in_municipality(crowd.town.pk):
        broadcasting.pause(one.pk, crowd.alice)
    send_all(crowd)
    assert sum(received(crowd).values()) == half

    with in_municipality(crowd.town.pk):
        broadcasting.resume(one.pk, crowd.bob)
    send_all(crowd)

    assert len(received(crowd)) == 1200
    assert set(received(crowd).values()) == {1}
    all_is_well(crowd)


def test_stopped_half_way_the_rest_gets_nothing(crowd: Desk) -> None:
    one = due(crowd)
    plan(crowd, one)
    serve(crowd.town.pk, clock.today(), crowd.email, "me")
    half = sum(received(crowd).values())
    with in_municipality(crowd.town.pk):
        broadcasting.stop(one.pk, crowd.alice, "日付が違いました")
    send_all(crowd)

    assert sum(received(crowd).values()) == half
    with in_municipality(crowd.town.pk):
        rest = Delivery.objects.filter(state="skipped", reason="broadcast_stopped").count()
    assert rest == 1200 - half
    all_is_well(crowd)


def test_a_correction_reaches_exactly_those_who_received_the_wrong_one(crowd: Desk) -> None:
    crowd.email.outcomes = {"m1@example.jp": Refused("unknown_mailbox")}
    wrong = due(crowd)
    plan(crowd, wrong)
    serve(crowd.town.pk, clock.today(), crowd.email, "me")
    with in_municipality(crowd.town.pk):
        broadcasting.stop(wrong.pk, crowd.alice)
    reached = received(crowd)
    make_family(crowd.town)  # joined afterwards

    with in_municipality(crowd.town.pk):
        right = broadcast_drafts.correct(crowd.town, wrong.pk, crowd.alice)
        assert broadcast_reach.count(right, clock.now()).total == len(reached)
        Broadcast.objects.filter(pk=right.pk).update(
            state="approved", approved_by=crowd.bob, is_urgent=True,
            approved_at=clock.now() - timedelta(minutes=11), send_at=clock.now(),
        )  # fmt: skip
    crowd.email.sent.clear()
    plan(crowd, right)
    send_all(crowd)

    assert received(crowd) == reached
    all_is_well(crowd)


def test_a_correction_waits_for_the_wrong_one_to_end(desk: Desk) -> None:
    make_family(desk.town)
    wrong = due(desk)
    plan(desk, wrong)
    right = due(desk, corrects=wrong)
    assert plan(desk, right) == {}
    with in_municipality(desk.town.pk):
        broadcasting.stop(wrong.pk, desk.alice)
    plan(desk, right)
    assert desk.again(right).state == "sending"


@pytest.mark.parametrize(
    ("change", "ending"),
    [
        ("pause", ("planned", "broadcast_paused")),
        ("stop", ("skipped", "broadcast_stopped")),
        ("opt_out", ("skipped", "opted_out")),
    ],
)
def test_what_a_worker_holds_is_asked_again(
    desk: Desk, change: str, ending: tuple[str, str]
) -> None:
    family = make_family(desk.town)
    one = due(desk)
    plan(desk, one)
    mine = Shift(clock.today(), "email", "me")
    with in_municipality(desk.town.pk):
        [claimed] = ledger.claim(mine, 10)
        if change == "opt_out":
            Reader.objects.filter(pk=family.reader.pk).update(no_broadcasts=True)
        else:
            getattr(broadcasting, change)(one.pk, desk.alice)
        assert ledger.pre_mark(mine, [claimed[0]]) == set()
        row = Delivery.objects.get()
        assert (row.state, row.reason, row.lease_owner) == (*ending, None)
    all_is_well(desk)


def test_resuming_wakes_a_lane_that_waited_for_the_last_hour(desk: Desk) -> None:
    make_family(desk.town)
    one = due(desk)
    plan(desk, one)
    with in_municipality(desk.town.pk):
        broadcasting.pause(one.pk, desk.alice)
        end = Delivery.objects.get().expires_at
        Lane.objects.update(failures=3, not_before=end)
        broadcasting.resume(one.pk, desk.alice)
        assert Lane.objects.get().not_before < end


def test_a_date_that_moves_does_not_matter(desk: Desk) -> None:
    family = make_family(desk.town)
    plan(desk, due(desk))
    with in_municipality(desk.town.pk):
        family.course.birth_date = clock.today() - timedelta(days=44)
        family.course.save(update_fields=["birth_date"])
    send_all(desk)
    assert sum(received(desk).values()) == 1


def test_a_fault_of_one_does_not_hold_up_the_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_family(desk.town)
    due(desk, body="")
    fine = due(desk)

    def broken(one: Broadcast, municipality: Municipality, on: date) -> Edition:
        if not one.body:
            raise ValueError
        return freeze_broadcast(one, municipality, on)

    monkeypatch.setattr("delivery.broadcasting.freeze_broadcast", broken)
    assert running.plan_due(clock.today()) == 1
    assert desk.again(fine).state == "sending"
