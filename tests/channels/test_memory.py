"""The stand-in channel keeps the protocol's promises, or tests with it would prove nothing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from delivery.channels.memory import MemoryChannel, Sent
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater
from tests.channels.contract import check_grouping
from tests.channels.mail_world import content, outgoing, sender


@pytest.mark.parametrize("safe", [False, True])
def test_it_groups_like_every_channel(safe: bool) -> None:
    check_grouping(
        MemoryChannel(safe_to_repeat=safe), sender(), [outgoing(n, alone=n == 3) for n in range(9)]
    )


def test_what_was_accepted_is_kept_in_order() -> None:
    channel = MemoryChannel("email")
    batch = [outgoing(1), outgoing(2, content=content(edition_id=5))]
    outcomes = channel.send(sender(), channel.requests(sender(), batch))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes.values())
    assert channel.sent == [
        Sent("20261125-1", "reader1@example.jp", 1),
        Sent("20261125-2", "reader2@example.jp", 5),
    ]
    assert channel.name == "email"


def test_an_address_can_be_told_to_fail() -> None:
    gone = Refused("unknown_mailbox", endpoint_dead=True)
    channel = MemoryChannel("email", {"reader1@example.jp": gone})
    outcomes = channel.send(sender(), channel.requests(sender(), [outgoing(1), outgoing(2)]))
    assert outcomes[1] == gone
    assert [sent.message_key for sent in channel.sent] == ["20261125-2"]
    assert [tried.message_key for tried in channel.tried] == ["20261125-1", "20261125-2"]


def test_a_function_decides_anew_each_time() -> None:
    answers: Iterator[Outcome] = iter([TryLater("server_busy"), Accepted("second")])
    channel = MemoryChannel("email", lambda address: next(answers))
    requests = channel.requests(sender(), [outgoing(1)])
    assert channel.send(sender(), requests) == {1: TryLater("server_busy")}
    assert channel.send(sender(), requests) == {1: Accepted("second")}


def test_a_repeat_without_its_deliveries_is_answered_and_not_sent_again() -> None:
    channel = MemoryChannel("line", safe_to_repeat=True)
    requests = channel.requests(sender(), [outgoing(1), outgoing(2)])
    first = channel.send(sender(), requests)
    frozen = [replace(request, outgoing=()) for request in requests]
    assert channel.send(sender(), frozen) == first
    assert len(channel.sent) == 2


def test_a_repeat_after_a_failure_is_a_new_try() -> None:
    answers: Iterator[Outcome] = iter([TryLater("server_busy"), Accepted("second")])
    channel = MemoryChannel("line", lambda address: next(answers), safe_to_repeat=True)
    requests = [
        replace(request, outgoing=()) for request in channel.requests(sender(), [outgoing(1)])
    ]
    assert channel.send(sender(), requests) == {1: TryLater("server_busy")}
    assert channel.send(sender(), requests) == {1: Accepted("second")}
    assert len(channel.sent) == 1
