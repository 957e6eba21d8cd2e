"""What a provider has said is known to one worker alone: it outwaits a database that restarts."""

from typing import Any

import pytest
from django.db import OperationalError, connection

from delivery import ledger, sending
from delivery.domain.outcome import Accepted, Outcome
from tests.delivery.conftest import Morning
from tests.world import line_id, make_family, make_text

pytestmark = pytest.mark.django_db(transaction=True)


def cut_the_line_to_the_database() -> None:
    """As a restart does it: the server ends our connection; the next statement finds out."""
    pid = connection.connection.info.backend_pid
    other = connection.copy("other")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()


def accepted_while_the_database_restarts(_address: str) -> Outcome:
    cut_the_line_to_the_database()
    return Accepted("queue-17")


@pytest.mark.parametrize("channel", ["email", "line"])
def test_an_answer_that_comes_while_the_database_restarts_is_kept(
    morning: Morning, channel: str
) -> None:
    make_text("d45")
    kinds = {"email": {"email": "a@example.jp"}, "line": {"line": line_id(1)}}
    make_family(morning.municipality, **kinds[channel])  # type: ignore[arg-type]
    taker = morning.email if channel == "email" else morning.line
    taker.outcomes = accepted_while_the_database_restarts
    morning.plan()
    morning.send(taker)
    assert morning.states() == [("sent", "")]
    assert len(taker.tried) == 1


@pytest.mark.parametrize("channel", ["email", "line"])
def test_an_answer_written_twice_is_written_once(
    morning: Morning, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    """The first commit may have arrived although its answer did not."""
    make_text("d45")
    make_family(morning.municipality, email="a@example.jp")
    make_family(morning.municipality, line=line_id(1))
    real = sending._record_surely

    def twice(*arguments: Any) -> None:
        real(*arguments)
        real(*arguments)

    monkeypatch.setattr(sending, "_record_surely", twice)
    taker = morning.email if channel == "email" else morning.line
    morning.plan()
    morning.send(taker)
    assert sorted(row.state for row in morning.rows()) == ["planned", "sent"]
    assert len(taker.tried) == 1


def test_a_database_that_stays_away_leaves_the_mail_unclear_and_not_sent_again(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_text("d45")
    make_family(morning.municipality, email="a@example.jp")
    morning.plan()

    def away(*_: object) -> None:
        raise OperationalError("the database system is shutting down")

    monkeypatch.setattr(sending, "RECORD_FOR", 0.2)
    monkeypatch.setattr(ledger, "mark", away)
    with pytest.raises(OperationalError):
        morning.send()
    assert morning.states() == [("sending", "")]
