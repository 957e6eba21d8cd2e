"""Access tokens: minted when needed, by one thread, and never again without a reason."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from delivery.channels.line import LineChannel
from delivery.channels.line_api import LineApi, NotSent
from delivery.channels.line_tokens import PATH, Tokens
from delivery.channels.protocol import LineSender
from delivery.domain.outcome import Accepted, TryLater
from tests.channels.line_world import friends, owed
from tests.emulators.line_server import LineServer, sender


class Counting(LineApi):
    """The real transport, which also counts how many tokens it was asked for."""

    minted = 0

    def post_form(self, path: str, fields: Any) -> Any:
        self.minted += path == PATH
        return super().post_form(path, fields)


@pytest.fixture
def api(server: LineServer) -> Counting:
    return Counting(server.url, connections=16)


@pytest.fixture
def send(server: LineServer) -> Callable[..., Any]:
    channel = LineChannel(server.url)

    def send(line: LineSender, number: int) -> Any:
        who = sender(line)
        return channel.send(who, channel.requests(who, [owed(number)]))[number]

    return send


def test_a_token_that_ended_early_is_replaced_and_the_message_accepted(
    server: LineServer, send: Callable[..., Any]
) -> None:
    line = server.new_channel(friends([1, 2]))
    assert isinstance(send(line, 1), Accepted)
    server.fail(line, {"kind": "unauthorized"})
    assert isinstance(send(line, 2), Accepted)
    assert server.count(line)["accepted"] == 2


def test_a_second_401_is_a_matter_of_credentials(
    server: LineServer, send: Callable[..., Any]
) -> None:
    line = server.new_channel(friends([1]))
    server.fail(line, {"kind": "unauthorized", "count": 2})
    assert send(line, 1) == TryLater("bad_credentials", after=600)


def test_a_wrong_secret_is_a_matter_of_credentials(
    server: LineServer, send: Callable[..., Any]
) -> None:
    line = server.new_channel(friends([1]))
    assert send(LineSender(line.channel_id, "another"), 1) == TryLater("bad_credentials", after=600)
    assert isinstance(send(line, 1), Accepted)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("rate_limited", "rate_limited"),
        ("error_before", "server_error"),
        ("reset_before", "unreachable"),
        ("truncated", "server_error"),
    ],
)
def test_without_a_token_nothing_was_sent(
    server: LineServer, send: Callable[..., Any], kind: str, reason: str
) -> None:
    line = server.new_channel(friends([1]))
    server.fail(line, {"kind": kind, "call": "token"})
    assert send(line, 1) == TryLater(reason)


def test_an_address_that_is_not_lines_is_not_blamed_on_the_credentials(server: LineServer) -> None:
    line = server.new_channel()
    tokens = Tokens(LineApi(f"{server.url}/elsewhere", connections=1))
    with pytest.raises(NotSent) as none:
        tokens.get(line)
    assert none.value.outcome == TryLater("unexpected_answer", after=600)


def test_many_threads_mint_one_token(server: LineServer, api: Counting) -> None:
    line, tokens = server.new_channel(), Tokens(api)
    server.fail(line, {"kind": "latency", "call": "token", "seconds": 0.1})
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: tokens.get(line), range(16)))
    assert (len(found), api.minted) == (1, 1)


def test_many_threads_that_were_refused_the_same_token_mint_one_new_one(
    server: LineServer, api: Counting
) -> None:
    line, tokens = server.new_channel(), Tokens(api)
    old = tokens.get(line)
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: tokens.get(line, refused=old), range(16)))
    assert old not in found
    assert (len(found), api.minted) == (1, 2)


def test_a_failure_is_shared_for_a_moment(server: LineServer, api: Counting) -> None:
    line = server.new_channel()
    wrong, tokens = LineSender(line.channel_id, "another"), Tokens(api)
    for _ in range(8):
        with pytest.raises(NotSent):
            tokens.get(wrong)
    assert api.minted == 1


def test_a_token_is_not_used_in_its_last_minute(
    server: LineServer, api: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, tokens = server.new_channel(), Tokens(api)
    now = 1000.0
    monkeypatch.setattr("delivery.channels.line_tokens.time.monotonic", lambda: now)
    first = tokens.get(line)
    now += 839
    assert tokens.get(line) == first
    now += 2
    assert tokens.get(line) != first


def test_two_channels_never_share_a_token(server: LineServer, api: Counting) -> None:
    tokens = Tokens(api)
    assert tokens.get(server.new_channel()) != tokens.get(server.new_channel())
