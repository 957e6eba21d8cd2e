"""A reader calls: one is found by the whole address, every look-up is noted, and helped at once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from kizuna.lib import clock
from municipalities.models import (
    ConsentRecord,
    Course,
    Endpoint,
    Municipality,
    ServiceMail,
    StaffAct,
    StaffUser,
    Subscription,
)
from municipalities.services.lookup import MOST_AN_HOUR
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import Rows, make_edition, make_ledger
from tests.staff.conftest import desk

PAGE = "/console/aoba/readers/"
ONE = f"{PAGE}one/"


def call(client: Client, address: str, purpose: str = "call", **more: str) -> str:
    return client.post(ONE, {"address": address, "purpose": purpose, **more}).content.decode()


def reference(client: Client, address: str = "m@a.jp") -> str:
    answer = client.post(ONE, {"address": address, "purpose": "call"})
    return str(answer.context["reference"])


def noted(aoba: Municipality) -> list[StaffAct]:
    with in_municipality(aoba.pk):
        return list(StaffAct.objects.order_by("pk"))


def test_the_whole_address_finds_the_reader_and_it_is_noted_first(
    aoba: Municipality, editor: Client, alice: StaffUser
) -> None:
    family = world.make_family(aoba, email="m@a.jp")
    page = call(editor, " M@A.jp　", "astray")
    assert "配信中" in page
    assert "生後45日" in page
    assert "m@a.jp" not in page.lower()
    (act,) = noted(aoba)
    assert (act.act, act.staff, act.about) == (
        "reader.looked_up",
        alice,
        f"reader {family.reader.pk}",
    )
    assert act.purpose == "お便りが届いているかの確認"
    assert "m@a.jp" not in str(act.details)


@pytest.mark.parametrize("typed", ["a.jp", "m", "m@a.jp.example", "m@a"])
def test_a_part_finds_nobody(aoba: Municipality, editor: Client, typed: str) -> None:
    world.make_family(aoba, email="m@a.jp")
    assert "配信中" not in call(editor, typed)


def test_a_line_id_finds_the_reader_and_there_is_no_mail_to_send(
    aoba: Municipality, editor: Client
) -> None:
    world.make_family(aoba, line=world.line_id(7))
    page = call(editor, world.line_id(7))
    assert "LINE" in page
    assert "トーク画面で読み直せる" in page
    answer = editor.post(f"{ONE}link/", {"reference": reference(editor, world.line_id(7))})
    assert "メールは送りませんでした" in answer.content.decode()


def test_who_is_not_found_is_noted_too(aoba: Municipality, editor: Client) -> None:
    assert "このアドレスの登録はありません" in call(editor, "nobody@a.jp")
    (act,) = noted(aoba)
    assert act.details == {"by": "email", "found": 0}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"address": "", "purpose": "call"}, "address"),
        ({"address": "m@a.jp"}, "purpose-call"),
        ({"address": "m@a.jp", "purpose": "curious"}, "purpose-call"),
        ({"address": "m@a.jp", "purpose": "other"}, "why"),
        ({"address": "m@a.jp", "purpose": "other", "why": "x" * 101}, "why"),
    ],
)
def test_without_an_address_or_a_purpose_nothing_is_looked_up(
    aoba: Municipality, editor: Client, asked: dict[str, str], field: str
) -> None:
    world.make_family(aoba, email="m@a.jp")
    assert f'href="#{field}"' in editor.post(ONE, asked).content.decode()
    assert noted(aoba) == []


def test_another_purpose_is_kept_in_its_own_words(aoba: Municipality, editor: Client) -> None:
    call(editor, "m@a.jp", "other", why="訪問の約束の確認")
    assert noted(aoba)[0].purpose == "その他: 訪問の約束の確認"


def test_after_thirty_look_ups_an_hour_the_next_one_waits(
    aoba: Municipality, editor: Client, boss: StaffUser, alice: StaffUser
) -> None:
    world.make_family(aoba, email="m@a.jp")
    for _ in range(MOST_AN_HOUR):
        call(editor, "nobody@a.jp")
    assert editor.post(ONE, {"address": "m@a.jp", "purpose": "call"}).status_code == 429
    assert len(noted(aoba)) == MOST_AN_HOUR
    assert "配信中" in call(desk(boss), "m@a.jp")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert "配信中" in call(desk(alice), "m@a.jp")


def test_the_neighbour_s_reader_is_not_found(aoba: Municipality, editor: Client) -> None:
    world.make_family(world.make_minato(), email="m@a.jp")
    assert "このアドレスの登録はありません" in call(editor, "m@a.jp")


def test_the_history_speaks(aoba: Municipality, editor: Client) -> None:
    family = world.make_family(aoba, email="m@a.jp")
    today = clock.today()
    endings = [
        ("sent", "", "届きました"),
        ("failed", "filtered", "迷惑メール設定などで断られました"),
        ("failed", "mailbox_full", "届きませんでした"),
        ("unclear", "no_answer", "はっきりしません"),
        ("skipped", "paused", "送りませんでした"),
        ("planned", "", "これから送ります"),
    ]
    edition = make_edition(aoba, "d44", on=today, subject="沐浴のおたより")
    for back, (state, reason, _words) in enumerate(endings):
        make_ledger(
            aoba,
            Rows("email", state, 1, reason),
            on=today - timedelta(days=back),
            first=family.subscription.pk,
            edition=edition.pk,
        )
    make_ledger(
        aoba,
        Rows("email", "failed", 1, "unknown_mailbox"),
        on=today - timedelta(days=30),
        first=family.subscription.pk,
    )
    page = call(editor, "m@a.jp")
    assert "沐浴のおたより" in page
    for _state, _reason, words in endings:
        assert words in page
    assert "宛先のメールアドレス" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"paused_at": clock.now()}, "読者が再開するまで"),
        ({"paused_at": clock.now(), "paused_until": clock.today() + timedelta(days=9)}, "お休み中"),
        ({"stopped_at": clock.now()}, "に停止"),
        ({"due_date": clock.today() - timedelta(days=30)}, "41週6日を過ぎた"),
    ],
)
def test_the_state_is_told(
    aoba: Municipality, editor: Client, fields: dict[str, object], words: str
) -> None:
    world.make_family(aoba, email="m@a.jp", **fields)  # type: ignore[arg-type]
    assert words in call(editor, "m@a.jp")


def test_a_blocked_address_says_why_and_an_ended_course_no_stage(
    aoba: Municipality, editor: Client
) -> None:
    family = world.make_family(aoba, email="m@a.jp")
    with in_municipality(aoba.pk):
        Endpoint.objects.update(blocked_at=clock.now(), blocked_reason="filtered")
    assert "迷惑メール設定で断られました" in call(editor, "m@a.jp")
    with in_municipality(aoba.pk):
        Course.objects.filter(pk=family.course.pk).update(closed_at=clock.now())
    page = call(editor, "m@a.jp")
    assert "生後45日" not in page
    assert "この配信を止める" not in page


def test_one_child_is_stopped_and_it_is_noted(aoba: Municipality, editor: Client) -> None:
    family = world.make_family(aoba, email="m@a.jp")
    asked = {"reference": reference(editor), "subscription": family.subscription.pk}
    for _ in range(2):
        page = editor.post(f"{ONE}stop/", asked).content.decode()
        assert "配信を止めました" in page
    with in_municipality(aoba.pk):
        assert Subscription.objects.get().stopped_at is not None
        assert ConsentRecord.objects.get().source == "office"
    assert [act.act for act in noted(aoba)] == ["reader.looked_up", "reader.stopped"]


def test_a_date_is_said_back_before_it_is_saved(aoba: Municipality, editor: Client) -> None:
    due = clock.today() + timedelta(days=60)
    family = world.make_family(aoba, email="m@a.jp", due_date=due)
    asked = {"reference": reference(editor), "subscription": str(family.subscription.pk)}
    form = editor.post(f"{ONE}date/", asked).content.decode()
    assert f'value="{due.year}"' in form
    better = due + timedelta(days=7)
    typed = {
        "state": "pregnant",
        "year": str(better.year),
        "month": str(better.month),
        "day": str(better.day),
        "children": "1",
    }
    echo = editor.post(f"{ONE}date/", {**asked, **typed, "step": "echo"}).content.decode()
    assert "妊娠30週3日" in echo
    with in_municipality(aoba.pk):
        assert Course.objects.get().due_date == due
    again = editor.post(f"{ONE}date/", {**asked, **typed, "step": "again"}).content.decode()
    assert f'value="{better.day}"' in again
    editor.post(f"{ONE}date/", {**asked, **typed, "step": "save"})
    with in_municipality(aoba.pk):
        assert Course.objects.get().due_date == better
    last = noted(aoba)[-1]
    assert (last.act, last.details) == ("reader.date_corrected", {})


def test_a_date_that_cannot_be_is_told_at_its_field(aoba: Municipality, editor: Client) -> None:
    family = world.make_family(aoba, email="m@a.jp")
    asked = {
        "reference": reference(editor),
        "subscription": family.subscription.pk,
        "step": "echo",
        "state": "born",
        "year": "1990",
        "month": "13",
        "day": "1",
        "children": "1",
    }
    answer = editor.post(f"{ONE}date/", asked)
    assert answer.status_code == 400
    assert 'value="1990"' in answer.content.decode()


def test_the_link_goes_to_the_mailbox_three_times_an_hour_at_most(
    aoba: Municipality, editor: Client
) -> None:
    family = world.make_family(aoba, email="m@a.jp")
    asked = {"reference": reference(editor)}
    for _ in range(3):
        assert "入口メールを送りました" in editor.post(f"{ONE}link/", asked).content.decode()
    assert "メールは送りませんでした" in editor.post(f"{ONE}link/", asked).content.decode()
    with in_municipality(aoba.pk):
        mails = list(ServiceMail.objects.all())
    assert [(one.kind, one.reader_id) for one in mails] == [("entrance", family.reader.pk)] * 3
    assert sum(act.act == "reader.link_sent" for act in noted(aoba)) == 3


@pytest.mark.parametrize("act", ["stop", "date", "link"])
def test_a_reference_is_one_person_s_for_half_an_hour(
    aoba: Municipality, editor: Client, alice: StaffUser, manager: Client, act: str
) -> None:
    family = world.make_family(aoba, email="m@a.jp")
    mine = reference(editor)
    asked = {"reference": mine, "subscription": family.subscription.pk}
    assert manager.post(f"{ONE}{act}/", asked).status_code == 400
    assert editor.post(f"{ONE}{act}/", {**asked, "reference": mine[:-1]}).status_code == 400
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        late = desk(alice).post(f"{ONE}{act}/", asked)
    assert late.status_code == 400
    assert "もう一度照会してください" in late.content.decode()
    with in_municipality(aoba.pk):
        assert Subscription.objects.get().stopped_at is None


def test_another_reader_s_subscription_cannot_be_named(aoba: Municipality, editor: Client) -> None:
    world.make_family(aoba, email="m@a.jp")
    theirs = world.make_family(aoba, email="x@a.jp").subscription.pk
    for number in (theirs, "x", "", 10**17):
        asked = {"reference": reference(editor), "subscription": number}
        assert editor.post(f"{ONE}stop/", asked).status_code == 404


def test_numbers_are_shown_and_small_ones_hidden(aoba: Municipality, editor: Client) -> None:
    for number in range(7):
        world.make_family(aoba, email=f"m{number}@a.jp")
    for number in range(2):
        world.make_family(aoba, line=world.line_id(number), relation="father")
    page = editor.get(PAGE)
    groups = page.context["groups"]
    assert page.context["readers"] == "9"
    hidden = "5未満など（伏せています）"
    # Seven and two of nine: the seven go with the two, or a subtraction would tell.
    assert groups[0][1] == [("メール", hidden), ("LINE", hidden)]
    assert ("0歳", "9") in groups[1][1]
    assert "m0@a.jp" not in page.content.decode()
