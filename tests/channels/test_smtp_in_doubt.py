"""What a lost connection leaves: one mail in doubt at most, and never one before its final dot."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from delivery.channels import smtp_socket, smtp_wire
from delivery.channels.smtp import SmtpChannel
from delivery.domain.outcome import Accepted, Outcome, TryLater, Unclear
from tests.channels.mail_world import content, outgoing, sender
from tests.channels.scripted_server import CUT, SILENCE, Script, scripted, when

LOST = TryLater("connection_lost")
DOUBT = Unclear("no_answer")
FORMS = pytest.mark.parametrize("offers", [("PIPELINING",), ()], ids=["pipelined", "stepwise"])


def send(script: Script, count: int, offers: tuple[str, ...]) -> list[Outcome]:
    with scripted(script, offers=offers) as server, channel(server.address) as smtp:
        batch = [outgoing(number) for number in range(count)]
        outcomes = smtp.send(sender(), smtp.requests(sender(), batch))
        return [outcomes[number] for number in range(count)]


@contextmanager
def channel(address: str) -> Iterator[SmtpChannel]:
    smtp = SmtpChannel(f"smtp://{address}")
    try:
        yield smtp
    finally:
        smtp.close()


@FORMS
def test_a_cut_after_the_third_of_ten_leaves_one_in_doubt(offers: tuple[str, ...]) -> None:
    outcomes = send(when("DOT", CUT, nth=2), 10, offers)
    assert outcomes == [Accepted("Q1"), Accepted("Q2"), DOUBT, *[LOST] * 7]


@FORMS
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_cut_before_the_dot_is_certainly_not_accepted(verb: str, offers: tuple[str, ...]) -> None:
    assert send(when(verb, CUT, nth=1), 3, offers) == [Accepted("Q1"), LOST, LOST]


@FORMS
def test_a_server_that_dies_while_the_body_is_on_its_way_has_not_accepted_it(
    offers: tuple[str, ...],
) -> None:
    long = content(mail_text="あ" * 4_000_000)
    with scripted(when("BODY", CUT), offers=offers) as server, channel(server.address) as smtp:
        outcomes = smtp.send(sender(), smtp.requests(sender(), [outgoing(1, content=long)]))
    assert outcomes == {1: LOST}
    assert server.seen.lines[-1] == "DATA"


@FORMS
@pytest.mark.parametrize("nonsense", ["Hallo", "99 ?", "150 wait", "250", "999 x"])
def test_an_answer_that_is_none_leaves_the_mail_in_doubt(
    nonsense: str, offers: tuple[str, ...]
) -> None:
    expected = Accepted("") if nonsense == "250" else DOUBT
    assert send(when("DOT", nonsense, nth=0), 1, offers) == [expected]


@FORMS
def test_an_endless_answer_is_no_answer(offers: tuple[str, ...]) -> None:
    assert send(when("DOT", "250-" + "x" * 20_000), 1, offers) == [DOUBT]
    assert send(when("DOT", "250-x\r\n" * 2_000), 1, offers) == [DOUBT]


@FORMS
def test_no_answer_to_the_dot_in_time_is_in_doubt(
    monkeypatch: pytest.MonkeyPatch, offers: tuple[str, ...]
) -> None:
    monkeypatch.setattr(smtp_wire, "FINAL_SECONDS", 0.1)
    assert send(when("DOT", SILENCE, nth=1), 3, offers) == [Accepted("Q1"), DOUBT, LOST]


@FORMS
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_no_answer_before_the_dot_in_time_is_not_accepted(
    monkeypatch: pytest.MonkeyPatch, verb: str, offers: tuple[str, ...]
) -> None:
    monkeypatch.setattr(smtp_wire, "COMMAND_SECONDS", 0.1)
    assert send(when(verb, SILENCE), 2, offers) == [LOST, LOST]


@FORMS
def test_a_batch_ends_before_the_lease_on_it_does(
    monkeypatch: pytest.MonkeyPatch, offers: tuple[str, ...]
) -> None:
    monkeypatch.setattr(smtp_wire, "BATCH_SECONDS", -1.0)
    with scripted(offers=offers) as server, channel(server.address) as smtp:
        batch = [outgoing(number) for number in range(3)]
        outcomes = smtp.send(sender(), smtp.requests(sender(), batch))
    assert set(outcomes.values()) == {LOST}
    assert server.seen.bodies == []


def test_a_late_answer_that_brings_the_next_ones_along_does_not_stretch_the_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp_wire, "BATCH_SECONDS", 0.3)

    def slow(verb: str, nth: int) -> str | None:
        if verb != "DOT":
            return None
        time.sleep(0.4)
        return "250 queued as LATE\r\n250 sender\r\n250 reader\r\n354 body"

    assert send(slow, 3, ("PIPELINING",)) == [Accepted("LATE"), LOST, LOST]


def test_a_batch_with_the_slowest_answers_stays_within_the_senders_lease() -> None:
    longest = (
        smtp_socket.CONNECT_SECONDS
        + smtp_wire.LOG_IN_SECONDS
        + smtp_wire.BATCH_SECONDS
        + smtp_socket.COMMAND_SECONDS  # one stale connection, tried first
        + smtp_socket.COMMAND_SECONDS  # the last body on its way
        + smtp_wire.FINAL_SECONDS
    )
    assert longest < settings.SEND_LEASE_SECONDS


@FORMS
def test_421_to_one_mail_tells_that_it_was_not_taken_and_ends_the_batch(
    offers: tuple[str, ...],
) -> None:
    busy = TryLater("server_busy")
    answer = "421 4.3.2 shutting down"
    assert send(when("DOT", answer, nth=1), 3, offers) == [Accepted("Q1"), busy, LOST]
    assert send(when("RCPT", answer, nth=1), 3, offers) == [Accepted("Q1"), busy, LOST]
