"""The one question itself: to which address, for which certificate, and how little is read."""

import socket
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest

from messages.services.link_asking import A_READ, LONGEST_HEAD, Answer, Question, addresses_of, ask

ASKING = "messages.services.link_asking"
ADDRESS = "203.0.114.9"


class Line:
    """The other end of the wire, without a network and without TLS."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.connected: list[tuple[Any, float]] = []
        self.named: list[str] = []
        monkeypatch.setattr(f"{ASKING}.socket.create_connection", self._connect)
        monkeypatch.setattr(f"{ASKING}.ssl.create_default_context", lambda: self)

    def _connect(self, address: Any, timeout: float) -> socket.socket:
        self.connected.append((address, timeout))
        return self.ours

    def wrap_socket(self, plain: socket.socket, server_hostname: str) -> socket.socket:
        self.named.append(server_hostname)
        return plain.dup()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    made = Line(monkeypatch)
    yield made
    made.ours.close()
    made.theirs.close()


def question(seconds: float = 2) -> Question:
    return Question("HEAD", "www.example.jp", ADDRESS, "/x?y=1", monotonic() + seconds)


def test_it_asks_the_address_by_the_name_of_the_host_without_cookies(line: Line) -> None:
    line.theirs.sendall(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nSet-Cookie: a=b\r\n\r\n")
    assert ask(question()) == Answer(302, "/next")
    ((address, timeout),) = line.connected
    assert address == (ADDRESS, 443)
    assert timeout <= 2
    assert line.named == ["www.example.jp"]
    sent = line.theirs.recv(4096).decode()
    assert sent.startswith("HEAD /x?y=1 HTTP/1.1\r\nHost: www.example.jp\r\n")
    assert "cookie" not in sent.lower()


def test_of_the_page_itself_hardly_anything_is_read(line: Line) -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    line.theirs.sendall(head + b"x" * 5000)
    kept = line.ours.dup()
    assert ask(question()) == Answer(200)
    kept.settimeout(1)
    assert len(kept.recv(10_000)) >= len(head) + 5000 - A_READ
    kept.close()


def test_an_endless_head_is_given_up(line: Line) -> None:
    line.theirs.sendall(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * (LONGEST_HEAD // 6 + 200))
    assert ask(question()) == Answer(200)


def test_who_answers_a_letter_at_a_time_is_not_waited_for(line: Line) -> None:
    line.theirs.sendall(b"HTTP/1.1 2")
    with pytest.raises(TimeoutError):
        ask(question(0.2))


def test_no_time_left_means_no_connection(line: Line) -> None:
    with pytest.raises(TimeoutError):
        ask(question(-1))
    assert line.connected == []


def test_a_name_is_asked_for_its_addresses_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(2, 1, 6, "", (ADDRESS, 443)), (10, 1, 6, "", ("2606:4700::1", 443, 0, 0))]
    monkeypatch.setattr(f"{ASKING}.socket.getaddrinfo", lambda *_a, **_k: rows + rows)
    assert addresses_of("www.example.jp") == [ADDRESS, "2606:4700::1"]
