"""The mail catcher on the wire: what it takes, what it refuses on request, what it counts."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest

from tests.emulators.mail_server import MailServer, catcher

__all__ = ["catcher"]

SENDER = b"MAIL FROM:<stage@kosodate.example.jp>\r\n"


class Wire:
    """A client that writes what it likes and reads line by line."""

    def __init__(self, sock: socket.socket, file: BinaryIO) -> None:
        self._sock, self._file = sock, file

    def write(self, data: bytes) -> None:
        self._sock.sendall(data)

    def line(self) -> str:
        return self._file.readline().decode().rstrip("\r\n")

    def codes(self, number: int) -> list[str]:
        return [self.line()[:3] for _ in range(number)]

    def at_end(self) -> bool:
        return self._file.read(1) == b""


@contextmanager
def wire(catcher: MailServer) -> Iterator[Wire]:
    with (
        socket.create_connection(("127.0.0.1", catcher.smtp_port), 10) as sock,
        sock.makefile("rb") as file,
    ):
        client = Wire(sock, file)
        assert client.line().startswith("220 ")
        client.write(b"EHLO [127.0.0.1]\r\n")
        offers = [client.line()]
        while offers[-1][3] == "-":
            offers.append(client.line())
        assert "250-PIPELINING" in offers
        yield client


def rcpt(address: str) -> bytes:
    return f"RCPT TO:<{address}>\r\n".encode()


def body(key: str, day: str) -> bytes:
    return f"Message-ID: <d.{key}@x>\r\nX-Kizuna-Day: {day}\r\n\r\nHello\r\n.\r\n".encode()


def test_a_body_and_the_next_envelope_in_one_write_are_both_taken(catcher: MailServer) -> None:
    envelope = SENDER + rcpt("a@example.jp") + b"DATA\r\n"
    with wire(catcher) as client:
        client.write(envelope)
        assert client.codes(3) == ["250", "250", "354"]
        for number in range(50):
            client.write(body(f"p{number}", "2026-01-01") + envelope)
            assert client.codes(4) == ["250", "250", "250", "354"]
    # The fifty-first never got its dot.
    assert catcher.count("2026-01-01") == {"accepted": 50, "distinct": 50, "doubled": 0}


def test_a_mail_that_arrives_byte_by_byte_is_the_same_mail(catcher: MailServer) -> None:
    mail = b"Subject: slow\r\nX-Kizuna-Day: 2026-01-02\r\n\r\n..dot\r\n..\r\nend\r\n.\r\n"
    with wire(catcher) as client:
        client.write(SENDER + rcpt("slow@example.jp") + b"DATA\r\n")
        assert client.codes(3) == ["250", "250", "354"]
        for at in range(len(mail)):
            client.write(mail[at : at + 1])
        assert client.line().startswith("250 2.0.0 Ok: queued as K")
    assert catcher.count("2026-01-02")["accepted"] == 1
    newest = catcher.get("/?to=slow@").text.split('href="/messages/')[1].split('"')[0]
    assert catcher.message(int(newest)).get_content().splitlines() == [".dot", ".", "end"]


@pytest.mark.parametrize("address", ["a..b@docomo.ne.jp", "a.@docomo.ne.jp", '"a..b"@docomo.ne.jp'])
def test_an_old_carrier_address_is_taken(catcher: MailServer, address: str) -> None:
    assert catcher.deliver(address)[0] == 250


@pytest.mark.parametrize(
    ("local", "code", "text"),
    [
        ("bounce", 550, b"5.1.1"),
        ("full", 452, b"4.2.2"),
        ("filtered", 550, b"Unknown user"),
        ("Bounce", 550, b"5.1.1"),
    ],
)
def test_a_local_part_asks_for_a_failure(
    catcher: MailServer, local: str, code: int, text: bytes
) -> None:
    answer = catcher.deliver(f"{local}+17@example.jp", X_Kizuna_Day="2026-01-03")
    assert answer[0] == code
    assert answer[1].startswith(text)
    assert catcher.count("2026-01-03")["accepted"] == 0


def test_a_word_without_a_plus_asks_for_nothing(catcher: MailServer) -> None:
    assert catcher.deliver("bounce@example.jp")[0] == 250


def test_later_puts_each_address_off_once(catcher: MailServer) -> None:
    answers = [catcher.deliver(f"later+{who}@example.jp")[0] for who in ("a", "a", "b", "a", "b")]
    assert answers == [451, 250, 451, 250, 250]


def test_refused_recipients_leave_nobody_to_send_data_to(catcher: MailServer) -> None:
    with wire(catcher) as client:
        client.write(SENDER + rcpt("bounce+1@example.jp") + b"DATA\r\nRSET\r\n")
        assert client.codes(4) == ["250", "550", "554", "250"]
        client.write(SENDER + rcpt("a@example.jp") + b"DATA\r\n")
        assert client.codes(3) == ["250", "250", "354"]


def test_the_same_message_id_twice_is_one_double(catcher: MailServer) -> None:
    for message_id in ("<d.1@x>", "<d.2@x>", "<d.1@x>", "<d.1@x>"):
        catcher.deliver("a@example.jp", Message_ID=message_id, X_Kizuna_Day="2026-01-04")
    assert catcher.count("2026-01-04") == {"accepted": 4, "distinct": 2, "doubled": 1}


def test_only_header_lines_are_counted_not_the_body(catcher: MailServer) -> None:
    with wire(catcher) as client:
        client.write(SENDER + rcpt("a@example.jp") + b"DATA\r\n")
        client.codes(3)
        client.write(b"Subject: x\r\n\r\nX-Kizuna-Day: 2026-01-05\r\n.\r\n")
        assert client.codes(1) == ["250"]
    assert catcher.count("2026-01-05")["accepted"] == 0


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (b"DATA\r\n", "503"),
        (b"RCPT TO:<a@example.jp>\r\n", "503"),
        (b"MAIL FROM:nobody\r\n", "501"),
        (b"HELP\r\n", "500"),
        (b"NOOP\r\n", "250"),
        (b"\xff\xfe\r\n", "500"),
    ],
)
def test_what_is_out_of_order_is_refused_and_the_session_goes_on(
    catcher: MailServer, order: bytes, code: str
) -> None:
    with wire(catcher) as client:
        client.write(order + b"NOOP\r\n")
        assert client.codes(2) == [code, "250"]


def test_an_endless_line_ends_the_session(catcher: MailServer) -> None:
    with wire(catcher) as client:
        client.write(b"A" * 5_000)
        assert client.line().startswith("500 ")
        assert client.at_end()


def test_quit_is_answered_and_the_connection_closed(catcher: MailServer) -> None:
    with wire(catcher) as client:
        client.write(b"QUIT\r\n")
        assert client.line().startswith("221 ")
        assert client.at_end()
