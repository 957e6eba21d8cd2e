"""Whatever the server says about a reader stays out of logs, outcomes and output."""

import logging

import pytest

from delivery.channels.smtp import SmtpChannel
from tests.channels.mail_world import outgoing, sender
from tests.channels.scripted_server import CUT, scripted


@pytest.mark.parametrize(
    "answer",
    ["550 5.1.1 <hanako@example.jp>: User unknown", "421 hanako@example.jp", "rubbish hanako", CUT],
)
@pytest.mark.parametrize("verb", ["RCPT", "DOT"])
def test_a_servers_words_about_a_reader_are_not_repeated(
    verb: str, answer: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    def about_hanako(asked: str, nth: int) -> str | None:
        return answer if asked == verb else None

    with scripted(about_hanako) as server:
        smtp = SmtpChannel(f"smtp://{server.address}")
        batch = [outgoing(1, address="hanako@example.jp"), outgoing(2)]
        outcomes = smtp.send(sender(), smtp.requests(sender(), batch))
        smtp.close()
    assert len(outcomes) == 2
    written = caplog.text + "".join(capfd.readouterr()) + repr(outcomes) + repr(batch)
    assert "hanako" not in written
    assert "token-1" not in written
