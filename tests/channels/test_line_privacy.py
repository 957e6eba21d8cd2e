"""What the LINE channel leaves in logs and tracebacks: no person, no text, no secret."""

import logging

import pytest
import structlog

from delivery.channels.line import LineChannel
from delivery.channels.protocol import Request
from tests.channels.line_world import TEXT, friends, owed
from tests.emulators.line_server import LineServer, sender, user


def test_nothing_personal_and_no_secret_is_logged_even_at_debug(
    server: LineServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    line = server.new_channel(friends([1, 2]), multicast_unknown="reject")
    channel, who = LineChannel(server.url), sender(line)
    torn = Request("key", (9,), b'{"call":"push","body":{"messages":"' + user(9).encode())
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as events:
        channel.send(who, channel.requests(who, [owed(1), owed(2)]))
        for name in ("urllib3", "linebot", "linebot.v3.messaging"):  # the SDK turned them down
            caplog.set_level(logging.DEBUG, logger=name)
        server.fail(line, {"kind": "unauthorized"}, {"kind": "error_after"})
        channel.send(who, channel.requests(who, [owed(1), owed(3)]))
        channel.send(who, [*channel.requests(who, [owed(1)]), torn])
        channel.send(who, channel.requests(who, [owed(7, "bad id of Hanako"), owed(3)]))
    token = channel._tokens.get(line)
    said = caplog.text + repr(events) + "".join(capsys.readouterr())
    assert "line_request_not_accepted" in said
    assert "/v2/bot/message/push" in said, "the transport's own debug log was not captured"
    for secret in (user(1), user(2), user(3), user(9), "Hanako", TEXT, line.channel_secret, token):
        assert secret not in said


def test_a_request_shows_no_address_in_a_traceback() -> None:
    channel = LineChannel("http://127.0.0.1:9")
    (request,) = channel.requests(sender(None), [owed(1)])
    assert user(1) not in repr(request.outgoing)
