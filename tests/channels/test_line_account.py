"""What a try of credentials finds out: whose account, or what is wrong, and always soon."""

import logging
import time
from socket import socket
from typing import Any

import pytest
import structlog

from delivery.channels import line_account
from delivery.channels.line_account import ask
from delivery.channels.protocol import LineSender
from municipalities.domain.line_account import Account, Result, Said
from tests.emulators.line_server import LineServer


def result(server: LineServer, line: LineSender) -> str:
    return ask(server.url, line, 7).result.value


def test_the_account_is_named_as_line_names_it(server: LineServer) -> None:
    line = server.new_channel(name="あおば市 子育て", plan_quota=200)
    basic_id = server.call("/v2/bot/info", Authorization=f"Bearer {server.token(line)}").body[
        "basicId"
    ]
    assert basic_id.startswith("@")
    account = Account("あおば市 子育て", basic_id, monthly_limit=200)
    assert ask(server.url, line, 7) == Said(Result.ANSWERED, account)


def test_a_plan_without_a_limit_has_none(server: LineServer) -> None:
    account = ask(server.url, server.new_channel(), 7).account
    assert account is not None
    assert account.monthly_limit is None


@pytest.mark.parametrize("wrong", ["id", "secret"])
def test_a_wrong_pair_is_refused(server: LineServer, wrong: str) -> None:
    line = server.new_channel()
    channel_id = "1999999999" if wrong == "id" else line.channel_id
    secret = "0" * 32 if wrong == "secret" else line.channel_secret
    assert result(server, LineSender(channel_id, secret)) == "refused"


@pytest.mark.parametrize(
    ("call", "kind", "expected"),
    [
        ("info", "unauthorized", "refused"),
        ("info", "forbidden", "closed"),
        ("info", "error_before", "silent"),
        ("info", "rate_limited", "silent"),
        ("info", "reset_before", "silent"),
        ("info", "truncated", "silent"),
        ("info", "bad_gateway", "silent"),
        ("token", "error_before", "silent"),
        ("token", "rate_limited", "silent"),
        ("token", "reset_before", "silent"),
        ("token", "truncated", "silent"),
        # The account is known by then; its plan stays unknown.
        ("quota", "error_before", "answered"),
        ("quota", "reset_before", "answered"),
        ("quota", "truncated", "answered"),
    ],
)
def test_only_line_s_own_no_is_blamed_on_the_credentials(
    server: LineServer, call: str, kind: str, expected: str
) -> None:
    line = server.new_channel(plan_quota=200)
    server.fail(line, {"kind": kind, "call": call})
    assert result(server, line) == expected


def test_every_call_is_made_once(server: LineServer) -> None:
    line = server.new_channel()
    server.fail(line, {"kind": "error_before", "call": "info", "count": 2})
    assert result(server, line) == "silent"
    assert [one["count"] for one in server.control("faults")["faults"]] == [1]


def test_an_address_where_nobody_listens_is_silence() -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert ask(url, LineSender("1650000000", "0" * 32), 7) == Said(Result.SILENT)


def test_nobody_waits_longer_than_the_page_may(
    server: LineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_account, "ALL_SECONDS", 0.5)
    line = server.new_channel()
    server.fail(line, {"kind": "latency", "call": "info", "seconds": 30})
    before = time.monotonic()
    assert result(server, line) == "silent"
    assert time.monotonic() - before < 20


def test_a_call_has_its_own_end(server: LineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert line_account.CALL_SECONDS <= 5
    monkeypatch.setattr(line_account, "CALL_SECONDS", 0.2)
    monkeypatch.setattr(line_account, "ALL_SECONDS", 60.0)
    line_account._api.cache_clear()
    line = server.new_channel()
    server.fail(line, {"kind": "latency", "call": "info", "seconds": 30})
    before = time.monotonic()
    try:
        assert result(server, line) == "silent"
    finally:
        line_account._api.cache_clear()
    assert time.monotonic() - before < 20


def test_a_surprise_is_silence(server: LineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> str:
        raise RuntimeError

    monkeypatch.setattr("delivery.channels.line_account.Tokens.get", broken)
    assert result(server, server.new_channel()) == "silent"


def test_no_secret_and_no_token_is_logged_even_at_debug(
    server: LineServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    line = server.new_channel()
    token = server.token(line)
    typed = LineSender(line.channel_id, "fedcba9876543210" * 2)
    assert result(server, line) == "answered"
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as events:
        for name in ("urllib3", "linebot", "linebot.v3.messaging"):  # the SDK turned them down
            caplog.set_level(logging.DEBUG, logger=name)
        assert result(server, line) == "answered"
        assert result(server, typed) == "refused"
    said = caplog.text + repr(events) + "".join(capsys.readouterr())
    assert "/v2/bot/info" in said, "the transport's own debug log was not captured"
    for secret in (line.channel_secret, typed.channel_secret, token[:8], "Bearer"):
        assert secret not in said
