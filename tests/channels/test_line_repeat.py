"""A lost answer, asked for again: accepted once, delivered once."""

import pytest

from delivery.channels.line import LineChannel
from delivery.channels.protocol import Request
from delivery.domain.outcome import Accepted, Unclear
from tests.channels.line_world import TEXT, friends, owed
from tests.emulators.line_server import LineServer, sender, user


def bare(request: Request) -> Request:
    """The request as it comes back from the database: without the deliveries themselves."""
    return Request(request.key, request.delivery_ids, request.body)


@pytest.mark.parametrize("people", [1, 3, 500])
@pytest.mark.parametrize("kind", ["error_after", "reset_after"])
def test_an_answer_lost_after_acceptance_is_settled_by_the_repeat(
    server: LineServer, kind: str, people: int
) -> None:
    line = server.new_channel(friends(range(1, people + 1)))
    channel, who = LineChannel(server.url), sender(line)
    (request,) = channel.requests(who, [owed(n) for n in range(1, people + 1)])
    server.fail(line, {"kind": kind})
    assert all(isinstance(one, Unclear) for one in channel.send(who, [request]).values())
    repeated = LineChannel(server.url).send(who, [bare(request)])
    assert sorted(repeated) == list(range(1, people + 1))
    assert all(isinstance(one, Accepted) for one in repeated.values())
    count = server.count(line)
    assert (count["delivered"], count["doubled"], count["key_misuse"]) == (people, 0, 0)
    assert server.received(line, user(people)) == [TEXT]


def test_a_call_that_never_arrived_is_delivered_by_the_repeat(server: LineServer) -> None:
    line = server.new_channel(friends([1, 2]))
    channel, who = LineChannel(server.url), sender(line)
    (request,) = channel.requests(who, [owed(1), owed(2)])
    server.fail(line, {"kind": "reset_before"}, {"kind": "error_before"})
    for _ in range(2):
        assert all(isinstance(one, Unclear) for one in channel.send(who, [request]).values())
    assert server.count(line)["accepted"] == 0
    assert all(isinstance(one, Accepted) for one in channel.send(who, [bare(request)]).values())
    assert server.count(line)["delivered"] == 2


def test_many_requests_in_flight_keep_their_answers_apart(server: LineServer) -> None:
    known = range(1, 200, 2)
    line = server.new_channel(friends(known))
    channel, who = LineChannel(server.url), sender(line)
    requests = channel.requests(who, [owed(n, alone=True) for n in range(1, 201)])
    server.fail(line, {"kind": "latency", "seconds": 0.02, "count": 40})
    found = channel.send(who, requests)
    accepted = {number for number, one in found.items() if isinstance(one, Accepted)}
    assert accepted == set(known)
    ids = {one.provider_id for one in found.values() if isinstance(one, Accepted)}
    assert len(ids) == len(known)
    assert server.count(line)["delivered"] == len(known)


def test_the_calls_are_made_in_parallel(server: LineServer) -> None:
    import time

    line = server.new_channel(friends(range(1, 9)))
    channel, who = LineChannel(server.url), sender(line)
    channel.send(who, channel.requests(who, [owed(1)]))
    server.fail(line, {"kind": "latency", "seconds": 0.3, "count": 8})
    begun = time.monotonic()
    channel.send(who, channel.requests(who, [owed(n, alone=True) for n in range(1, 9)]))
    assert 0.3 <= time.monotonic() - begun < 1.2, "one after the other would take 2.4 s"
