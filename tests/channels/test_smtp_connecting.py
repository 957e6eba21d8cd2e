"""From EMAIL_URL to an open session: address, encryption, log-in, and what fails on the way."""

import datetime
import ipaddress
import socket
import ssl
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from delivery.channels.mail_server import Server, Tls
from delivery.channels.smtp import SmtpChannel
from delivery.domain.outcome import Accepted, Outcome, TryLater, Unclear
from tests.channels.mail_world import outgoing, sender
from tests.channels.scripted_server import CUT, SILENCE, scripted, when

UNREACHABLE = TryLater("unreachable")


def send(url: str, tls: ssl.SSLContext | None = None) -> list[Outcome]:
    smtp = SmtpChannel(url, tls=tls)
    try:
        outcomes = smtp.send(sender(), smtp.requests(sender(), [outgoing(1), outgoing(2)]))
    finally:
        smtp.close()
    return [outcomes[1], outcomes[2]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate for 127.0.0.1 in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.jp", Server(Tls.NONE, "mail.example.jp", 25)),
        ("smtp://127.0.0.1:1025", Server(Tls.NONE, "127.0.0.1", 1025)),
        ("smtp://[::1]:2525", Server(Tls.NONE, "::1", 2525)),
        (
            "smtp+tls://us%40er:p%2Fw%3A%20d@mail.example.jp",
            Server(Tls.STARTTLS, "mail.example.jp", 587, "us@er", "p/w: d"),
        ),
        ("smtps://u:p@mail.example.jp", Server(Tls.FROM_START, "mail.example.jp", 465, "u", "p")),
    ],
)
def test_the_url_says_where_and_how(url: str, expected: Server) -> None:
    assert Server.parse(url) == expected


@pytest.mark.parametrize(
    "url", ["", "mail.example.jp", "http://secret@x", "smtp://:secret@", "smtp://h:secret"]
)
def test_a_url_that_names_no_server_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL") as refused:
        SmtpChannel(url)
    assert "secret" not in str(refused.value)


def test_a_password_stays_out_of_what_a_traceback_shows() -> None:
    assert "geheim" not in repr(Server.parse("smtps://u:geheim@mail.example.jp"))


def test_a_port_where_nobody_listens_means_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert send(f"smtp://127.0.0.1:{port}") == [UNREACHABLE, UNREACHABLE]


def test_a_name_that_does_not_exist_means_later() -> None:
    assert send("smtp://mail.invalid:25") == [UNREACHABLE, UNREACHABLE]


@pytest.mark.parametrize(
    ("verb", "answer", "reason"),
    [
        ("GREETING", "554 no service", "unreachable"),
        ("GREETING", "421 too many connections", "server_busy"),
        ("GREETING", "450 not now", "server_busy"),
        ("GREETING", "SSH-2.0-OpenSSH_9.6", "unreachable"),
        ("GREETING", CUT, "unreachable"),
        ("EHLO", "502 what?", "unreachable"),
        ("EHLO", CUT, "unreachable"),
    ],
)
def test_a_server_that_will_not_talk_means_later(verb: str, answer: str, reason: str) -> None:
    with scripted(when(verb, answer)) as server:
        assert send(f"smtp://{server.address}") == [TryLater(reason)] * 2


def test_a_server_that_never_greets_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("delivery.channels.smtp_wire.LOG_IN_SECONDS", 0.1)
    with scripted(when("GREETING", SILENCE)) as server:
        assert send(f"smtp://{server.address}") == [UNREACHABLE] * 2


def test_starttls_encrypts_before_anything_is_said(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with scripted(offers=("STARTTLS", "PIPELINING"), tls=server_tls) as server:
        outcomes = send(f"smtp+tls://{server.address}", trusting)
    assert outcomes == [Accepted("Q1"), Accepted("Q2")]
    assert [line.split()[0] for line in server.seen.lines[:3]] == ["EHLO", "STARTTLS", "EHLO"]


def test_smtps_is_encrypted_from_the_first_byte(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with scripted(tls=server_tls, from_start=True) as server:
        assert send(f"smtps://{server.address}", trusting) == [Accepted("Q1"), Accepted("Q2")]


def test_a_cut_after_the_dot_is_in_doubt_through_tls_too(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with scripted(when("DOT", CUT, nth=0), tls=server_tls, from_start=True) as server:
        outcomes = send(f"smtps://{server.address}", trusting)
    assert outcomes == [Unclear("no_answer"), TryLater("connection_lost")]


def test_a_certificate_nobody_vouches_for_means_later_and_nothing_is_sent(
    server_tls: ssl.SSLContext,
) -> None:
    with scripted(tls=server_tls, from_start=True) as server:
        assert send(f"smtps://{server.address}") == [UNREACHABLE] * 2
    assert server.seen.lines == []


def test_a_server_that_refuses_starttls_gets_no_mail_in_clear(trusting: ssl.SSLContext) -> None:
    with scripted(when("STARTTLS", "502 no")) as server:
        assert send(f"smtp+tls://u:p@{server.address}", trusting) == [UNREACHABLE] * 2
    assert [line.split()[0] for line in server.seen.lines] == ["EHLO", "STARTTLS"]


def test_words_slipped_in_before_the_encryption_are_not_believed(
    server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    slipped = when("STARTTLS", "220 go\r\n250-forged\r\n250 AUTH PLAIN")
    with scripted(slipped, tls=server_tls) as server:
        assert send(f"smtp+tls://u:p@{server.address}", trusting) == [UNREACHABLE] * 2


def test_plain_log_in_is_one_line() -> None:
    with scripted(offers=("AUTH LOGIN PLAIN",)) as server:
        assert send(f"smtp://user:p%40ss@{server.address}")[0] == Accepted("Q1")
    assert server.seen.lines[1] == "AUTH PLAIN " + b64encode(b"\0user\0p@ss").decode()


def test_login_log_in_asks_twice() -> None:
    user, word = b64encode(b"user").decode(), b64encode(b"pass").decode()

    def log_in(verb: str, nth: int) -> str | None:
        asked = {"AUTH": "334 VXNlcm5hbWU6", user.upper(): "334 UGFzc3dvcmQ6"}
        return asked.get(verb, "235 ok" if verb == word.upper() else None)

    with scripted(log_in, offers=("AUTH LOGIN", "PIPELINING")) as server:
        assert send(f"smtp://user:pass@{server.address}")[0] == Accepted("Q1")
    assert server.seen.lines[1:4] == ["AUTH LOGIN", user, word]


@pytest.mark.parametrize(
    ("offers", "answer", "expected"),
    [
        (("AUTH PLAIN",), "535 5.7.8 wrong", TryLater("auth_failed", 600)),
        (("AUTH PLAIN",), "454 4.7.0 later", TryLater("server_busy")),
        (("AUTH CRAM-MD5",), None, TryLater("auth_failed", 600)),
        ((), None, TryLater("auth_failed", 600)),
    ],
)
def test_a_log_in_that_fails_is_ours_and_means_later(
    offers: tuple[str, ...], answer: str | None, expected: Outcome
) -> None:
    with scripted(lambda verb, nth: answer if verb == "AUTH" else None, offers=offers) as server:
        assert send(f"smtp://user:pass@{server.address}") == [expected] * 2
    assert not any(line.startswith("MAIL") for line in server.seen.lines)
