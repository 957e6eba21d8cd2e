"""A reader asks for a text once more: word for word, by e-mail, and only what was their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from delivery.channels.mail_message import skeleton
from delivery.resending import once_more
from delivery.senders import outgoing_of, sender_of
from delivery.service_mails import send_waiting
from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.domain.words import MailKind, Service
from municipalities.models import (
    Course,
    Endpoint,
    Municipality,
    ServiceMail,
    StaffAct,
    StaffUser,
)
from municipalities.services.endpoints import address_key
from municipalities.services.service_mails import queue
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.channels.mail_world import part
from tests.console.days import Rows, make_edition, make_ledger
from tests.emulators.mail_server import MailServer, catcher
from tests.parents.received import Received, receive
from tests.staff.conftest import desk
from tests.world import Family

__all__ = ["catcher"]

ONE = "/console/aoba/readers/one/"
AGAIN = f"{ONE}again/"
ADDRESS = "m@a.jp"


@pytest.fixture
def real(catcher: MailServer, settings: Any) -> MailServer:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", catcher.smtp_port
    return catcher


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, email=ADDRESS)


@pytest.fixture
def text(aoba: Municipality, family: Family) -> Received:
    return receive(aoba, family, clock.today(), "d45", subject="沐浴の便り")


def reference(client: Client, address: str = ADDRESS) -> str:
    answer = client.post(ONE, {"address": address, "purpose": "call"})
    return str(answer.context["reference"])


def press(client: Client, edition: object, address: str = ADDRESS) -> Any:
    return client.post(AGAIN, {"reference": reference(client, address), "edition": edition})


def waiting(home: Municipality) -> list[ServiceMail]:
    with in_municipality(home.pk):
        return list(ServiceMail.objects.select_related("reader").order_by("pk"))


def resent(home: Municipality) -> list[StaffAct]:
    with in_municipality(home.pk):
        return list(StaffAct.objects.filter(act="reader.text_sent_again"))


def after_head(data: bytes) -> bytes:
    return data.split(b"\r\n\r\n", maxsplit=1)[1]


@pytest.mark.parametrize("state", ["sent", "failed", "unclear"])
def test_it_is_queued_for_the_present_address_and_noted_by_number_alone(
    aoba: Municipality, family: Family, editor: Client, alice: StaffUser, state: str
) -> None:
    old = receive(aoba, family, clock.today() - timedelta(days=29), state=state)
    assert (
        "もう一度送る" in editor.post(ONE, {"address": ADDRESS, "purpose": "call"}).content.decode()
    )
    assert "もう一度お送りします" in press(editor, old.edition.pk).content.decode()
    (mail,) = waiting(aoba)
    assert (mail.kind, mail.edition_id, mail.address) == ("resend", old.edition.pk, ADDRESS)
    (act,) = resent(aoba)
    assert (act.staff, act.about, act.details) == (alice, f"edition {old.edition.pk}", {})


def test_the_body_is_the_first_mail_s_byte_for_byte(
    aoba: Municipality, family: Family, text: Received, editor: Client
) -> None:
    press(editor, text.edition.pk)
    (mail,) = waiting(aoba)
    at = clock.now().timestamp()
    with in_municipality(aoba.pk):
        row = (text.pk, text.edition.pk, family.endpoint.pk, family.subscription.pk, "")
        (outgoing,), _ = outgoing_of(aoba, clock.today(), [row])
        first = skeleton(sender_of(aoba, "email"), outgoing.content).mail(outgoing, at)
        second = once_more(aoba, mail, at)
    assert second is not None
    assert after_head(second.data) == after_head(first.data)
    assert outgoing.stop_url in second.body
    lines = [set(data.split(b"\r\n\r\n")[0].split(b"\r\n")) for data in (first.data, second.data)]
    names = {line.partition(b":")[0] for line in lines[0] ^ lines[1] if not line.startswith(b" ")}
    assert names == {b"Subject", b"Message-ID"}


def test_it_arrives_with_its_mark_and_the_one_click_lines(
    aoba: Municipality, text: Received, editor: Client, real: MailServer
) -> None:
    press(editor, text.edition.pk)
    assert send_waiting() == 1
    message = real.message(real.count()["accepted"])
    assert message["Subject"] == "【再送】沐浴の便り"
    assert message["To"] == ADDRESS
    assert message["From"] == f"{aoba.mail_name} <{aoba.mail_address}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"][1:-1] in part(message, "plain")
    assert "%%" not in part(message, "plain") + part(message, "html")
    (mail,) = waiting(aoba)
    assert (mail.state, bytes(mail.address_sealed)) == ("sent", b"")


def test_a_neighbour_s_edition_is_refused(
    aoba: Municipality, family: Family, text: Received, editor: Client
) -> None:
    minato = world.make_minato()
    theirs = receive(minato, world.make_family(minato, email=ADDRESS), clock.today(), "d46")
    assert press(editor, theirs.edition.pk).status_code == 404
    assert waiting(aoba) == waiting(minato) == []


def test_another_reader_s_edition_is_refused(
    aoba: Municipality, text: Received, editor: Client
) -> None:
    other = world.make_family(aoba, email="x@a.jp")
    theirs = receive(aoba, other, clock.today(), "d46")
    assert press(editor, theirs.edition.pk).status_code == 404
    assert press(editor, text.edition.pk, "x@a.jp").status_code == 404
    assert waiting(aoba) == []


@pytest.mark.parametrize("number", ["", "x", "-1", "٣", "1.0", "9" * 19, "9" * 17])
def test_a_forged_number_is_refused(
    aoba: Municipality, text: Received, editor: Client, number: str
) -> None:
    assert press(editor, number).status_code == 404
    assert not waiting(aoba)
    assert not resent(aoba)


def test_an_edition_of_a_month_ago_is_refused(
    aoba: Municipality, family: Family, editor: Client
) -> None:
    old = receive(aoba, family, clock.today() - timedelta(days=30))
    assert press(editor, old.edition.pk).status_code == 404


def rest(home: Municipality) -> None:
    with in_municipality(home.pk):
        Municipality.objects.filter(pk=home.pk).update(service=Service.PAUSED)


def refused(aoba: Municipality, client: Client, edition: int) -> None:
    page = client.post(ONE, {"address": ADDRESS, "purpose": "call"})
    assert AGAIN not in page.content.decode()
    assert "送りませんでした" in press(client, edition).content.decode()
    assert not waiting(aoba)
    assert not resent(aoba)


@pytest.mark.parametrize("state", ["planned", "skipped"])
def test_what_was_never_sent_is_not_sent_again(
    aoba: Municipality, family: Family, editor: Client, state: str
) -> None:
    refused(aoba, editor, receive(aoba, family, clock.today(), state=state).edition.pk)


def test_whoever_stopped_gets_nothing(
    aoba: Municipality, family: Family, text: Received, editor: Client
) -> None:
    with in_municipality(aoba.pk):
        stop_subscription(family.subscription.pk)
    refused(aoba, editor, text.edition.pk)


def test_nothing_old_comes_after_a_course_was_closed(
    aoba: Municipality, family: Family, text: Received, editor: Client
) -> None:
    with in_municipality(aoba.pk):
        Course.objects.filter(pk=family.course.pk).update(closed_at=clock.now())
    refused(aoba, editor, text.edition.pk)


def test_an_address_that_is_not_confirmed_gets_nothing(
    aoba: Municipality, text: Received, editor: Client
) -> None:
    with in_municipality(aoba.pk):
        Endpoint.objects.update(verified_at=None)
    refused(aoba, editor, text.edition.pk)


def test_nothing_leaves_a_municipality_whose_service_rests(
    aoba: Municipality, text: Received, editor: Client
) -> None:
    rest(aoba)
    refused(aoba, editor, text.edition.pk)


@pytest.mark.parametrize("event", ["stop", "loss", "pause"])
def test_it_is_asked_again_right_before_the_hand_over(
    aoba: Municipality, family: Family, text: Received, editor: Client, event: str
) -> None:
    press(editor, text.edition.pk)
    with in_municipality(aoba.pk):
        if event == "stop":
            stop_subscription(family.subscription.pk)
        elif event == "loss":
            Course.objects.update(closed_at=clock.now())
    if event == "pause":
        rest(aoba)
    send_waiting()
    (mail,) = waiting(aoba)
    assert (mail.state, mail.reason) == ("failed", "no_longer_wanted")


def test_a_new_address_gets_what_was_asked_for_before(
    aoba: Municipality, family: Family, text: Received, editor: Client, real: MailServer
) -> None:
    press(editor, text.edition.pk)
    with in_municipality(aoba.pk):
        endpoint = Endpoint.objects.get(pk=family.endpoint.pk)
        endpoint.address = "new@a.jp"
        endpoint.address_key = address_key("email", "new@a.jp", aoba.pk)
        endpoint.save()
    send_waiting()
    assert real.message(real.count()["accepted"])["To"] == "new@a.jp"


def test_by_line_nothing_is_sent_a_second_time(aoba: Municipality, editor: Client) -> None:
    user = world.line_id(7)
    family = world.make_family(aoba, line=user)
    edition = make_edition(aoba, on=clock.today())
    make_ledger(
        aoba,
        Rows("line", "sent", 1),
        on=clock.today(),
        first=family.subscription.pk,
        edition=edition.pk,
    )
    page = editor.post(ONE, {"address": user, "purpose": "call"}).content.decode()
    assert "LINEでの再送は行いません" in page
    assert AGAIN not in page
    assert "送りませんでした" in press(editor, edition.pk, user).content.decode()
    assert waiting(aoba) == []


def test_three_an_hour_to_one_address(aoba: Municipality, text: Received, editor: Client) -> None:
    for _ in range(3):
        press(editor, text.edition.pk)
    assert "メールは送りませんでした" in press(editor, text.edition.pk).content.decode()
    assert len(waiting(aoba)) == len(resent(aoba)) == 3


def test_only_who_helps_readers_may(aoba: Municipality, text: Received, editor: Client) -> None:
    named = {"reference": reference(editor), "edition": text.edition.pk}
    viewer = desk(world.make_staff(aoba, Role.VIEWER, "bob@aoba.example.jp"))
    assert viewer.post(AGAIN, named).status_code == 403
    boss = desk(world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp"))
    assert boss.post(AGAIN, named).status_code == 400
    assert waiting(aoba) == []


@pytest.mark.parametrize(("kind", "edition"), [(MailKind.RESEND, None), (MailKind.ENTRANCE, 1)])
def test_the_table_knows_which_mails_name_an_edition(
    aoba: Municipality, family: Family, kind: MailKind, edition: int | None
) -> None:
    with pytest.raises(IntegrityError), in_municipality(aoba.pk):
        queue(aoba, kind, ADDRESS, reader=family.reader, edition_id=edition)
