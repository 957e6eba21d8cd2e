"""A dead worker's rows become a delay or a visible question, never a silence."""

from datetime import timedelta

from delivery import ledger
from delivery.ledger import Shift
from delivery.models import Delivery
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text


def claimed(morning: Morning) -> list[int]:
    make_text("d45")
    make_family(morning.municipality)
    morning.plan()
    return claim(morning)


def claim(morning: Morning) -> list[int]:
    with in_municipality(morning.municipality.pk):
        return [row[0] for row in ledger.claim(Shift(morning.on, "email", "dead worker"), 10)]


def pass_the_lease(morning: Morning) -> None:
    with in_municipality(morning.municipality.pk):
        Delivery.objects.filter(lease_until__isnull=False).update(
            lease_until=clock.now() - timedelta(seconds=1)
        )


def sweep(morning: Morning) -> int:
    with in_municipality(morning.municipality.pk):
        return ledger.sweep(morning.on, ["line"])


def test_a_row_that_was_claimed_and_not_tried_goes_back(morning: Morning) -> None:
    claimed(morning)
    pass_the_lease(morning)
    assert sweep(morning) == 1
    assert morning.states() == [("planned", "")]


def test_a_row_whose_lease_runs_is_left_alone(morning: Morning) -> None:
    claimed(morning)
    assert sweep(morning) == 0
    assert morning.states() == [("claimed", "")]


def test_a_mail_that_may_have_left_becomes_unclear_and_is_not_sent_again(
    morning: Morning,
) -> None:
    ids = claimed(morning)
    with in_municipality(morning.municipality.pk):
        ledger.pre_mark(Shift(morning.on, "email", "dead worker"), ids)
    pass_the_lease(morning)
    sweep(morning)
    morning.send()
    assert morning.states() == [("unclear", "worker_lost")]
    assert morning.email.tried == []


def test_what_is_late_is_skipped_with_the_reason_it_waited_for(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)
    make_family(morning.municipality)
    morning.plan()
    with in_municipality(morning.municipality.pk):
        first = Delivery.objects.order_by("id").first()
        assert first
        Delivery.objects.filter(id=first.id).update(reason="no_sender_address")
        Delivery.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    sweep(morning)
    assert morning.states() == [("skipped", "late_no_sender_address"), ("skipped", "late")]


def test_a_row_that_kills_five_workers_is_put_aside(morning: Morning) -> None:
    claimed(morning)
    for _ in range(3):
        pass_the_lease(morning)
        sweep(morning)
        assert claim(morning)
    pass_the_lease(morning)
    sweep(morning)
    assert claim(morning) == []
    assert morning.states() == [("failed", "quarantined")]


def test_a_late_answer_of_a_worker_that_slept_is_taken_as_evidence(morning: Morning) -> None:
    from delivery.domain.outcome import Accepted

    ids = claimed(morning)
    sleeper = Shift(morning.on, "email", "dead worker")
    with in_municipality(morning.municipality.pk):
        ledger.pre_mark(sleeper, ids)
    pass_the_lease(morning)
    sweep(morning)
    with in_municipality(morning.municipality.pk):
        ledger.mark(sleeper, {ids[0]: Accepted("queue-1")})
    assert morning.states() == [("sent", "")]
