"""Lanes are served in turn, one batch each; one municipality's fault does not stop the next."""

from datetime import timedelta

import pytest

from delivery import running
from delivery.channels import registry
from delivery.channels.memory import MemoryChannel
from delivery.domain.outcome import Accepted, Outcome, TryLater
from delivery.models import Lane, Run
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import make_family, make_municipality, make_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def email(monkeypatch: pytest.MonkeyPatch) -> MemoryChannel:
    channel = MemoryChannel("email")
    monkeypatch.setattr(registry, "get", lambda _name: channel)
    return channel


def city(slug: str, readers: int) -> Municipality:
    municipality = make_municipality(slug)
    for number in range(readers):
        make_family(municipality, email=f"{slug}{number}@example.jp")
    return municipality


def test_a_village_is_served_between_two_batches_of_a_city(
    email: MemoryChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("delivery.sending.BATCH", 3)
    make_text("d45")
    big, small = city("big", 9), city("small", 2)
    plan_day(big.pk, clock.today())
    plan_day(small.pk, clock.today())

    running.work("email")

    order = [sent.address[:3] for sent in email.sent]
    assert order[:5] == ["big", "big", "big", "sma", "sma"]
    assert len(order) == 11


def test_a_municipality_whose_door_is_closed_does_not_hold_up_the_next(
    email: MemoryChannel,
) -> None:
    make_text("d45")
    broken, fine = city("broken", 3), city("fine", 3)
    email.outcomes = {f"broken{n}@example.jp": TryLater("no_sender_address", 600) for n in range(3)}
    for municipality in (broken, fine):
        plan_day(municipality.pk, clock.today())

    running.work("email")

    assert sorted(sent.address for sent in email.sent) == [f"fine{n}@example.jp" for n in range(3)]
    with in_municipality(broken.pk):
        assert Lane.objects.get().not_before > clock.now() + timedelta(minutes=9)


def test_a_fault_of_our_own_is_logged_and_the_others_go_on(email: MemoryChannel) -> None:
    make_text("d45")
    broken, fine = city("broken", 1), city("fine", 1)
    for municipality in (broken, fine):
        plan_day(municipality.pk, clock.today())

    def explode(address: str) -> Outcome:
        if address.startswith("broken"):
            raise ZeroDivisionError
        return Accepted()

    email.outcomes = explode
    running.work("email")
    assert [sent.address for sent in email.sent] == ["fine0@example.jp"]


def test_a_municipality_that_cannot_be_planned_does_not_stop_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_text("d45")
    broken, fine = city("broken", 1), city("fine", 1)
    real = plan_day

    def plan(municipality_id: int, *args: object, **options: object) -> object:
        if municipality_id == broken.pk:
            raise ZeroDivisionError
        return real(municipality_id, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "plan_day", plan)
    assert running.plan_due(clock.today()) == 1
    with in_municipality(fine.pk):
        assert Run.objects.get().planned_at


def test_the_same_question_asked_ten_times_plans_once() -> None:
    make_text("d45")
    city("aoba", 2)
    assert [running.plan_due(clock.today()) for _ in range(10)] == [2] + [0] * 9


def test_only_live_municipalities_are_due() -> None:
    live = make_municipality("live")
    make_municipality("preparing", service="preparing")
    make_municipality("paused", service="paused")
    assert running.due_runs(clock.today()) == ([live.pk], [])


def test_a_run_is_finished_when_nothing_is_pending_and_its_facts_stand(
    email: MemoryChannel,
) -> None:
    make_text("d45")
    aoba = city("aoba", 2)
    running.plan_due(clock.today())
    running.sweep()
    with in_municipality(aoba.pk):
        assert Run.objects.get().finished_at is None
    running.work("email")
    running.sweep()
    with in_municipality(aoba.pk):
        assert Run.objects.get().finished_at


def test_the_sweeper_reopens_a_lane_that_was_closed_by_mistake(email: MemoryChannel) -> None:
    make_text("d45")
    aoba = city("aoba", 1)
    running.plan_due(clock.today())
    with in_municipality(aoba.pk):
        Lane.objects.update(is_open=False)
    running.sweep()
    running.work("email")
    assert len(email.sent) == 1
