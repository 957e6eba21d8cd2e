"""One bad value stops as little as possible, and never the reader for the municipality's fault."""

from delivery.channels.protocol import Sender
from delivery.channels.smtp import SmtpChannel
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater
from tests.channels.mail_world import content, outgoing, sender
from tests.channels.scripted_server import scripted

NO_SENDER = TryLater("no_sender_address", 600)


def without_server(by: Sender, **given: object) -> Outcome:
    """The outcome of one mail where nothing listens: what is refused here never left."""
    smtp = SmtpChannel("smtp://127.0.0.1:1")
    return smtp.send(by, smtp.requests(by, [outgoing(1, **given)]))[1]


def test_a_municipality_without_a_sender_address_waits_for_one() -> None:
    assert without_server(Sender(7, "nakano", "名", None, None)) == NO_SENDER


def test_a_sender_address_that_is_none_waits_for_a_better_one() -> None:
    assert without_server(sender(address="nakano")) == NO_SENDER
    assert without_server(sender(reply_to="nakano")) == NO_SENDER
    assert without_server(sender(name="中野区\r\nBcc: x@example.jp")) == NO_SENDER


def test_an_address_no_mail_can_reach_is_refused_without_calling_it_dead() -> None:
    assert without_server(sender(), address="a@docomo,ne.jp") == Refused("bad_address")


def test_content_that_would_write_headers_is_refused() -> None:
    dirty = content(subject="件名\r\nBcc: x@example.jp")
    assert without_server(sender(), content=dirty) == Refused("bad_content")
    assert without_server(sender(), stop_url="ftp://x") == Refused("bad_content")


def test_one_bad_address_does_not_stop_the_others() -> None:
    with scripted() as server:
        smtp = SmtpChannel(f"smtp://{server.address}")
        batch = [outgoing(1), outgoing(2, address="はな@example.jp"), outgoing(3)]
        outcomes = smtp.send(sender(), smtp.requests(sender(), batch))
        smtp.close()
    assert outcomes == {1: Accepted("Q1"), 2: Refused("bad_address"), 3: Accepted("Q2")}


def test_nothing_to_send_opens_no_connection() -> None:
    assert SmtpChannel("smtp://127.0.0.1:1").send(sender(), []) == {}
