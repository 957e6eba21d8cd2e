"""Meetings from the plan to the notes: the NPO behind its door, municipalities in the console."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from kizuna.lib import clock
from messages.models import Meeting, MeetingInvitation
from messages.services import meetings
from municipalities.domain.roles import Role
from municipalities.models import Births, Municipality, StaffAct
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.blocks.desk import Person

YES = {"answer": "yes", "people": "山田 花（保健師）\n佐藤", "wish": "父親向けのちらし"}


@pytest.fixture
def naomi(db: None) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(world.make_naomi(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def plan(**changes: str) -> dict[str, str]:
    typed = {
        "title": "第6回 情報交換会",
        "day": (clock.today() + timedelta(days=10)).isoformat(),
        "begins": "14:00",
        "ends": "16:00",
        "place": "オンライン https://call.example.jp/6",
        "topics": "ちらし\nLINE",
        "invitation": "気軽に話しましょう。",
    }
    return typed | changes


def invitation(meeting: Meeting, municipality: Municipality) -> MeetingInvitation:
    with in_municipality(municipality.pk):
        return MeetingInvitation.objects.get(meeting=meeting)


def answer(meeting: Meeting, by: Person, **typed: str) -> Any:
    slug = by.hand.municipality.slug
    return by.client().post(f"/console/{slug}/meetings/{meeting.pk}/", typed)


def test_a_meeting_is_planned_told_answered_held_and_kept(
    naomi: Client, aoba: Municipality, minato: Municipality, alice: Person
) -> None:
    world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    there = naomi.post("/npo/meetings/new/", plan())["Location"]
    meeting = Meeting.objects.get()
    naomi.post(f"{there}invite/", {"act": "chosen", "municipality": [aoba.pk]})
    told = naomi.post(f"{there}tell/", follow=True).content.decode()
    assert "1自治体の管理者にメールを送りました" in told
    assert [one.to for one in mail.outbox] == [["boss@aoba.example.jp"]]
    text = str(mail.outbox[0].body)
    assert "https://call.example.jp/6" in text
    assert re.search(rf"http\S+/console/aoba/meetings/{meeting.pk}/", text)
    assert alice.client().get(f"/console/aoba/meetings/{meeting.pk}/").status_code == 200
    assert answer(meeting, alice, **YES).status_code == 302
    page = naomi.get(there).content.decode()
    assert "参加 1（2人）" in page
    assert "父親向けのちらし" in page
    assert "招いた自治体 1、参加 1" in naomi.get("/npo/meetings/").content.decode()
    naomi.post(f"{there}groups/", {"groups": "1"})
    one = invitation(meeting, aoba)
    naomi.post(f"{there}people/", {f"group-{one.pk}": "２", f"attended-{one.pk}": "2"})
    one = invitation(meeting, aoba)
    assert (one.group, one.attended) == (2, 2)
    naomi.post(f"{there}notes/", {"notes": "席の話がよかった。", "seen": "", "act": "share"})
    mine = alice.client().get(f"/console/aoba/meetings/{meeting.pk}/").content.decode()
    assert "席の話がよかった。" in mine
    assert "2グループで話します" in mine
    with in_municipality(aoba.pk):
        acts = list(StaffAct.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["npo.meeting_told", "meeting.answered"]


def test_an_invitation_stands_among_what_is_to_do_until_it_is_answered(
    aoba: Municipality, alice: Person
) -> None:
    meeting = world.make_meeting(aoba)
    words = "お返事を待っている情報交換会：1件"
    assert words in alice.client().get("/console/aoba/").content.decode()
    answer(meeting, alice, answer="no")
    assert words not in alice.client().get("/console/aoba/").content.decode()


def test_who_is_not_invited_finds_no_meeting(
    aoba: Municipality, minato: Municipality, charlie: Person
) -> None:
    paper = world.make_paper(aoba)
    there = f"/console/minato/meetings/{paper.meeting_id}/"
    for path in (there, f"{there}meeting.ics", f"{there}papers/{paper.pk}/"):
        assert charlie.client().get(path).status_code == 404, path
    assert charlie.client().post(there, YES).status_code == 404
    assert (
        "秋の情報交換会" not in charlie.client().get("/console/minato/meetings/").content.decode()
    )


def test_the_database_keeps_answers_to_the_municipality_and_meetings_to_the_npo(
    aoba: Municipality, minato: Municipality
) -> None:
    meeting = world.make_meeting(aoba)
    refused = {
        "answer": "UPDATE stage_messages_meetinginvitation SET answer = 'yes'",
        "meeting": "UPDATE stage_messages_meeting SET title = 'x'",
    }
    with across_for_npo(), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(refused["answer"])
    with in_municipality(aoba.pk), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(refused["meeting"])
    with in_municipality(minato.pk), connection.cursor() as cursor:
        cursor.execute(refused["answer"])
        assert cursor.rowcount == 0
    assert invitation(meeting, aoba).answer == ""


def test_an_answer_can_be_changed_until_it_begins_and_not_after(
    aoba: Municipality, alice: Person, bob: Person
) -> None:
    meeting = world.make_meeting(aoba)
    answer(meeting, alice, **YES)
    answer(meeting, alice, answer="no", people="山田", wish="")
    assert invitation(meeting, aoba).people == ""
    answer(meeting, bob, **YES)
    assert invitation(meeting, aoba).answer == "no"
    with across_for_npo():
        Meeting.objects.update(starts_at=clock.now() - timedelta(minutes=1))
    late = answer(meeting, alice, **YES)
    assert late.status_code == 400
    assert "もう変えられません" in late.content.decode()
    assert invitation(meeting, aoba).answer == "no"


@pytest.mark.parametrize(
    "typed",
    [
        {"answer": "", "people": "山田"},
        {"answer": "yes", "people": " \n "},
        {"answer": "yes", "people": "\n".join(["山田"] * 11)},
        {"answer": "yes", "people": "山" * 61},
        {"answer": "no", "wish": "あ" * 201},
    ],
)
def test_an_unfinished_answer_is_told_and_kept_in_the_form(
    aoba: Municipality, alice: Person, typed: dict[str, str]
) -> None:
    meeting = world.make_meeting(aoba)
    refused = answer(meeting, alice, **typed)
    assert refused.status_code == 400
    assert typed.get("people", "").strip() in refused.content.decode()
    assert invitation(meeting, aoba).answer == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "名前を入れて"),
        ({"day": "2026-13-01"}, "2026年13月1日"),
        ({"day": "2020-05-01"}, "これから"),
        ({"ends": "13:00"}, "終わりの時刻"),
        ({"begins": "25時"}, "14:00"),
        ({"place": "あ" * 201}, "200文字"),
        ({"topics": "\n".join("話" * 13)}, "12まで"),
        ({"answer_by": "2099-01-01"}, "期限"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_told_in_one_sentence(
    naomi: Client, changes: dict[str, str], words: str
) -> None:
    refused = naomi.post("/npo/meetings/new/", plan(**changes))
    assert refused.status_code == 400
    assert words in refused.content.decode()
    assert "気軽に話しましょう。" in refused.content.decode()
    assert not Meeting.objects.exists()


def test_another_time_is_told_again_and_a_meeting_called_off_too(
    naomi: Client, aoba: Municipality
) -> None:
    world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    meeting = world.make_meeting(aoba)
    there = f"/npo/meetings/{meeting.pk}/"
    naomi.post(f"{there}tell/")
    naomi.post(f"{there}tell/")
    assert len(mail.outbox) == 1
    naomi.post(f"{there}edit/", plan())
    naomi.post(f"{there}tell/")
    naomi.post(f"{there}cancel/")
    naomi.post(f"{there}tell/")
    assert len(mail.outbox) == 3
    assert "中止" in mail.outbox[2].subject
    attached: Any = mail.outbox[2].attachments[0]
    assert "STATUS:CANCELLED" in str(attached[1])


def test_a_broken_mail_server_leaves_the_rest_to_be_told(
    naomi: Client, aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    meeting = world.make_meeting(aoba)

    def broken(*_args: object) -> None:
        raise OSError("refused")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", broken)
        page = naomi.post(f"/npo/meetings/{meeting.pk}/tell/", follow=True).content.decode()
    assert "メールサーバーが受け取らない" in page
    assert invitation(meeting, aoba).told_at is None
    with in_municipality(aoba.pk):
        assert not StaffAct.objects.exists()
    naomi.post(f"/npo/meetings/{meeting.pk}/tell/")
    assert invitation(meeting, aoba).told_at


def test_a_municipality_without_a_manager_is_named_as_such(
    naomi: Client, aoba: Municipality, alice: Person
) -> None:
    meeting = world.make_meeting(aoba)
    page = naomi.post(f"/npo/meetings/{meeting.pk}/tell/", follow=True).content.decode()
    assert "管理者がまだいない" in page
    assert mail.outbox == []


def test_all_that_a_search_finds_are_invited_at_once_and_only_once(
    naomi: Client, aoba: Municipality, minato: Municipality
) -> None:
    world.make_municipality("ended", name="青葉村", service="ended")
    meeting = world.make_meeting()
    there = f"/npo/meetings/{meeting.pk}/invite/"
    assert naomi.post(f"{there}?words=青葉", {"act": "all"}).status_code == 302
    assert invitation(meeting, aoba).pk
    with across_for_npo():
        assert MeetingInvitation.objects.count() == 1
    naomi.post(there, {"act": "all"})
    naomi.post(there, {"act": "chosen", "municipality": [aoba.pk, "x", "9" * 30]})
    with across_for_npo():
        assert MeetingInvitation.objects.count() == 2
    assert "すべての自治体を招きました" in naomi.get(there).content.decode()


def test_municipalities_of_a_size_are_found_by_their_births(
    naomi: Client, aoba: Municipality, minato: Municipality
) -> None:
    with in_municipality(minato.pk):
        Births.objects.create(
            municipality=minato, year=clock.today().year - 1, count=120, noted_at=clock.now()
        )
    meeting = world.make_meeting()
    found = naomi.get(f"/npo/meetings/{meeting.pk}/invite/?size=100-299").content.decode()
    assert "みなと町" in found
    assert "青葉市" not in found


def test_only_a_pdf_of_five_megabytes_is_kept(naomi: Client, aoba: Municipality) -> None:
    meeting = world.make_meeting(aoba)
    there = f"/npo/meetings/{meeting.pk}/"

    def add(content: bytes, title: str = "次第") -> Any:
        file = SimpleUploadedFile("a.pdf", content)
        return naomi.post(f"{there}papers/", {"title": title, "file": file})

    assert "PDFではない" in add(b"MZ not a paper").content.decode()
    assert "5MBを超えて" in add(b"%PDF-" + b"0" * 5_000_000).content.decode()
    assert naomi.post(f"{there}papers/", {"title": "次第"}).status_code == 400
    assert add(b"%PDF-1.7 ok").status_code == 302
    with across_for_npo():
        (paper,) = meetings.papers(meeting)
    got = naomi.get(f"{there}papers/{paper.pk}/")
    assert got.content == b"%PDF-1.7 ok"
    assert got["Content-Type"] == "application/pdf"
    assert got["X-Content-Type-Options"] == "nosniff"
    naomi.post(f"{there}papers/{paper.pk}/remove/")
    assert naomi.get(f"{there}papers/{paper.pk}/").status_code == 404


def test_an_invited_municipality_opens_the_papers(aoba: Municipality, bob: Person) -> None:
    paper = world.make_paper(aoba)
    got = bob.client().get(f"/console/aoba/meetings/{paper.meeting_id}/papers/{paper.pk}/")
    assert got.content == b"%PDF-1.7"


def test_notes_stay_the_npos_until_they_are_shared_and_nobodys_are_lost(
    naomi: Client, aoba: Municipality, alice: Person
) -> None:
    meeting = world.make_meeting(aoba)
    there = f"/npo/meetings/{meeting.pk}/notes/"
    naomi.post(there, {"notes": "ひとつめ", "seen": "", "act": "keep"})
    mine = f"/console/aoba/meetings/{meeting.pk}/"
    assert "ひとつめ" not in alice.client().get(mine).content.decode()
    stale = naomi.post(there, {"notes": "ふたつめ", "seen": "", "act": "share"})
    assert stale.status_code == 409
    assert "ひとつめ" in stale.content.decode()
    assert "ふたつめ" in stale.content.decode()
    naomi.post(there, {"notes": "ひとつめ、ふたつめ", "seen": "ひとつめ", "act": "share"})
    assert "ふたつめ" in alice.client().get(mine).content.decode()
    naomi.post(there, {"notes": "ひとつめ、ふたつめ", "seen": "ひとつめ、ふたつめ", "act": "keep"})
    assert "ふたつめ" not in alice.client().get(mine).content.decode()


def test_who_came_without_an_answer_is_written_down(naomi: Client, aoba: Municipality) -> None:
    meeting = world.make_meeting(aoba)
    one = invitation(meeting, aoba)
    naomi.post(f"/npo/meetings/{meeting.pk}/people/", {"also": str(one.pk)})
    assert invitation(meeting, aoba).attended == 1


def test_a_number_that_is_none_keeps_everything_as_it_was(
    naomi: Client, aoba: Municipality, alice: Person
) -> None:
    meeting = world.make_meeting(aoba)
    answer(meeting, alice, **YES)
    one = invitation(meeting, aoba)
    there = f"/npo/meetings/{meeting.pk}/people/"
    typed = {f"group-{one.pk}": "二", f"attended-{one.pk}": "3"}
    refused = naomi.post(there, typed)
    assert refused.status_code == 400
    assert "青葉市：" in refused.content.decode()
    assert 'value="二"' in refused.content.decode()
    assert invitation(meeting, aoba).attended is None
    assert naomi.post(f"/npo/meetings/{meeting.pk}/groups/", {"groups": "0"}).status_code == 400
