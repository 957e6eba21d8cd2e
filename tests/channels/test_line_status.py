"""Every row of the status table, answered by the emulator over a real connection."""

import json
import socket

import pytest

from delivery.channels import line as line_module
from delivery.channels.line import LineChannel
from delivery.channels.line_api import Answer
from delivery.channels.line_status import Step, rule_for
from delivery.channels.protocol import LineSender, Outgoing, Request
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear
from tests.channels.line_world import content, friends, owed
from tests.emulators.line_server import LineServer, sender, user

UNKNOWN = Refused("unknown_recipient", endpoint_dead=True)


@pytest.fixture
def channel(server: LineServer) -> LineChannel:
    return LineChannel(server.url)


def outcomes(channel: LineChannel, line: LineSender, *outgoing: Outgoing) -> list[Outcome]:
    """Group, send, and answer in the order of the deliveries."""
    who = sender(line)
    found = channel.send(who, channel.requests(who, outgoing))
    return [found[each.delivery_id] for each in outgoing]


def test_200_is_accepted_with_lines_request_id(server: LineServer, channel: LineChannel) -> None:
    line = server.new_channel(friends([1, 2, 3]))
    pushed = outcomes(channel, line, owed(1))
    multicast = outcomes(channel, line, owed(2), owed(3))
    assert all(isinstance(one, Accepted) and len(one.provider_id) == 36 for one in pushed)
    assert multicast[0] == multicast[1]
    assert server.count(line)["delivered"] == 3


def test_a_user_who_blocked_us_is_accepted_and_not_reached(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel({user(1): "blocked", user(2): "deleted", user(3): "friend"})
    assert all(
        isinstance(one, Accepted) for one in outcomes(channel, line, owed(1), owed(2), owed(3))
    )
    assert server.count(line)["accepted"] == 3
    assert server.count(line)["delivered"] == 1


def test_409_is_accepted_with_the_id_of_the_first_attempt(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1]))
    first = outcomes(channel, line, owed(1))
    assert outcomes(channel, line, owed(1)) == first
    assert server.count(line)["accepted"] == 1


def test_200_with_a_broken_body_is_accepted(server: LineServer, channel: LineChannel) -> None:
    line = server.new_channel(friends([1]))
    server.fail(line, {"kind": "truncated"})
    assert isinstance(outcomes(channel, line, owed(1))[0], Accepted)


@pytest.mark.parametrize("kind", ["error_before", "error_after", "bad_gateway"])
def test_5xx_is_unclear(server: LineServer, channel: LineChannel, kind: str) -> None:
    line = server.new_channel(friends([1, 2]))
    server.fail(line, {"kind": kind})
    assert outcomes(channel, line, owed(1), owed(2)) == [Unclear("server_error")] * 2


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_reset_is_unclear(server: LineServer, channel: LineChannel, kind: str) -> None:
    line = server.new_channel(friends([1]))
    server.fail(line, {"kind": kind})
    assert outcomes(channel, line, owed(1)) == [Unclear("no_answer")]


def test_an_answer_that_takes_too_long_is_unclear(server: LineServer) -> None:
    line = server.new_channel(friends([1]))
    server.fail(line, {"kind": "latency", "seconds": 0.6})
    assert outcomes(LineChannel(server.url, read_seconds=0.2), line, owed(1)) == [
        Unclear("no_answer")
    ]


def test_a_refused_connection_is_tried_later() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        channel = LineChannel(url)
        assert outcomes(channel, LineSender("1", "s"), owed(1)) == [TryLater("unreachable")]


def test_a_connection_refused_after_the_token_is_tried_later(
    server: LineServer, channel: LineChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = server.new_channel(friends([1]))
    token = server.token(line)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = LineChannel(f"http://127.0.0.1:{closed.getsockname()[1]}")
        monkeypatch.setattr(away._tokens, "get", lambda *_: token)
        assert outcomes(away, line, owed(1)) == [TryLater("unreachable")]


def test_429_is_tried_later(server: LineServer, channel: LineChannel) -> None:
    line = server.new_channel(friends([1, 2]))
    server.fail(line, {"kind": "rate_limited"})
    assert outcomes(channel, line, owed(1), owed(2)) == [TryLater("rate_limited")] * 2
    assert all(isinstance(one, Accepted) for one in outcomes(channel, line, owed(1), owed(2)))


def test_429_with_the_months_messages_used_up_says_so(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1, 2]), plan_quota=1)
    used_up = TryLater("quota_used_up", after=3600)
    assert outcomes(channel, line, owed(1), owed(2)) == [used_up] * 2
    assert isinstance(outcomes(channel, line, owed(1))[0], Accepted)


def test_many_429_read_the_quota_once(
    server: LineServer, channel: LineChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = server.new_channel(friends(range(1, 9)), plan_quota=0)
    asked: list[str] = []
    get = channel._api.get

    def counting(path: str, token: str) -> Answer:
        asked.append(path)
        return get(path, token)

    monkeypatch.setattr(channel._api, "get", counting)
    for number in range(1, 9):
        outcomes(channel, line, owed(number))
    assert len(asked) == 2


def test_403_is_not_entitled(server: LineServer, channel: LineChannel) -> None:
    line = server.new_channel(friends([1]))
    server.fail(line, {"kind": "forbidden"})
    assert outcomes(channel, line, owed(1)) == [TryLater("not_entitled", after=3600)]


def test_400_of_a_push_to_an_unknown_id_ends_the_endpoint(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1]))
    assert outcomes(channel, line, owed(2)) == [UNKNOWN]


