"""Two independent halves meet: the channel and the mail catcher, over real sockets."""

from collections.abc import Iterator

import pytest

from delivery.channels.smtp import SmtpChannel
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater
from tests.channels.mail_world import ADDRESS, content, outgoing, part, sender
from tests.emulators.mail_server import MailServer, catcher

__all__ = ["catcher"]


@pytest.fixture
def smtp(catcher: MailServer) -> Iterator[SmtpChannel]:
    channel = SmtpChannel(catcher.email_url)
    yield channel
    channel.close()


def send_to(smtp: SmtpChannel, address: str, number: int) -> Outcome:
    one = outgoing(number, address=address)
    return smtp.send(sender(), smtp.requests(sender(), [one]))[number]


def test_every_mail_of_a_run_arrives_once_and_whole(catcher: MailServer, smtp: SmtpChannel) -> None:
    batch = [outgoing(number, message_key=f"20261201-{number}") for number in range(100)]
    for start in range(0, 100, smtp.in_flight):
        requests = smtp.requests(sender(), batch[start : start + smtp.in_flight])
        outcomes = smtp.send(sender(), requests)
        assert all(isinstance(outcome, Accepted) for outcome in outcomes.values())
        assert len({repr(outcome) for outcome in outcomes.values()}) == 25
    assert catcher.count("2026-12-01") == {"accepted": 100, "distinct": 100, "doubled": 0}


def test_the_catcher_reads_what_was_written(catcher: MailServer, smtp: SmtpChannel) -> None:
    text = "一行目\n.\n.点で始まる行\n%%STOP_URL%%"
    one = outgoing(900, content=content(mail_text=text))
    smtp.send(sender(), smtp.requests(sender(), [one]))
    message = catcher.message(catcher.count()["accepted"])
    assert part(message, "plain") == text.replace("%%STOP_URL%%", one.stop_url)
    assert message["From"].addresses[0].addr_spec == ADDRESS
    assert not message.defects


@pytest.mark.parametrize("local", ["a..b", "a.", ".a"])
def test_an_old_carrier_address_is_delivered_to(
    catcher: MailServer, smtp: SmtpChannel, local: str
) -> None:
    outcome = send_to(smtp, f"{local}@docomo.ne.jp", 901)
    assert isinstance(outcome, Accepted)
    to = catcher.message(catcher.count()["accepted"])["To"]
    assert to.addresses[0].username == local


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("bounce", Refused("unknown_mailbox", endpoint_dead=True)),
        ("full", TryLater("mailbox_full")),
        ("filtered", Refused("filtered")),
    ],
)
def test_each_fault_has_its_outcome(smtp: SmtpChannel, word: str, expected: Outcome) -> None:
    assert send_to(smtp, f"{word}+hanako@example.jp", 902) == expected


def test_a_greylisted_mail_is_taken_the_second_time(smtp: SmtpChannel) -> None:
    address = "later+hanako@example.jp"
    assert send_to(smtp, address, 903) == TryLater("greylisted")
    assert isinstance(send_to(smtp, address, 903), Accepted)


def test_faults_in_the_middle_of_a_batch_hurt_nobody_else(
    catcher: MailServer, smtp: SmtpChannel
) -> None:
    words = ["a", "bounce+a", "b", "filtered+a", "full+a", "c", "bounce+b"]
    batch = [
        outgoing(number, message_key=f"20261202-{number}", address=f"{word}@example.jp")
        for number, word in enumerate(words)
    ]
    outcomes = smtp.send(sender(), smtp.requests(sender(), batch))
    kinds = "".join(type(outcomes[number]).__name__[0] for number in range(len(words)))
    assert kinds == "ARARTAR"
    assert catcher.count("2026-12-02")["accepted"] == 3
