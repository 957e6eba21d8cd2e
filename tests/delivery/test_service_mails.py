"""A confirmation is handed over within seconds, over real SMTP, and its address is forgotten."""

import json
import smtplib
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import structlog
from django.core import mail as outbox_of_django
from django.db import connection

from delivery import service_mails, service_words, tasks
from delivery.channels.carrier import Carrier
from delivery.due import oldest_service_mail_seconds
from delivery.service_mails import MOST_ATTEMPTS, send_waiting
from kizuna.lib import clock
from municipalities.domain.words import MailKind, Purpose
from municipalities.models import Municipality, Reader, Registration, ServiceMail
from municipalities.services.endpoints import address_key
from municipalities.services.service_mails import queue
from municipalities.tenancy.scope import in_municipality
from tests.channels.mail_world import part
from tests.emulators.mail_server import MailServer, catcher
from tests.world import make_municipality

__all__ = ["catcher"]


@pytest.fixture
def aoba(db: None, settings: Any) -> Municipality:
    settings.DEFAULT_FROM_EMAIL = "Kizuna <service@mail.kizuna.example.jp>"
    settings.PUBLIC_BASE_URL = "https://kizuna.example.jp"
    return make_municipality(reply_to="kodomo@city.aoba.example.jp")


@pytest.fixture
def real(catcher: MailServer, settings: Any) -> MailServer:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", catcher.smtp_port
    return catcher


def ask(
    municipality: Municipality,
    address: str = "hanako@example.jp",
    language: str = "ja",
    purpose: Purpose = Purpose.SIGNUP,
) -> int:
    """Somebody registered; the mail's number."""
    with in_municipality(municipality.pk):
        reader = (
            Reader.objects.create(municipality=municipality) if purpose is Purpose.ADDRESS else None
        )
        one = Registration(
            municipality=municipality,
            purpose=purpose,
            reader=reader,
            birth_date=clock.today(),
            consent_version="1",
            source="web",
            expires_at=clock.now() + timedelta(hours=48),
        )
        one.address = address
        one.address_key = address_key("email", address, municipality.pk)
        one.save()
        mail = queue(municipality, MailKind.CONFIRM, address, language=language, registration=one)
        return mail.pk


def row(municipality: Municipality, number: int) -> ServiceMail:
    with in_municipality(municipality.pk):
        return ServiceMail.objects.select_related("registration").get(pk=number)


def change(municipality: Municipality, number: int, assignments: str) -> None:
    with in_municipality(municipality.pk), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE municipalities_servicemail SET {assignments} WHERE id = %s", [number]
        )


def newest(server: MailServer) -> EmailMessage:
    return server.message(server.count()["accepted"])


@contextmanager
def faults(server: MailServer, *plan: dict[str, Any]) -> Iterator[None]:
    def post(faults: object) -> None:
        address = f"http://127.0.0.1:{server.http_port}/_faults"
        urllib.request.urlopen(address, data=json.dumps(faults).encode(), timeout=5).close()

    post(plan)
    try:
        yield
    finally:
        post([])


def test_a_confirmation_arrives_and_its_address_is_wiped(
    aoba: Municipality, real: MailServer
) -> None:
    number = ask(aoba)
    assert send_waiting() == 1
    sent = row(aoba, number)
    assert (sent.state, sent.reason, sent.attempts) == ("sent", "", 1)
    assert sent.handed_over_at is not None
    assert bytes(sent.address_sealed) == b""
    assert newest(real)["To"] == "hanako@example.jp"
    assert send_waiting() == 0


def test_its_header_lines(aoba: Municipality, real: MailServer) -> None:
    number = ask(aoba)
    send_waiting()
    message = newest(real)
    assert message["From"] == "あおば子育てメール <service@mail.kizuna.example.jp>"
    assert message["Reply-To"] == "kodomo@city.aoba.example.jp"
    assert message["Message-ID"] == f"<s.{number}@mail.kizuna.example.jp>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "【青葉市】登録の確認"
    assert [name for name in message if name.startswith("List-") or name == "Precedence"] == []
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects


def test_both_parts_hold_the_one_link_and_what_happens_without_it(
    aoba: Municipality, real: MailServer
) -> None:
    ask(aoba)
    send_waiting()
    text, html = part(newest(real), "plain"), part(newest(real), "html")
    assert text.count("https://") == html.count("https://") == 1
    assert "https://kizuna.example.jp/m/aoba/confirm/" in text
    assert "48時間" in text
    assert "お心当たりがない場合は、何もしなければ登録されません。" in text
    assert "お心当たりがない場合は、何もしなければ登録されません。" in html
    assert '<html lang="ja"' in html


def test_a_new_address_is_told_in_its_own_words_and_in_english(
    aoba: Municipality, real: MailServer
) -> None:
    ask(aoba, language="en", purpose=Purpose.ADDRESS)
    send_waiting()
    message = newest(real)
    assert message["Subject"] == "青葉市: confirm your new address"
    assert "the address is not changed" in part(message, "plain")
    assert '<html lang="en"' in part(message, "html")


