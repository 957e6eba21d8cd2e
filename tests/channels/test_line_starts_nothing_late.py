"""All calls of a batch end before the sender's lease does: late in a batch no new one begins."""

import pytest

from delivery.channels import line
from delivery.channels.line import LineChannel
from delivery.channels.protocol import LineSender, Sender
from delivery.domain.outcome import TryLater
from kizuna import settings
from tests.channels.line_world import content, owed

SLOWEST_CALL = 215
"""Seconds: a token 35, its turn 5, the call 35, a new token 35, the call 35, quota 2 × 35."""


def test_what_was_not_begun_in_time_goes_back_without_a_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "START_SECONDS", -1.0)
    # Nobody listens there: a call would be answered with "unreachable".
    channel = LineChannel("http://127.0.0.1:1")
    sender = Sender(1, "aoba", "あおば", None, LineSender("1650000001", "0" * 32))
    requests = channel.requests(sender, [owed(n, text=content(n)) for n in (1, 2, 3)])
    assert set(channel.send(sender, requests).values()) == {TryLater("rate_limited")}


def test_the_lease_is_longer_than_the_slowest_batch() -> None:
    assert line.START_SECONDS + SLOWEST_CALL < settings.SEND_LEASE_SECONDS
