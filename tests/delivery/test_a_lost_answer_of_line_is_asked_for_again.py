"""LINE takes a repeat only once: key, people and bytes are frozen before the first call."""

from datetime import timedelta
from uuid import UUID

from delivery.domain.outcome import Accepted, Outcome, TryLater, Unclear
from delivery.models import Delivery, FrozenRequest
from kizuna.lib import clock
from municipalities.models import Subscription
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.delivery.test_four_outcomes import due_again
from tests.world import line_id, make_family, make_text


def one_line_reader(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality, line=line_id(1))
    morning.plan()


def requests(morning: Morning) -> list[FrozenRequest]:
    with in_municipality(morning.municipality.pk):
        return list(FrozenRequest.objects.all())


def test_an_answer_that_got_lost_is_repeated_under_the_same_key(morning: Morning) -> None:
    one_line_reader(morning)
    morning.line.outcomes = lambda _address: Unclear("no_answer")
    morning.send(morning.line)
    [held] = requests(morning)
    assert (held.is_open, held.uncertain) == (True, True)
    assert morning.states() == [("sending", "")]

    due_again(morning)
    morning.line.outcomes = {}
    morning.send(morning.line)

    [done] = requests(morning)
    assert (done.is_open, done.retry_key) == (False, held.retry_key)
    assert bytes(done.body_sealed) == b"", "the bytes name people; nobody needs them now"
    assert morning.states() == [("sent", "")]
    assert len({tried.message_key for tried in morning.line.tried}) == 1


def test_after_an_unclear_try_a_refusal_for_now_does_not_free_the_key(morning: Morning) -> None:
    one_line_reader(morning)
    said: list[Outcome] = [Unclear("no_answer"), TryLater("rate_limited"), Accepted("x")]
    answers = iter(said)
    morning.line.outcomes = lambda _address: next(answers)
    for _ in range(3):
        morning.send(morning.line)
        due_again(morning)

    assert len(requests(morning)) == 1
    assert morning.states() == [("sent", "")]


def test_what_was_certainly_not_accepted_is_asked_again_about_the_reader(
    morning: Morning,
) -> None:
    one_line_reader(morning)
    morning.line.outcomes = lambda _address: TryLater("rate_limited")
    morning.send(morning.line)
    assert not requests(morning)[0].is_open
    with in_municipality(morning.municipality.pk):
        Subscription.objects.update(stopped_at=clock.now())
    due_again(morning)
    morning.line.outcomes = {}
    morning.send(morning.line)
    assert morning.states() == [("skipped", "stopped")]
    assert morning.line.sent == []


def test_the_same_people_and_bytes_open_the_same_request_again(morning: Morning) -> None:
    one_line_reader(morning)
    morning.line.outcomes = lambda _address: TryLater("rate_limited")
    morning.send(morning.line)
    due_again(morning)
    morning.line.outcomes = {}
    morning.send(morning.line)
    assert len(requests(morning)) == 1
    assert morning.states() == [("sent", "")]


def test_after_the_last_hour_the_key_rests_and_staff_see_it(morning: Morning) -> None:
    one_line_reader(morning)
    morning.line.outcomes = lambda _address: Unclear("server_error")
    morning.send(morning.line)
    with in_municipality(morning.municipality.pk):
        FrozenRequest.objects.update(
            repeat_until=clock.now() - timedelta(hours=1),
            not_before=clock.now() - timedelta(hours=1),
        )
    tried = len(morning.line.tried)
    morning.send(morning.line)
    assert len(morning.line.tried) == tried, "no call is made"
    assert morning.states() == [("unclear", "no_answer_in_time")]


def test_a_request_is_repeated_for_23_hours_at_the_most(morning: Morning) -> None:
    one_line_reader(morning)
    morning.line.outcomes = lambda _address: Unclear("server_error")
    morning.send(morning.line)
    [held] = requests(morning)
    assert held.first_sent_at is not None
    assert held.repeat_until <= held.first_sent_at + timedelta(hours=23)
    assert isinstance(held.retry_key, UUID)


def test_the_sweeper_leaves_a_frozen_request_to_its_key(morning: Morning) -> None:
    from delivery import ledger

    one_line_reader(morning)
    morning.line.outcomes = lambda _address: Unclear("no_answer")
    morning.send(morning.line)
    with in_municipality(morning.municipality.pk):
        Delivery.objects.update(lease_until=clock.now() - timedelta(hours=1))
        ledger.sweep(morning.on, ["line"])
    assert morning.states() == [("sending", "")]
