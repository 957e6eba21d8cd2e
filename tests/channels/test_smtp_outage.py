"""The mail server restarts, the workers are many: nothing is lost, nothing comes twice."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.channels.smtp import SmtpChannel
from delivery.domain.outcome import Accepted, Outcome, TryLater
from tests.channels.mail_world import outgoing, sender
from tests.emulators.mail_server import MailServer


@pytest.fixture
def own(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    yield server
    if server.process.poll() is None:
        server.stop()


def send(smtp: SmtpChannel, *numbers: int) -> list[Outcome]:
    outcomes = smtp.send(sender(), smtp.requests(sender(), [outgoing(n) for n in numbers]))
    return [outcomes[n] for n in numbers]


def accepted(outcomes: list[Outcome]) -> bool:
    return all(isinstance(outcome, Accepted) for outcome in outcomes)


def test_a_restart_between_two_batches_is_not_even_noticed(own: MailServer) -> None:
    smtp = SmtpChannel(own.email_url)
    assert accepted(send(smtp, 1, 2))
    port = own.smtp_port
    own.stop()
    own.start(smtp_port=port)
    assert accepted(send(smtp, 3, 4))
    smtp.close()
    assert own.count() == {"accepted": 4, "distinct": 4, "doubled": 0}


def test_while_the_server_is_away_everything_waits(own: MailServer) -> None:
    smtp = SmtpChannel(own.email_url)
    assert accepted(send(smtp, 1))
    port = own.smtp_port
    own.stop()
    assert send(smtp, 2, 3) == [TryLater("unreachable")] * 2
    own.start(smtp_port=port)
    assert accepted(send(smtp, 2, 3))
    smtp.close()
    assert own.count() == {"accepted": 3, "distinct": 3, "doubled": 0}


def test_four_threads_share_a_channel(own: MailServer) -> None:
    smtp = SmtpChannel(own.email_url)

    def work(first: int) -> None:
        for start in range(first, first + 50, 25):
            assert accepted(send(smtp, *range(start, start + 25)))
        smtp.close()

    threads = [threading.Thread(target=work, args=(n * 50,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert own.count() == {"accepted": 200, "distinct": 200, "doubled": 0}
