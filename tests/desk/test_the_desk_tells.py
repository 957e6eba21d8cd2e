"""Who is mailed about a review that is asked for, returned, signed or late; and how often."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
import structlog
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection

from delivery import running, tasks
from delivery.ticker import Ticker
from kizuna.celery import app as celery
from kizuna.lib import clock
from messages.models import BaseText, DeskNotice, TextDraft
from messages.services import desk as services
from messages.services import desk_mails, desk_news
from messages.services import desk_signing as signing
from messages.services.desk_signing import Signature
from municipalities.models import StaffUser
from municipalities.tenancy.scope import across_for_npo
from tests import world
from tests.desk.conftest import Desk
from tests.desk.test_pages_of_the_desk import client_of, lying, save
from tests.emulators.mail_server import MailServer, catcher

__all__ = ["catcher"]

TEN = datetime(2026, 11, 25, 10, 0, tzinfo=clock.TOKYO)
WORDS = "飲む量は、日によって違います。"
Wait = Callable[..., None]


@pytest.fixture
def wait() -> Iterator[Wait]:
    """It is ten in the morning, and time passes only by this."""
    with time_machine.travel(TEN, tick=False) as traveller:
        yield lambda **much: traveller.shift(timedelta(**much))


def told() -> list[EmailMessage]:
    """What leaves at this moment."""
    mail.outbox.clear()
    desk_mails.look()
    return list(mail.outbox)


def addressed(letters: list[EmailMessage]) -> list[str]:
    return sorted(address for one in letters for address in one.to)


def written(by: StaffUser, text: BaseText, variant: str = "standard") -> TextDraft:
    return services.write_draft(by, text, variant, "件名", WORDS)


def asked(desk: Desk, note: str = "", text: BaseText | None = None) -> TextDraft:
    draft = written(desk.erika, text or desk.version.base_text)
    return signing.ask(desk.erika, draft.pk, draft.revision, note)


def signature() -> Signature:
    return Signature("助産師 森れい", clock.today(), clock.today() + timedelta(days=365))


def texts(count: int) -> list[BaseText]:
    return [world.make_text(f"d{number}").base_text for number in range(50, 50 + count)]


# --- Asked


def test_every_reviewer_hears_once_what_is_asked_by_whom_and_where_to_read_it(
    desk: Desk, wait: Wait
) -> None:
    draft = written(desk.erika, desk.version.base_text, "easy")
    signing.ask(desk.erika, draft.pk, draft.revision, "量の書き方を見てください。")
    wait(minutes=5)
    letters = told()
    assert addressed(letters) == [desk.naomi.email, desk.rei.email]
    letter = next(one for one in letters if one.to == [desk.rei.email])
    assert letter.subject == "監修のお願い：生後45日（やさしい日本語） [Kizuna]"
    assert f"{desk.erika.name}さんから、11月25日" in letter.body
    assert "ひとこと：量の書き方を見てください。" in letter.body
    assert f"http://127.0.0.1:8000/npo/desk/drafts/{draft.pk}/" in letter.body
    assert "Waiting for your review (1):" in letter.body
    assert WORDS not in letter.body
    assert told() == []
    wait(hours=2)
    assert told() == []


def test_whoever_wrote_any_of_it_or_asked_is_not_asked(desk: Desk, wait: Wait) -> None:
    written(desk.naomi, desk.version.base_text)
    draft = services.write_draft(
        desk.erika, desk.version.base_text, "standard", "件名", "別の文です。"
    )
    signing.ask(desk.erika, draft.pk, draft.revision)
    other = written(desk.erika, desk.version.base_text, "easy")
    signing.ask(desk.naomi, other.pk, other.revision)
    wait(minutes=5)
    assert addressed(told()) == [desk.rei.email]


def test_who_has_left_or_may_not_sign_is_not_asked(people: Desk, wait: Wait) -> None:
    StaffUser.objects.filter(pk=people.rei.pk).update(is_active=False)
    with across_for_npo():
        asked(people)
    wait(minutes=5)
    assert addressed(told()) == [people.naomi.email]


def test_what_is_taken_back_before_anybody_heard_of_it_is_not_told(desk: Desk, wait: Wait) -> None:
    draft = asked(desk)
    wait(minutes=4)
    assert told() == []
    services.write_draft(desk.erika, desk.version.base_text, "standard", "件名", "直しました。")
    dropped = asked(desk, text=texts(1)[0])
    signing.drop(desk.erika, dropped.pk, dropped.revision)
    wait(minutes=5)
    assert told() == []
    signing.ask(desk.erika, draft.pk, draft.revision + 1)
    wait(minutes=5)
    assert len(told()) == 2


def test_asked_again_after_a_return_is_told_again(desk: Desk, wait: Wait) -> None:
    draft = asked(desk)
    wait(minutes=5)
    assert len(told()) == 2
    signing.give_back(desk.rei, draft.pk, draft.revision, "数字を確かめてください。")
    signing.ask(desk.erika, draft.pk, draft.revision)
    wait(minutes=61)
    assert addressed(told()) == [desk.naomi.email, desk.rei.email]


# --- Many at once


def test_thirty_in_a_row_are_one_mail(desk: Desk, wait: Wait) -> None:
    for number, text in enumerate(texts(30)):
        asked(desk, f"{number}番目", text)
        wait(seconds=10)
    letters = told()
    assert addressed(letters) == [desk.naomi.email, desk.rei.email]
    body = letters[0].body
    assert letters[0].subject == "監修のお願い（30件） [Kizuna]"
    assert body.index("生後50日") < body.index("生後51日")
    assert body.count("■") == desk_mails.MOST_OF_A_KIND
    assert "ほか10件" in body
    wait(hours=2)
    assert told() == []


def test_between_two_mails_to_a_person_lies_an_hour(desk: Desk, wait: Wait) -> None:
    first, second = texts(2)
    asked(desk, text=first)
    wait(minutes=5)
    assert len(told()) == 2
    asked(desk, text=second)
    wait(minutes=59)
    assert told() == []
    wait(minutes=1)
    (letter, _other) = told()
    assert letter.subject == "監修のお願い：生後51日 [Kizuna]"
    assert "生後50日" not in letter.body


def test_a_new_reviewer_hears_of_what_waits_already(people: Desk, wait: Wait) -> None:
    with across_for_npo():
        asked(people)
    wait(minutes=5)
    assert len(told()) == 2
    wait(days=1)
    sumire = world.make_npo_staff("reviewer", "sumire@npo.example.jp")
    assert addressed(told()) == [sumire.email]


# --- Answered


def test_the_writer_hears_of_a_return_with_its_note(desk: Desk, wait: Wait) -> None:
    draft = asked(desk)
    signing.give_back(desk.rei, draft.pk, draft.revision, "量は人によって違います。\n二行目。")
    wait(minutes=5)
    (letter,) = told()
    assert letter.to == [desk.erika.email]
    assert letter.subject == "差し戻されました：生後45日 [Kizuna]"
    assert "ひとこと：量は人によって違います。\n二行目。" in letter.body
    assert f"{desk.rei.name}さんが差し戻しました。" in letter.body
    assert f"/npo/desk/drafts/{draft.pk}/" in letter.body
    assert "returned by" in letter.body
    wait(hours=2)
    assert told() == []


def test_the_writer_and_who_asked_hear_of_the_signature(desk: Desk, wait: Wait) -> None:
    draft = written(desk.erika, desk.version.base_text)
    signing.ask(desk.second, draft.pk, draft.revision)
    signing.sign(desk.rei, draft.pk, draft.revision, signature(), "よい文です。")
    wait(minutes=5)
    letters = told()
    assert addressed(letters) == [desk.erika.email, desk.second.email]
    letter = letters[0]
    assert letter.subject == "監修ずみになりました：生後45日 [Kizuna]"
    assert "助産師 森れい（監修日 2026年11月25日、次の監修の期限 2027年11月25日）" in letter.body
    assert "ひとこと：よい文です。" in letter.body


def test_a_return_is_told_though_the_draft_was_kept_meanwhile(desk: Desk, wait: Wait) -> None:
    draft = asked(desk)
    signing.give_back(desk.rei, draft.pk, draft.revision, "数字を確かめてください。")
    services.write_draft(
        desk.erika, desk.version.base_text, "standard", "件名", "とちゅう", by_itself=True
    )
    wait(minutes=5)
    assert addressed(told()) == [desk.erika.email]


def test_a_signature_that_a_change_took_away_is_not_told(desk: Desk, wait: Wait) -> None:
    draft = asked(desk)
    signing.sign(desk.rei, draft.pk, draft.revision, signature())
    services.write_draft(desk.second, desk.version.base_text, "standard", "件名", "また別の文。")
    wait(minutes=5)
    assert told() == []


def test_whoever_is_asked_and_answered_gets_both_in_one_mail(desk: Desk, wait: Wait) -> None:
    mine = written(desk.naomi, desk.version.base_text)
    signing.ask(desk.naomi, mine.pk, mine.revision)
    signing.give_back(desk.rei, mine.pk, mine.revision, "数字を確かめてください。")
    asked(desk, text=texts(1)[0])
    wait(minutes=5)
    letters = {one.to[0]: one for one in told()}
    assert sorted(letters) == [desk.naomi.email, desk.rei.email]
    assert letters[desk.naomi.email].subject == "監修のお願いとお返事（2件） [Kizuna]"
    assert "生後45日" not in letters[desk.rei.email].body


# --- Late


def test_what_waits_for_a_week_is_told_again_once_a_week(desk: Desk, wait: Wait) -> None:
    first, second = texts(2)
    draft = asked(desk, text=first)
    wait(minutes=5)
    assert len(told()) == 2
    wait(days=3)
    asked(desk, text=second)
    wait(minutes=5)
    assert len(told()) == 2
    wait(days=4)
    (letter, _other) = told()
    assert letter.subject == "監修をお待ちしています（1件） [Kizuna]"
    assert "7日以上" in letter.body
    assert "生後51日" not in letter.body
    wait(days=6, hours=23)  # the second has waited for ten days by now
    assert told() == []
    wait(hours=1)
    (letter, _other) = told()
    assert letter.subject == "監修をお待ちしています（2件） [Kizuna]"
    signing.give_back(desk.rei, draft.pk, draft.revision, "数字を確かめてください。")
    wait(days=8)
    reminded = {one.to[0]: one for one in told()}
    assert "生後50日" not in reminded[desk.rei.email].body


def test_a_reminder_travels_with_what_is_new(desk: Desk, wait: Wait) -> None:
    first, second = texts(2)
    asked(desk, text=first)
    wait(minutes=5)
    assert len(told()) == 2
    wait(days=6, hours=23, minutes=50)
    asked(desk, text=second)
    wait(minutes=5)
    (letter, _other) = told()
    assert letter.subject == "監修のお願い（2件） [Kizuna]"
    assert (
        letter.body.index("生後51日") < letter.body.index("7日以上") < letter.body.index("生後50日")
    )


# --- What is away stops nothing


def test_a_page_of_the_desk_needs_neither_broker_nor_mail_server(
    people: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(celery, "connection_for_write", away)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = save(client_of(people.erika), people, act="ask")
    assert page.status_code == 302
    assert lying().state == "asked"


def test_a_mail_server_that_is_away_is_asked_again(desk: Desk, wait: Wait, settings: Any) -> None:
    asked(desk)
    wait(minutes=5)
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert told() == []
    assert not DeskNotice.objects.exists()
    settings.EMAIL_BACKEND = good
    assert len(told()) == 2


@pytest.mark.parametrize(
    ("fault", "asked_again"), [("bounce", False), ("filtered", False), ("full", True)]
)
def test_an_address_that_is_refused_keeps_nobody_else_and_for_good_is_asked_once(
    people: Desk, catcher: MailServer, settings: Any, fault: str, asked_again: bool
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", catcher.smtp_port
    gone = world.make_npo_staff("reviewer", f"{fault}+a@npo.example.jp")
    before = catcher.count()["accepted"]
    with across_for_npo():
        asked(people)
    now = clock.now() + timedelta(minutes=6)
    desk_mails.look(now)
    assert catcher.count()["accepted"] == before + 2
    newest = catcher.message(before + 2)
    assert str(newest["Subject"]) == "監修のお願い：生後45日 [Kizuna]"
    assert "監修をお願いします" in newest.get_content()
    with across_for_npo():
        noted = set(DeskNotice.objects.values_list("told", flat=True))
    everybody = {people.rei.pk, people.naomi.pk, gone.pk}
    assert noted == (everybody - {gone.pk} if asked_again else everybody)


def test_two_processes_do_not_tell_at_once(desk: Desk, wait: Wait) -> None:
    asked(desk)
    wait(minutes=5)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [desk_mails._LOCK])
        assert told() == []
        other.rollback()
    assert len(told()) == 2


def test_a_fault_of_our_own_stops_nobody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk_news, "due", broken)
    with structlog.testing.capture_logs() as logs:
        desk_mails.look()
    assert [one["event"] for one in logs] == ["desk mails failed"]


@pytest.mark.parametrize("who", ["beat", "worker"])
def test_beat_s_tick_and_a_worker_s_tell(
    people: Desk, wait: Wait, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setattr(tasks, "wake", lambda *_, **__: None)
    monkeypatch.setattr(running, "work", lambda *_, **__: 0)
    with across_for_npo():
        asked(people)
    wait(minutes=5)
    if who == "beat":
        tasks.tick()
    else:
        Ticker("mail@one", {"email"}).tick()
    subjects = [one.subject for one in mail.outbox if "監修のお願い" in one.subject]
    assert len(subjects) == 2
