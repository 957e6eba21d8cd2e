"""Every answer of a provider is one of four, and each leaves its own trace."""

from datetime import timedelta

import pytest

from delivery import ledger
from delivery.domain.outcome import Accepted, Refused, TryLater, Unclear
from delivery.models import Delivery, FrozenRequest, Lane
from kizuna.lib import clock
from municipalities.models import Endpoint
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import line_id, make_family, make_text


def due_again(morning: Morning) -> None:
    """Let the waiting time pass. The database's clock stands still within one test."""
    past = clock.now() - timedelta(hours=1)
    with in_municipality(morning.municipality.pk):
        Delivery.objects.filter(state="planned").update(not_before=past)
        FrozenRequest.objects.filter(is_open=True).update(not_before=past)


def test_accepted_is_sent_with_the_provider_s_reference(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="a@example.jp")
    morning.answers(a=Accepted("queue-17"))
    morning.plan()
    morning.send()
    [row] = morning.rows()
    assert (row.state, row.provider_id) == ("sent", "queue-17")


def test_try_later_waits_in_the_row_and_is_sent_in_the_end(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="a@example.jp")
    morning.answers(a=TryLater("greylisted"))
    morning.plan()
    morning.send()
    [row] = morning.rows()
    assert (row.state, row.reason, row.claims) == ("planned", "greylisted", 0)
    assert row.not_before > clock.now() + timedelta(seconds=20)

    morning.send()
    assert len(morning.email.tried) == 1, "its time has not come"
    due_again(morning)
    morning.answers()
    morning.send()

    assert morning.states() == [("sent", "")]


def test_refused_is_final(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="a@example.jp")
    morning.answers(a=Refused("filtered"))
    morning.plan()
    morning.send()
    morning.send()
    assert morning.states() == [("failed", "filtered")]
    assert len(morning.email.tried) == 1


def test_an_unclear_mail_is_shown_and_never_sent_again(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, email="a@example.jp")
    morning.answers(a=Unclear("no_answer"))
    morning.plan()
    morning.send()
    due_again(morning)
    with in_municipality(morning.municipality.pk):
        ledger.sweep(morning.on, ["line"])
    morning.send()
    assert morning.states() == [("unclear", "no_answer")]
    assert len(morning.email.tried) == 1


def test_one_bad_address_does_not_hold_up_the_others(morning: Morning) -> None:
    make_text("d45")
    for name in ("a", "b", "c"):
        make_family(morning.municipality, email=f"{name}@example.jp")
    morning.answers(b=Refused("unknown_mailbox"))
    morning.plan()
    morning.send()
    assert morning.states() == [("sent", ""), ("failed", "unknown_mailbox"), ("sent", "")]


def test_a_closed_door_gives_the_rest_of_the_batch_back(morning: Morning) -> None:
    make_text("d45")
    for _ in range(60):
        make_family(morning.municipality)
    morning.email.outcomes = lambda _address: TryLater("unreachable")
    morning.plan()
    morning.send()

    assert len(morning.email.tried) == morning.email.in_flight, "the rest was not burnt"
    assert {row.state for row in morning.rows()} == {"planned"}
    with in_municipality(morning.municipality.pk):
        lane = Lane.objects.get()
    assert lane.failures == 1
    assert lane.not_before > clock.now() + timedelta(seconds=20)


def test_the_waits_grow_while_the_door_stays_closed(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)
    morning.email.outcomes = lambda _address: TryLater("unreachable")
    morning.plan()
    waits = []
    for _ in range(4):
        morning.send()
        with in_municipality(morning.municipality.pk):
            waits.append((Lane.objects.get().not_before - clock.now()).total_seconds())
        due_again(morning)
    assert [round(wait, -1) for wait in waits] == [30, 60, 120, 300]


def test_an_address_that_line_does_not_know_is_believed_at_once(morning: Morning) -> None:
    make_text("d45")
    family = make_family(morning.municipality, line=line_id(3))
    gone = Refused("unknown_recipient", endpoint_dead=True)
    morning.line.outcomes = {line_id(3): gone}
    morning.plan()
    morning.send(morning.line)
    with in_municipality(morning.municipality.pk):
        endpoint = Endpoint.objects.get(pk=family.endpoint.pk)
    assert endpoint.blocked_reason == "unknown_recipient"


def test_one_550_does_not_block_a_mail_address(morning: Morning) -> None:
    make_text("d45")
    family = make_family(morning.municipality, email="a@example.jp")
    morning.answers(a=Refused("unknown_mailbox", endpoint_dead=True))
    morning.plan()
    morning.send()
    with in_municipality(morning.municipality.pk):
        assert Endpoint.objects.get(pk=family.endpoint.pk).blocked_at is None


@pytest.mark.parametrize("asked", [0, 600])
def test_a_wait_the_provider_asks_for_is_never_undercut(morning: Morning, asked: int) -> None:
    make_text("d45")
    make_family(morning.municipality, email="a@example.jp")
    morning.answers(a=TryLater("greylisted", after=asked))
    morning.plan()
    morning.send()
    wait = (morning.rows()[0].not_before - clock.now()).total_seconds()
    assert max(asked, 30) - 5 < wait <= max(asked, 30)
