"""The catcher fails as it is told to: by plan, at one step of the conversation, so often and no more."""

import json
import smtplib
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.mail_server import MailServer

ANY = "reader@example.jp"


@pytest.fixture
def own(tmp_path: Path) -> Any:
    server = MailServer(tmp_path / "mail")
    yield server
    if server.process.poll() is None:
        server.stop()


def plan(server: MailServer, *faults: Any) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.http_port}/_faults",
        data=json.dumps(list(faults)).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def accepted(server: MailServer) -> int:
    return server.count()["accepted"]


def test_a_mail_put_off_after_the_dot_was_not_taken(own: MailServer) -> None:
    plan(own, {"kind": "deferred", "count": 2})
    assert [own.deliver(ANY)[0] for _ in range(3)] == [451, 451, 250]
    assert accepted(own) == 1


def test_a_busy_server_hangs_up_before_anything_is_said(own: MailServer) -> None:
    plan(own, {"kind": "busy"})
    with smtplib.SMTP("127.0.0.1", own.smtp_port, local_hostname="test") as client:
        client.ehlo()
        assert client.mail("stage@kosodate.example.jp")[0] == 421
    assert own.deliver(ANY)[0] == 250
    assert accepted(own) == 1


@pytest.mark.parametrize(("kind", "taken"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_loses_the_answer_and_the_kind_says_whether_the_mail_too(
    own: MailServer, kind: str, taken: int
) -> None:
    plan(own, {"kind": kind})
    with pytest.raises(smtplib.SMTPServerDisconnected):
        own.deliver(ANY)
    assert accepted(own) == taken
    assert own.deliver(ANY)[0] == 250


def test_an_address_can_ask_for_the_cut_by_itself(own: MailServer) -> None:
    with pytest.raises(smtplib.SMTPServerDisconnected):
        own.deliver("cut+alice@example.jp")
    assert accepted(own) == 1
    assert own.deliver(ANY)[0] == 250


def test_an_answer_that_is_none_comes_after_the_mail_was_taken(own: MailServer) -> None:
    plan(own, {"kind": "garbage"})
    assert own.deliver(ANY)[0] not in range(200, 600)
    assert accepted(own) == 1


def test_a_slow_answer_is_slow_and_a_fault_begins_after_so_many_mails(own: MailServer) -> None:
    plan(own, {"kind": "latency", "seconds": 0.4}, {"kind": "deferred", "skip": 1})
    began = time.monotonic()
    assert own.deliver(ANY)[0] == 250
    assert time.monotonic() - began >= 0.4
    assert own.deliver(ANY)[0] == 451
    assert own.deliver(ANY)[0] == 250


@pytest.mark.parametrize("fault", [{"kind": "flood"}, {"kind": "busy", "often": 3}, "busy"])
def test_a_plan_with_something_unknown_is_refused_whole(own: MailServer, fault: Any) -> None:
    assert plan(own, {"kind": "deferred"}, fault) == 400
    assert own.deliver(ANY)[0] == 250
