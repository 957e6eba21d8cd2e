"""Two people at one text, a copy of what is in force, and nothing that is lost."""

import pytest

from messages.domain.approval import Refusal
from messages.domain.review import ReviewAct as Did
from messages.models import LocalBlock
from messages.services import blocks
from messages.services.blocks import SavedMeanwhile
from messages.services.review import ReviewRefused
from municipalities.tenancy.scope import in_municipality
from tests.blocks.desk import Person, do, fresh, history, save, write


def approved(alice: Person, akira: Person) -> LocalBlock:
    block = write(alice)
    do(alice, block, Did.ASKED)
    return do(akira, block, Did.APPROVED)


def revise(by: Person, block: LocalBlock) -> LocalBlock:
    with in_municipality(block.municipality_id):
        return blocks.revise(by.hand, block.pk)


def test_the_second_to_save_is_shown_the_first_one_s_words(alice: Person, akira: Person) -> None:
    block = write(alice)
    save(akira, block, body="日曜日にひらきます。")
    with pytest.raises(SavedMeanwhile) as caught:
        save(alice, block, revision=1, body="月曜日にひらきます。")
    assert caught.value.theirs.body == "日曜日にひらきます。"
    assert fresh(block).body == "日曜日にひらきます。"
    mine = save(alice, block, revision=2, body="月曜日にひらきます。")
    assert (mine.revision, mine.written_by) == (3, alice.user)


def test_pressing_save_twice_says_nothing_twice(alice: Person) -> None:
    block = write(alice)
    save(alice, block, revision=1, body="日曜日です。")
    save(alice, block, revision=1, body="日曜日です。")
    assert history(block) == ["saved", "saved"]


def test_a_new_one_pressed_twice_is_one(alice: Person, akira: Person) -> None:
    assert write(alice).pk == write(alice).pk
    assert write(akira).pk != write(alice).pk
    assert write(alice, body="別の文").pk != write(alice).pk


def test_saving_without_a_change_keeps_the_request(alice: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    assert save(alice, block).state == "asked"


def test_what_is_in_force_is_changed_in_a_copy_and_goes_on_meanwhile(
    alice: Person, akira: Person
) -> None:
    block = approved(alice, akira)
    with pytest.raises(ReviewRefused) as caught:
        save(alice, block, body="別の文")
    assert caught.value.refusal is Refusal.STATE
    copy = revise(alice, block)
    assert revise(akira, block).pk == copy.pk
    save(alice, copy, body="日曜日にひらきます。")
    do(alice, copy, Did.ASKED)
    assert fresh(block).state == "approved"
    do(akira, copy, Did.APPROVED)
    assert (fresh(block).state, fresh(copy).state) == ("withdrawn", "approved")
    assert history(block)[-1] == "withdrawn"


def test_a_withdrawn_copy_taken_up_again_never_leaves_two_in_force(
    alice: Person, akira: Person
) -> None:
    block = approved(alice, akira)
    first = revise(alice, block)
    do(alice, first, Did.WITHDRAWN)
    second = revise(alice, block)
    with pytest.raises(ReviewRefused) as caught:
        save(alice, first, body="もう一度")
    assert caught.value.refusal is Refusal.COPY_OPEN
    do(alice, second, Did.ASKED)
    do(akira, second, Did.APPROVED)
    assert save(alice, first, body="もう一度").replaces_id == second.pk
    do(alice, first, Did.ASKED)
    do(akira, first, Did.APPROVED)
    assert [fresh(one).state for one in (block, second, first)] == [
        "withdrawn",
        "withdrawn",
        "approved",
    ]


def test_old_words_taken_up_again_end_the_ones_that_ended_them(
    alice: Person, akira: Person
) -> None:
    block = approved(alice, akira)
    copy = revise(alice, block)
    save(alice, copy, body="あたらしい文")
    do(alice, copy, Did.ASKED)
    do(akira, copy, Did.APPROVED)
    assert save(alice, block).replaces_id == copy.pk
    do(alice, block, Did.ASKED)
    do(akira, block, Did.APPROVED)
    assert (fresh(block).state, fresh(copy).state) == ("approved", "withdrawn")


def test_what_stood_alone_stands_alone_again(alice: Person) -> None:
    block = write(alice)
    do(alice, block, Did.WITHDRAWN)
    assert save(alice, block).replaces is None
    assert fresh(block).state == "draft"


def test_a_viewer_writes_nothing(bob: Person, alice: Person) -> None:
    with pytest.raises(ReviewRefused):
        write(bob)
    with pytest.raises(ReviewRefused):
        save(bob, write(alice), body="x")