def test_a_language_we_do_not_speak_is_answered_in_japanese(
    aoba: Municipality, real: MailServer
) -> None:
    ask(aoba, language="xx")
    send_waiting()
    assert newest(real)["Subject"] == "【青葉市】登録の確認"


@pytest.mark.parametrize("kind", [MailKind.ENTRANCE])
def test_the_way_into_the_own_page(aoba: Municipality, real: MailServer, kind: MailKind) -> None:
    with in_municipality(aoba.pk):
        reader = Reader.objects.create(municipality=aoba)
        queue(aoba, kind, "hanako@example.jp", reader=reader)
    send_waiting()
    text = part(newest(real), "plain")
    assert text.count("https://") == 1
    assert "https://kizuna.example.jp/m/aoba/my/enter/" in text


def test_an_old_carrier_address_is_written_to(aoba: Municipality, real: MailServer) -> None:
    ask(aoba, "a..b.@docomo.ne.jp")
    send_waiting()
    assert newest(real)["To"].addresses[0].username == "a..b."


def test_a_temporary_refusal_is_repeated_under_the_same_message_id(
    aoba: Municipality, real: MailServer
) -> None:
    number = ask(aoba, "later+once@example.jp")
    send_waiting()
    waiting = row(aoba, number)
    assert (waiting.state, waiting.reason, waiting.attempts) == ("waiting", "greylisted", 1)
    assert timedelta(seconds=0) < waiting.not_before - clock.now() <= timedelta(seconds=5)
    assert send_waiting() == 0  # not before its time
    change(aoba, number, "not_before = now()")
    send_waiting()
    assert (row(aoba, number).state, row(aoba, number).attempts) == ("sent", 2)
    assert newest(real)["Message-ID"] == f"<s.{number}@mail.kizuna.example.jp>"


def test_the_waits_climb_and_the_fifth_refusal_is_the_last(
    aoba: Municipality, real: MailServer
) -> None:
    number = ask(aoba, "full+always@example.jp")
    waits = []
    for _ in range(MOST_ATTEMPTS):
        change(aoba, number, "not_before = now()")
        send_waiting()
        waits.append(round((row(aoba, number).not_before - clock.now()).total_seconds() / 5) * 5)
    assert waits[:4] == [5, 30, 120, 600]
    over = row(aoba, number)
    assert (over.state, over.reason, bytes(over.address_sealed)) == ("failed", "mailbox_full", b"")


def test_an_address_that_is_none_fails_at_once(aoba: Municipality, real: MailServer) -> None:
    number = ask(aoba, "bounce+gone@example.jp")
    send_waiting()
    over = row(aoba, number)
    assert (over.state, over.reason, bytes(over.address_sealed)) == (
        "failed",
        "unknown_mailbox",
        b"",
    )


def test_a_lost_answer_is_asked_for_again(aoba: Municipality, real: MailServer) -> None:
    number = ask(aoba)
    with faults(real, {"kind": "cut_after"}):
        send_waiting()
    assert (row(aoba, number).state, row(aoba, number).reason) == ("waiting", "no_answer")
    change(aoba, number, "not_before = now()")
    send_waiting()
    assert row(aoba, number).state == "sent"


def test_a_connection_lost_in_the_middle_costs_one_mail_a_few_seconds(
    aoba: Municipality, real: MailServer
) -> None:
    numbers = [ask(aoba, f"mother{n}@example.jp") for n in range(4)]
    with faults(real, {"kind": "cut_before", "skip": 1}):
        send_waiting()
    assert [row(aoba, n).state for n in numbers] == ["sent", "waiting", "sent", "sent"]


def test_while_nobody_listens_no_attempt_is_used_up(
    aoba: Municipality, real: MailServer, settings: Any
) -> None:
    numbers = [ask(aoba, f"mother{n}@example.jp") for n in range(3)]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
        assert send_waiting() == 0
    for number in numbers:
        waiting = row(aoba, number)
        assert (waiting.state, waiting.reason, waiting.attempts) == ("waiting", "unreachable", 0)
        assert waiting.not_before > clock.now() + timedelta(seconds=20)


def test_a_killed_worker_s_mail_is_taken_again_when_its_lease_runs_out(
    aoba: Municipality, real: MailServer
) -> None:
    number = ask(aoba)
    change(aoba, number, "state = 'sending', attempts = 1, lease_until = now() + interval '9 s'")
    assert send_waiting() == 0
    change(aoba, number, "lease_until = now() - interval '1 s'")
    assert send_waiting() == 1
    assert (row(aoba, number).state, row(aoba, number).attempts) == ("sent", 2)


def test_what_killed_five_workers_is_given_up(aoba: Municipality, real: MailServer) -> None:
    number = ask(aoba)
    change(aoba, number, "state = 'sending', attempts = 5, lease_until = now()")
    send_waiting()
    over = row(aoba, number)
    assert (over.state, over.reason, bytes(over.address_sealed)) == ("failed", "quarantined", b"")


