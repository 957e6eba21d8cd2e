"""A draft is kept while somebody types: nobody's words go, and the history stays readable."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from kizuna.lib import clock
from messages.domain.review import ReviewAct as Did
from messages.models import BlockEvent, LocalBlock
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.blocks.desk import Person, do, fresh, history, save, write
from tests.blocks.test_pages import FORM, NEW

TYPED = {name: value for name, value in FORM.items() if name != "act"} | {"autosave": "1"}


@pytest.fixture(autouse=True)
def _course(db: None) -> None:
    world.make_text("p22w3d")


def keep(who: Person, path: str, **changes: Any) -> tuple[int, dict[str, Any]]:
    answer = who.client().post(path, TYPED | changes)
    return answer.status_code, answer.json()


def edit(block: LocalBlock) -> str:
    return f"/console/aoba/blocks/{block.pk}/edit/"


def said(block: LocalBlock) -> list[tuple[str, str]]:
    with in_municipality(block.municipality_id):
        events = BlockEvent.objects.filter(block=block).order_by("pk").select_related("by")
        return [(one.by.name if one.by else "", one.content["body"]) for one in events]


def test_a_new_one_is_made_once_and_the_form_then_goes_on_with_it(alice: Person) -> None:
    status, first = keep(alice, NEW, body="書きか")
    assert (status, first["revision"]) == (200, 1)
    assert "保存" in first["words"]
    status, second = keep(alice, first["edit"], body="書きかけの文", revision=first["revision"])
    assert (status, second["block"], second["revision"]) == (200, first["block"], 2)
    with in_municipality(alice.hand.municipality.pk):
        block = LocalBlock.objects.get()
    assert (block.body, block.state) == ("書きかけの文", "draft")
    assert history(block) == ["saved"]


@pytest.mark.parametrize(
    "changes", [{"first_big": ""}, {"kind": ""}, {"title": "", "body": " "}, {"title": "あ" * 61}]
)
def test_what_is_no_announcement_yet_stays_in_the_browser(
    alice: Person, changes: dict[str, str]
) -> None:
    status, answer = keep(alice, NEW, **changes)
    assert (status, "block" in answer) == (200, False)
    with in_municipality(alice.hand.municipality.pk):
        assert not LocalBlock.objects.exists()


def test_pressing_save_afterwards_puts_the_last_words_into_the_history(alice: Person) -> None:
    block = write(alice)
    keep(alice, edit(block), body="二", revision=1)
    keep(alice, edit(block), body="三", revision=2)
    alice.client().post(edit(block), FORM | {"body": "三", "revision": 3})
    alice.client().post(edit(block), FORM | {"body": "三", "revision": 3})
    assert [body for _by, body in said(block)] == ["土曜日にひらきます。", "三"]


def test_after_ten_minutes_the_history_gets_another_row(alice: Person) -> None:
    block = write(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        keep(alice, edit(block), body="二", revision=1)
        keep(alice, edit(block), body="三", revision=2)
    assert [body for _by, body in said(block)] == ["土曜日にひらきます。", "二"]


def test_another_one_s_save_loses_nothing_that_was_kept(alice: Person, akira: Person) -> None:
    block = write(alice)
    keep(alice, edit(block), body="アリスの文", revision=1)
    save(akira, block, body="アキラの文")
    assert said(block) == [
        (alice.user.name, "土曜日にひらきます。"),
        (alice.user.name, "アリスの文"),
        (akira.user.name, "アキラの文"),
    ]
    status, answer = keep(alice, edit(block), body="またアリス", revision=2)
    assert (status, fresh(block).body) == (409, "アキラの文")
    assert "ほかの人" in answer["words"]


def test_typing_alone_takes_no_request_for_approval_back(alice: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    status, answer = keep(alice, edit(block), body="書きなおし", revision=1)
    assert (status, fresh(block).state) == (409, "asked")
    assert "下書き" in answer["words"]


def test_words_in_force_are_never_kept_over(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    do(akira, block, Did.APPROVED)
    assert keep(alice, edit(block), body="書きなおし", revision=1)[0] == 409
    assert fresh(block).body == "土曜日にひらきます。"
    with in_municipality(block.municipality_id):
        assert LocalBlock.objects.count() == 1


def test_who_may_not_write_keeps_nothing(bob: Person, alice: Person) -> None:
    block = write(alice)
    assert bob.client().post(edit(block), TYPED | {"body": "x", "revision": 1}).status_code == 403
    assert fresh(block).revision == 1
