"""The kept connection: what is said, in which order, and how long it is kept."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from delivery.channels import smtp_wire
from delivery.channels.mail_message import Mail
from delivery.channels.mail_server import Server
from delivery.channels.smtp import SmtpChannel
from delivery.channels.smtp_wire import Connection
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater
from tests.channels.contract import check_grouping
from tests.channels.mail_world import ADDRESS, outgoing, parsed, sender
from tests.channels.scripted_server import ScriptedServer, scripted, when

FORMS = pytest.mark.parametrize("offers", [("PIPELINING",), ()], ids=["pipelined", "stepwise"])
DEAD = Refused("unknown_mailbox", endpoint_dead=True)
UNKNOWN = "550 5.1.1 User unknown"


@contextmanager
def channel(server: ScriptedServer) -> Iterator[SmtpChannel]:
    smtp = SmtpChannel(f"smtp://{server.address}")
    try:
        yield smtp
    finally:
        smtp.close()


def send(smtp: SmtpChannel, *numbers: int) -> list[Outcome]:
    batch = [outgoing(number) for number in numbers]
    outcomes = smtp.send(sender(), smtp.requests(sender(), batch))
    return [outcomes[number] for number in numbers]


def verbs(server: ScriptedServer) -> list[str]:
    return [line.partition(" ")[0] for line in server.seen.lines]


def test_each_delivery_is_a_request_of_its_own_with_the_planners_key() -> None:
    smtp = SmtpChannel("smtp://127.0.0.1")
    requests = check_grouping(smtp, sender(), [outgoing(n, alone=n == 2) for n in range(30)])
    assert [request.key for request in requests] == [f"20261125-{n}" for n in range(30)]


def test_a_pipelining_server_gets_body_and_next_envelope_in_one_go() -> None:
    with scripted() as server, channel(server) as smtp:
        assert send(smtp, 1, 2, 3) == [Accepted("Q1"), Accepted("Q2"), Accepted("Q3")]
    ahead = [more for verb, more in server.seen.ahead if verb == "DOT"]
    assert ahead == [True, True, False]
    # Never a second body before the first is answered: nothing follows the DATA of an envelope.
    assert not any(more for verb, more in server.seen.ahead if verb == "DATA")


def test_a_server_without_pipelining_is_asked_one_thing_at_a_time() -> None:
    with scripted(offers=()) as server, channel(server) as smtp:
        assert send(smtp, 1, 2) == [Accepted("Q1"), Accepted("Q2")]
        assert not any(more for _, more in server.seen.ahead)
        assert verbs(server) == ["EHLO", *["MAIL", "RCPT", "DATA"] * 2]


@FORMS
def test_the_envelope_names_sender_and_reader_and_the_body_arrives_whole(
    offers: tuple[str, ...],
) -> None:
    with scripted(offers=offers) as server, channel(server) as smtp:
        send(smtp, 5)
        assert server.seen.lines[1:3] == [
            f"MAIL FROM:<{ADDRESS}>",
            "RCPT TO:<reader5@example.jp>",
        ]
    (body,) = server.seen.bodies
    assert parsed(body)["Message-ID"] == "<d.20261125-5@mail.nakano.example.jp>"


@FORMS
def test_a_refused_reader_does_not_hurt_the_next(offers: tuple[str, ...]) -> None:
    with scripted(when("RCPT", UNKNOWN, nth=1), offers=offers) as server, channel(server) as smtp:
        outcomes = send(smtp, 1, 2, 3)
    assert outcomes == [Accepted("Q1"), DEAD, Accepted("Q2")]
    assert "RSET" in verbs(server)


def test_a_server_that_wants_a_body_for_nobody_is_given_an_empty_one() -> None:
    def careless(verb: str, nth: int) -> str | None:  # RFC 2920 allows it
        answers = {"RCPT": UNKNOWN, "DATA": "354 Go on"}
        return answers.get(verb) if nth == 0 else None

    with scripted(careless) as server, channel(server) as smtp:
        first, second = send(smtp, 1, 2)
    assert (first, second) == (DEAD, Accepted("Q2"))
    assert server.seen.bodies[0] == b"\r\n"


@FORMS
def test_a_refused_last_reader_leaves_the_connection_clean(offers: tuple[str, ...]) -> None:
    with scripted(when("RCPT", UNKNOWN, nth=0), offers=offers) as server, channel(server) as smtp:
        assert send(smtp, 1) == [DEAD]
        assert send(smtp, 2) == [Accepted("Q1")]
        assert server.seen.connections == 1
        assert verbs(server).count("RSET") == 1


@FORMS
def test_a_mail_refused_after_its_body_does_not_hurt_the_next(offers: tuple[str, ...]) -> None:
    script = when("DOT", "550 Unknown user", nth=0)
    with scripted(script, offers=offers) as server, channel(server) as smtp:
        assert send(smtp, 1, 2) == [Refused("filtered"), Accepted("Q2")]
        assert send(smtp, 3) == [Accepted("Q3")]
        assert server.seen.connections == 1


def test_one_connection_serves_batch_after_batch() -> None:
    with scripted() as server, channel(server) as smtp:
        for number in range(5):
            send(smtp, number)
        assert server.seen.connections == 1


def test_a_connection_that_ended_meanwhile_is_replaced_and_nothing_is_lost() -> None:
    with scripted() as server, channel(server) as smtp:
        send(smtp, 1)
        server.hang_up()
        assert send(smtp, 2, 3) == [Accepted("Q2"), Accepted("Q3")]
        assert server.seen.connections == 2


def test_421_before_the_first_mail_of_a_batch_is_answered_with_a_new_connection() -> None:
    timed_out = when("MAIL", "421 4.4.2 timeout exceeded", nth=1)
    with scripted(timed_out) as server, channel(server) as smtp:
        send(smtp, 1)
        assert send(smtp, 2, 3) == [Accepted("Q2"), Accepted("Q3")]
        assert server.seen.connections == 2


def test_a_server_that_hangs_up_on_a_new_connection_is_not_asked_in_circles() -> None:
    with scripted(when("MAIL", "421 4.7.0 go away")) as server, channel(server) as smtp:
        assert send(smtp, 1, 2) == [TryLater("server_busy"), TryLater("connection_lost")]
        assert server.seen.connections == 1


def test_a_connection_is_replaced_after_its_thousand_mails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp_wire, "MAILS_PER_CONNECTION", 4)
    with scripted() as server, channel(server) as smtp:
        for number in range(6):
            send(smtp, number, number + 100)
        assert server.seen.connections == 3
        assert verbs(server).count("QUIT") == 2


def test_a_connection_idle_for_too_long_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted() as server, channel(server) as smtp:
        send(smtp, 1)
        monkeypatch.setattr(smtp_wire, "IDLE_SECONDS", -1.0)
        send(smtp, 2)
        assert server.seen.connections == 2


def test_a_forked_process_leaves_its_parents_connection_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with scripted() as server:
        kept = Connection(Server.parse(f"smtp://{server.address}"), None)
        monkeypatch.setattr("os.getpid", lambda: 1)
        assert kept.worn
        kept.close()
        monkeypatch.undo()
    assert "QUIT" not in verbs(server)


def send_and_close(smtp: SmtpChannel) -> None:
    send(smtp, 2)
    smtp.close()


def test_each_thread_has_its_own_connection() -> None:
    # The server serves one connection at a time: shared or queued, this would not end in time.
    with scripted() as one, channel(one) as smtp:
        send(smtp, 1)
        smtp.close()
        thread = threading.Thread(target=send_and_close, args=(smtp,))
        thread.start()
        thread.join(5)
        assert one.seen.connections == 2
        assert smtp._connection() is None


def test_an_error_of_our_own_never_leaves_a_connection_out_of_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(data: bytes) -> bytes:
        raise KeyboardInterrupt

    with scripted() as server, channel(server) as smtp:
        send(smtp, 1)
        with monkeypatch.context() as patch:
            patch.setattr(smtp_wire, "_framed", interrupted)
            with pytest.raises(KeyboardInterrupt):
                send(smtp, 2)
        assert send(smtp, 3) == [Accepted("Q2")]
        assert server.seen.connections == 2


@pytest.mark.parametrize(
    ("data", "wire"),
    [
        (b".\r\n", b"..\r\n"),
        (b"a\r\n.b\r\n..\r\n", b"a\r\n..b\r\n...\r\n"),
        (b"a.\r\nb\r\n", b"a.\r\nb\r\n"),
    ],
)
def test_a_line_that_begins_with_a_dot_does_not_end_the_mail(data: bytes, wire: bytes) -> None:
    with scripted() as server:
        kept = Connection(Server.parse(f"smtp://{server.address}"), None)
        (answer,) = kept.hand_over([Mail("a@example.jp", "b@example.jp", data)])
        kept.close()
    assert repr(answer) == "Answer(dot 250)"
    assert server.seen.bodies == [wire]