def test_a_worker_that_comes_back_late_frees_nothing_that_another_holds(
    aoba: Municipality,
) -> None:
    number = ask(aoba)
    change(aoba, number, "state = 'sending', attempts = 2, lease_until = now() + interval '9 s'")
    late = service_mails.Answer(number, attempt=1, state="waiting", reason="deferred", wait=5)
    with in_municipality(aoba.pk):
        service_mails._mark(aoba.pk, [late])
    assert row(aoba, number).state == "sending"
    late.state = "sent"  # evidence is taken, however late
    with in_municipality(aoba.pk):
        service_mails._mark(aoba.pk, [late])
    assert row(aoba, number).state == "sent"


def test_a_link_that_would_lead_nowhere_is_not_sent(aoba: Municipality, real: MailServer) -> None:
    confirmed, expired, ancient = ask(aoba), ask(aoba), ask(aoba)
    before = real.count()["accepted"]
    of_confirmed, of_expired = row(aoba, confirmed).registration, row(aoba, expired).registration
    assert of_confirmed
    assert of_expired
    with in_municipality(aoba.pk):
        Registration.objects.filter(pk=of_confirmed.pk).update(confirmed_at=clock.now())
        Registration.objects.filter(pk=of_expired.pk).update(
            created_at=clock.now() - timedelta(hours=50), expires_at=clock.now()
        )
    change(aoba, ancient, "created_at = now() - interval '49 hours'")
    send_waiting()
    assert [row(aoba, n).reason for n in (confirmed, expired, ancient)] == [
        "no_longer_wanted",
        "no_longer_wanted",
        "too_late",
    ]
    assert real.count()["accepted"] == before


def test_an_address_no_key_opens_does_not_hold_up_the_next(
    aoba: Municipality, real: MailServer
) -> None:
    broken, fine = ask(aoba), ask(aoba)
    change(aoba, broken, "address_sealed = 'x'")
    send_waiting()
    assert (row(aoba, broken).reason, row(aoba, fine).state) == ("unreadable", "sent")


def test_one_municipality_s_fault_does_not_stop_the_next(
    aoba: Municipality, real: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    minato = make_municipality("minato", name="みなと町")
    first, second = ask(aoba), ask(minato)
    written = service_words.words_of

    def explode(municipality: Municipality, mail: ServiceMail) -> Any:
        if municipality.pk == aoba.pk:
            raise ZeroDivisionError
        return written(municipality, mail)

    monkeypatch.setattr(service_mails, "words_of", explode)
    assert send_waiting() == 1
    assert (row(aoba, first).state, row(minato, second).state) == ("sending", "sent")


def test_no_transaction_is_open_while_the_server_is_called(
    aoba: Municipality, real: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth: list[int] = []
    outside = len(connection.savepoint_ids)
    hand_over = Carrier.hand_over

    def watched(self: Any, mail: Any) -> Any:
        depth.append(len(connection.savepoint_ids))
        return hand_over(self, mail)

    monkeypatch.setattr(Carrier, "hand_over", watched)
    ask(aoba)
    send_waiting()
    assert depth == [outside]


def test_one_connection_carries_the_batch(
    aoba: Municipality, real: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    connect = smtplib.SMTP.connect

    def counted(self: Any, *args: Any, **options: Any) -> Any:
        opened.append("")
        return connect(self, *args, **options)

    monkeypatch.setattr(smtplib.SMTP, "connect", counted)
    for n in range(5):
        ask(aoba, f"mother{n}@example.jp")
    assert send_waiting() == 5
    assert len(opened) == 1


def test_more_than_a_batch_of_fifty_goes_in_one_turn(aoba: Municipality) -> None:
    for n in range(53):
        ask(aoba, f"mother{n}@example.jp")
    assert [send_waiting(), send_waiting()] == [53, 0]
    assert len(outbox_of_django.outbox) == 53


def test_a_turn_ends_so_that_the_morning_goes_on(
    aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_mails, "TURN_SECONDS", -1)
    for n in range(53):
        ask(aoba, f"mother{n}@example.jp")
    assert [send_waiting(), send_waiting(), send_waiting()] == [50, 3, 0]


def test_the_log_counts_and_names_nobody(aoba: Municipality, real: MailServer) -> None:
    ask(aoba)
    ask(aoba, "bounce+gone@example.jp")
    ask(aoba, "later+log@example.jp")
    with structlog.testing.capture_logs() as logged:
        send_waiting()
    [line] = [one for one in logged if one["event"] == "service mails"]
    assert (line["sent"], line["failed"], line["again"]) == (1, 1, 1)
    assert "@" not in repr(logged)
    assert "confirm/" not in repr(logged)


def test_the_gauge_tells_how_long_the_oldest_is_due(aoba: Municipality) -> None:
    assert oldest_service_mail_seconds() == 0
    number = ask(aoba)
    change(aoba, number, "not_before = now() - interval '90 s'")
    assert 90 <= oldest_service_mail_seconds() < 100
    send_waiting()
    assert oldest_service_mail_seconds() == 0


def test_whoever_queues_one_wakes_a_sender_once_it_is_committed(
    aoba: Municipality,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(tasks, "wake_one", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        ask(aoba)
        assert woken == []
    assert woken == ["email"]
