"""A confirmation is handed over between two batches of a morning, and without any morning too."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox_of_django

from delivery import clocks, running, service_mails
from delivery.channels import registry
from delivery.domain.outcome import Accepted, Outcome
from delivery.ledger import Shift, claim
from delivery.senders import outgoing_of
from delivery.ticker import Ticker
from kizuna.lib import clock, tokens
from municipalities.domain.words import MailKind
from municipalities.models import Reader
from municipalities.services.service_mails import queue
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch, morning: Morning) -> None:
    by_name = {"email": morning.email, "line": morning.line}
    monkeypatch.setattr(registry, "get", by_name.__getitem__)


def somebody_asks(morning: Morning) -> None:
    with in_municipality(morning.municipality.pk):
        reader = Reader.objects.create(municipality=morning.municipality)
        queue(morning.municipality, MailKind.ENTRANCE, "waiting@example.jp", reader=reader)


def test_it_has_its_turn_between_two_batches(
    morning: Morning, channels: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("delivery.sending.BATCH", 3)
    make_text("d45")
    for number in range(9):
        make_family(morning.municipality, email=f"reader{number}@example.jp")
    morning.plan()
    handed_over_after: list[int] = []
    send_waiting = service_mails.send_waiting

    def watched() -> int:
        count = send_waiting()
        handed_over_after.extend([len(morning.email.sent)] * count)
        return count

    def answer(address: str) -> Outcome:
        if len(morning.email.tried) == 2:  # somebody registers while the first batch is under way
            somebody_asks(morning)
        return Accepted()

    monkeypatch.setattr(service_mails, "send_waiting", watched)
    morning.email.outcomes = answer
    assert running.work("email") == 10
    assert handed_over_after == [3]
    assert len(morning.email.sent) == 9


def test_it_is_handed_over_when_no_lane_is_due(morning: Morning, channels: None) -> None:
    somebody_asks(morning)
    assert running.work("email") == 1
    assert [one.to for one in outbox_of_django.outbox] == [["waiting@example.jp"]]


def test_a_ticker_finds_it_without_redis(morning: Morning, channels: None) -> None:
    somebody_asks(morning)
    assert Ticker("one@host", {"email"}).tick() == 1


def test_workers_of_line_leave_it_to_those_of_e_mail(morning: Morning, channels: None) -> None:
    somebody_asks(morning)
    assert running.work("line") == 0
    assert outbox_of_django.outbox == []


def test_a_fault_in_it_does_not_stop_the_morning(
    morning: Morning, channels: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(service_mails, "send_waiting", breaks)
    make_text("d45")
    make_family(morning.municipality, email="alice@example.jp")
    morning.plan()
    assert running.work("email") == 1


def test_clocks_a_day_apart_stop_it_too(
    morning: Morning, channels: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody_asks(morning)

    def apart(*_: Any) -> timedelta:
        return timedelta(days=1)

    monkeypatch.setattr(clocks, "difference", apart)
    assert running.work("email") == 0
    assert outbox_of_django.outbox == []


def test_a_stage_mail_leads_into_the_reader_s_own_page(morning: Morning, channels: None) -> None:
    """One link each: with the reader's number and the generation that ends old links."""
    make_text("d45")
    family = make_family(morning.municipality, email="alice@example.jp")
    make_family(morning.municipality, line="U" + "1" * 32)
    morning.plan()
    with in_municipality(morning.municipality.pk):
        Reader.objects.filter(pk=family.reader.pk).update(link_generation=4)
        made = [
            outgoing_of(
                morning.municipality,
                morning.on,
                claim(Shift(morning.on, channel, "me"), 10),
            )[0][0]
            for channel in ("email", "line")
        ]
    by_mail, by_line = made
    token = by_mail.my_url.rstrip("/").rsplit("/", 1)[-1]
    assert tokens.read("my", token)[:3] == (morning.municipality.pk, family.reader.pk, 4)
    assert by_line.my_url == ""
    assert "%%MY_URL%%" in by_mail.content.mail_text
    assert clock.today().toordinal() == tokens.read("my", token)[3]