def test_a_malformed_id_is_refused_without_a_call(server: LineServer, channel: LineChannel) -> None:
    line = server.new_channel()
    server.fail(line, {"kind": "error_before"})
    assert outcomes(channel, line, owed(1, "Uabc")) == [UNKNOWN]
    assert server.control("faults")["faults"], "LINE was called"


def test_400_of_a_multicast_that_names_ids_regroups_the_rest(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1, 3]), multicast_unknown="reject")
    later = TryLater("regroup", after=1)
    assert outcomes(channel, line, owed(1), owed(2), owed(3)) == [later, UNKNOWN, later]
    assert server.count(line)["accepted"] == 0
    assert all(isinstance(one, Accepted) for one in outcomes(channel, line, owed(1), owed(3)))


def test_400_without_a_name_and_with_good_content_takes_the_group_apart(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1]), multicast_unknown="reject_unnamed")
    assert outcomes(channel, line, owed(1), owed(2)) == [TryLater("take_apart", after=1)] * 2
    alone = outcomes(channel, line, owed(1, alone=True), owed(2, alone=True))
    assert isinstance(alone[0], Accepted)
    assert alone[1] == UNKNOWN


def test_400_for_the_content_refuses_everybody_and_keeps_their_endpoints(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1, 2]))
    empty = content(9, "")
    assert (
        outcomes(channel, line, owed(1, text=empty), owed(2, text=empty))
        == [Refused("bad_content")] * 2
    )
    assert outcomes(channel, line, owed(1, text=empty)) == [Refused("bad_content")]


def test_400_that_cannot_be_explained_is_tried_later(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1]), multicast_unknown="reject_unnamed")
    server.fail(line, {"kind": "error_before", "call": "validate_multicast"})
    assert outcomes(channel, line, owed(1), owed(2)) == [TryLater("unexplained", after=60)] * 2


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        ([user(1), user(2)], TryLater("take_apart", after=1)),
        (user(1), Refused("too_large")),
    ],
)
def test_413_is_taken_apart_until_one_is_left(
    server: LineServer, channel: LineChannel, to: list[str] | str, outcome: Outcome
) -> None:
    line = server.new_channel(friends([1, 2]))
    call = "push" if isinstance(to, str) else "multicast"
    messages = [{"type": "text", "text": "朝", "altText": "x" * (2 * 1024 * 1024)}]
    stored = json.dumps({"call": call, "body": {"to": to, "messages": messages}}).encode()
    ids = (1,) if call == "push" else (1, 2)
    key = "6e1c5d3a-52a4-5be0-9d0f-2f7a1c0b9e45"
    found = channel.send(sender(line), [Request(key, ids, stored)])
    assert set(found.values()) == {outcome}


def test_a_text_beyond_lines_limit_is_refused_without_a_call(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1]))
    fits, too_long = content(1, "𠮷" * 2500), content(2, "𠮷" * 2500 + "a")
    assert outcomes(channel, line, owed(1, text=too_long)) == [Refused("text_too_long")]
    assert server.count(line)["requests"] == 0
    assert isinstance(outcomes(channel, line, owed(1, text=fits))[0], Accepted)


def test_a_municipality_without_a_line_channel_waits(channel: LineChannel) -> None:
    nobody = sender(None)
    found = channel.send(nobody, channel.requests(nobody, [owed(1), owed(2)]))
    assert found == dict.fromkeys((1, 2), TryLater("no_line_channel", after=600))


def test_a_turn_that_is_too_far_away_is_given_back(
    server: LineServer, channel: LineChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = server.new_channel(friends([1, 2]))
    monkeypatch.setitem(line_module.RATES, "push", 0.05)
    assert isinstance(outcomes(channel, line, owed(1))[0], Accepted)
    assert outcomes(channel, line, owed(2)) == [TryLater("rate_limited")]


def test_one_stored_request_that_cannot_be_read_does_not_cost_the_others(
    server: LineServer, channel: LineChannel
) -> None:
    line = server.new_channel(friends([1]))
    good = channel.requests(sender(line), [owed(1)])
    torn = Request("6e1c5d3a-52a4-5be0-9d0f-2f7a1c0b9e46", (2, 3), b'{"call":"multi')
    found = channel.send(sender(line), [torn, *good])
    assert found[2] == found[3] == Unclear("internal_error")
    assert isinstance(found[1], Accepted)


def test_every_status_has_a_row_and_no_4xx_counts_as_accepted_but_409() -> None:
    for status in range(300, 500):
        assert (rule_for(status).step is Step.ACCEPTED) == (status == 409)
    assert {rule_for(status).step for status in range(500, 600)} == {Step.UNCLEAR}
    assert rule_for(404).step is Step.LATER


def test_a_base_url_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        LineChannel("api.line.me")
