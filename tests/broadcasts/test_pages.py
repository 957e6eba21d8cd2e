"""From the empty draft to the phone, by the pages alone: no script, every step a form."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delivery import broadcasting
from delivery.models import Delivery
from delivery.sending import serve
from kizuna.lib import clock
from messages.models import Broadcast, BroadcastEvent, Persona
from municipalities.domain.roles import Role
from municipalities.models import StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.broadcasts.desk import Desk, tomorrow_at


def at_desk(user: StaffUser, lang: str = "ja") -> Client:
    client = Client(headers={"accept-language": lang})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"console:{name}", args=["aoba", *args])


def act(client: Client, one: Broadcast, name: str, note: str = "") -> Any:
    data = {"act": name, "revision": one.revision, "note": note}
    return client.post(url("broadcast_act", one.pk), data)


def test_an_editor_writes_an_approver_agrees_and_the_reader_has_it(desk: Desk) -> None:
    world.make_family(desk.town, email="a@example.jp")
    world.make_family(desk.town, due_date=clock.today() + timedelta(days=30))
    alice, bob = at_desk(desk.alice), at_desk(desk.bob)
    assert "まだ一斉配信はありません" in alice.get(url("broadcasts")).content.decode()

    to = alice.post(url("broadcast_new"))["Location"]
    with in_municipality(desk.town.pk):
        [one] = Broadcast.objects.all()
    assert to == url("broadcast_who", one.pk)
    chosen = {"group": ["under_100", "rest_of_0"], "channel": "", "revision": 1}
    assert alice.post(to, chosen)["Location"] == url("broadcast", one.pk)
    page = alice.get(url("broadcast", one.pk)).content.decode()
    assert "青葉市の、0歳の子の家族に" in page
    assert "1人" in page

    words = {"subject": "秋の離乳食講座", "body": "こども館で。", "persona": "", "revision": 2}
    alice.post(url("broadcast_what", one.pk), words)
    day = f"{tomorrow_at(10):%Y-%m-%d}"
    alice.post(url("broadcast_when", one.pk), {"day": day, "hour": "10:00", "revision": 3})
    assert act(alice, desk.again(one), "ask").status_code == 302
    assert act(alice, desk.again(one), "approve").status_code == 403
    assert act(bob, desk.again(one), "approve", "よいと思います").status_code == 302
    page = alice.get(url("broadcast", one.pk)).content.decode()
    assert "承認済み" in page
    assert "10:00" in page
    assert "よいと思います" in page

    with in_municipality(desk.town.pk):
        # A test is one transaction: the database's clock stands still in it.
        now = clock.now() - timedelta(minutes=1)
        Broadcast.objects.filter(pk=one.pk).update(
            send_at=now, approved_at=now - timedelta(minutes=11), is_urgent=True
        )
    assert broadcasting.plan_due(clock.today()) == 1
    page = alice.get(url("broadcast", one.pk)).content.decode()
    assert "data-moving" in page
    assert "一時停止" in page
    act(alice, one, "pause")
    act(bob, one, "resume")
    serve(desk.town.pk, clock.today(), desk.email, "me")
    assert [sent.address for sent in desk.email.sent] == ["a@example.jp"]
    page = alice.get(url("broadcast", one.pk)).content.decode()
    assert "data-moving" not in page
    assert "終了" in page
    to = alice.post(url("broadcast_correct", one.pk))["Location"]
    assert (
        "「秋の離乳食講座」を受け取った人だけに"
        in alice.get(to.replace("what/", "")).content.decode()
    )


def test_a_refusal_is_told_beside_the_button_and_nothing_typed_is_lost(desk: Desk) -> None:
    one = desk.write(state="asked", written_by=desk.bob)
    world.make_family(desk.town)
    answer = act(at_desk(desk.bob), one, "urgent")
    assert answer.status_code == 400
    assert "理由" in answer.content.decode()
    answer = act(at_desk(desk.carol), one, "send_back")
    assert answer.status_code == 400
    assert desk.again(one).state == "asked"


def test_the_second_of_two_sees_the_difference(desk: Desk) -> None:
    one = desk.write()
    theirs = {"subject": one.subject, "body": "甲", "persona": "", "revision": 1}
    at_desk(desk.alice).post(url("broadcast_what", one.pk), theirs)
    bob = at_desk(desk.bob)
    answer = bob.post(url("broadcast_what", one.pk), {**theirs, "body": "乙"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<ins>乙</ins>" in page
    assert 'value="2"' in page
    bob.post(url("broadcast_what", one.pk), {**theirs, "body": "乙", "revision": 2})
    assert desk.again(one).body == "乙"


def test_a_test_goes_to_colleagues_and_is_counted_nowhere(desk: Desk) -> None:
    one = desk.write()
    answer = at_desk(desk.alice).post(
        url("broadcast_test", one.pk), {"tester": [desk.alice.pk, desk.bob.pk, 999]}
    )
    assert answer.status_code == 302
    assert [m.subject for m in mail.outbox] == ["【テスト】秋の離乳食講座"] * 2
    assert {address for m in mail.outbox for address in m.to} == {
        desk.alice.email,
        desk.bob.email,
    }
    assert "%%" not in str(mail.outbox[0].body)
    with in_municipality(desk.town.pk):
        assert not Delivery.objects.exists()


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("state", ["draft", "asked", "withdrawn"])
def test_every_page_can_be_read_in_both_languages(desk: Desk, lang: str, state: str) -> None:
    one = desk.write(state=state, body="# 大きな見出し\n{{時期}}")
    client = at_desk(desk.alice, lang)
    for name in ("broadcast", "broadcast_who", "broadcast_what", "broadcast_when"):
        assert client.get(url(name, one.pk)).status_code == 200
    for name in ("broadcasts", "personas", "persona_new"):
        assert client.get(url(name)).status_code == 200
    page = client.get(url("broadcast", one.pk)).content.decode()
    assert ("時期" in page) or lang == "en"
    frame = client.get(url("broadcast_mail", one.pk))
    assert "sandbox" in frame["Content-Security-Policy"]


def test_at_night_and_in_the_past_is_refused_with_words(desk: Desk) -> None:
    one, alice = desk.write(), at_desk(desk.alice)
    for day, hour, words in (
        (f"{tomorrow_at(1):%Y-%m-%d}", "22:00", "21時から7時"),
        ("2020-01-01", "10:00", "これからの日時"),
        ("", "", "これからの日時"),
    ):
        data = {"day": day, "hour": hour, "revision": 1}
        answer = alice.post(url("broadcast_when", one.pk), data)
        assert answer.status_code == 400
        assert words in answer.content.decode()


def test_somebody_speaks_with_a_name_and_no_strange_picture(desk: Desk) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    alice = at_desk(desk.alice)
    bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    typed = {"name": "さくら", "duty": "子育てコンシェルジュ", "is_active": "yes"}
    assert alice.post(url("persona_new"), {**typed, "picture": bad}).status_code == 400
    assert alice.post(url("persona_new"), typed).status_code == 302
    with in_municipality(desk.town.pk):
        [persona] = Persona.objects.all()
    assert alice.get(url("persona", persona.pk)).status_code == 200
    assert alice.get(url("persona_picture", persona.pk)).status_code == 404
    assert alice.post(url("persona", persona.pk), {**typed, "name": ""}).status_code == 400


def test_a_viewer_sees_and_cannot_touch(desk: Desk) -> None:
    one = desk.write()
    dan = at_desk(world.make_staff(desk.town, Role.VIEWER, "dan@aoba.example.jp"))
    assert 'name="act"' not in dan.get(url("broadcast", one.pk)).content.decode()
    assert act(dan, one, "ask").status_code == 403
    assert dan.post(url("broadcast_copy", one.pk)).status_code == 403
    with in_municipality(desk.town.pk):
        assert not BroadcastEvent.objects.exists()


def test_what_cannot_be_saved_stays_on_the_page(desk: Desk) -> None:
    alice, long = at_desk(desk.alice), "あ" * 61
    typed = {"subject": long, "body": "大事な言葉", "persona": "", "revision": 1}
    one = desk.write()
    answer = alice.post(url("broadcast_what", one.pk), typed)
    assert answer.status_code == 400
    assert long in answer.content.decode()
    gone_on = desk.approved(send_at=tomorrow_at(10))
    answer = alice.post(url("broadcast_what", gone_on.pk), {**typed, "subject": "件名"})
    assert answer.status_code == 400
    assert "大事な言葉" in answer.content.decode()
    answer = alice.post(url("broadcast_what", one.pk), {**typed, "subject": "件\0名"})
    assert answer.status_code == 302
    assert desk.again(one).subject == "件名"


def test_an_editor_holds_it_up_and_only_an_approver_lets_it_go_on(desk: Desk) -> None:
    world.make_family(desk.town)
    one = desk.approved(is_urgent=True)
    broadcasting.plan(desk.town.pk, one.pk)
    alice, bob = at_desk(desk.alice), at_desk(desk.bob)
    assert act(alice, one, "pause").status_code == 302
    page = alice.get(url("broadcast", one.pk)).content.decode()
    assert 'value="resume"' not in page
    assert "承認できる人が再開します" in page
    assert act(alice, one, "resume").status_code == 403
    assert desk.again(one).state == "paused"
    assert 'value="resume"' in bob.get(url("broadcast", one.pk)).content.decode()
    assert act(bob, one, "resume").status_code == 302
    assert desk.again(one).state == "sending"


def test_the_list_asks_the_ledger_once_for_all(desk: Desk) -> None:
    world.make_family(desk.town, email="a@example.jp")
    client = at_desk(desk.alice)
    done = desk.approved(is_urgent=True, subject="済んだもの")
    broadcasting.plan(desk.town.pk, done.pk)
    serve(desk.town.pk, clock.today(), desk.email, "me")
    client.get(url("broadcasts"))  # the first visit writes the session
    with CaptureQueriesContext(connection) as few:
        page = client.get(url("broadcasts")).content.decode()
    assert "終了" in page
    for _ in range(3):
        broadcasting.plan(desk.town.pk, desk.approved(is_urgent=True).pk)
    with CaptureQueriesContext(connection) as many:
        page = client.get(url("broadcasts")).content.decode()
    assert page.count("送っています") == 3
    assert len(many) == len(few)
