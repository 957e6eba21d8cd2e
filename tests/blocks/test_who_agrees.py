"""Nothing goes out that only its writer has seen, and every act is in the history."""

import pytest
from django.db import DatabaseError, transaction

from kizuna.lib import clock
from messages.domain.approval import Refusal
from messages.domain.review import ReviewAct as Did
from messages.models import BlockEvent
from messages.services import blocks
from messages.services.compose import approved_blocks
from messages.services.review import ReviewRefused
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.blocks.desk import Person, do, fresh, history, save, write


def refused(why: Refusal, *args: object, **more: object) -> None:
    with pytest.raises(ReviewRefused) as caught:
        do(*args, **more)  # type: ignore[arg-type]
    assert caught.value.refusal is why


def test_one_writes_another_approves(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED, "12月号にあわせて")
    do(akira, block, Did.APPROVED)
    approved = fresh(block)
    assert (approved.state, approved.approved_by, approved.is_urgent) == (
        "approved",
        akira.user,
        False,
    )
    assert history(block) == ["saved", "asked", "approved"]


def test_nobody_approves_their_own_words(akira: Person, aya: Person) -> None:
    block = write(akira)
    do(akira, block, Did.ASKED)
    refused(Refusal.OWN_WORDS, akira, block, Did.APPROVED)
    do(aya, block, Did.APPROVED)  # any other approver is the deputy
    assert fresh(block).state == "approved"


def test_who_mends_a_word_while_approving_has_become_the_writer(
    alice: Person, akira: Person, aya: Person
) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    save(akira, block, body="日曜日にひらきます。")
    assert fresh(block).state == "draft"
    do(akira, block, Did.ASKED)
    refused(Refusal.OWN_WORDS, akira, block, Did.APPROVED)
    do(aya, block, Did.APPROVED)


def test_with_two_steps_three_persons_have_seen_it(
    aoba: Municipality, alice: Person, akira: Person, aya: Person
) -> None:
    aoba.approval_steps = 2
    block = write(alice)
    do(alice, block, Did.ASKED)
    refused(Refusal.FIRST_STEP_OPEN, akira, block, Did.APPROVED)
    do(akira, block, Did.CHECKED)
    refused(Refusal.CHECKED_IT, akira, block, Did.APPROVED)
    do(aya, block, Did.APPROVED)
    assert history(block) == ["saved", "asked", "checked", "approved"]


def test_a_check_of_other_words_counts_for_nothing(
    aoba: Municipality, alice: Person, akira: Person, aya: Person
) -> None:
    aoba.approval_steps = 2
    block = write(alice)
    do(alice, block, Did.ASKED)
    do(akira, block, Did.CHECKED)
    save(alice, block, title="別の題")
    assert fresh(block).state == "draft"
    do(alice, block, Did.ASKED)
    refused(Refusal.FIRST_STEP_OPEN, aya, block, Did.APPROVED)
    do(aya, block, Did.CHECKED)
    do(akira, block, Did.APPROVED)


def test_one_approves_what_one_saw(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    save(alice, block, body="こっそり直した文")
    do(alice, block, Did.ASKED)
    refused(Refusal.CHANGED, akira, block, Did.APPROVED, revision=1)
    assert fresh(block).state == "asked"


@pytest.mark.parametrize("what", [Did.ASKED, Did.URGENT])
def test_a_text_with_mistakes_goes_nowhere(akira: Person, what: Did) -> None:
    refused(Refusal.NOT_READY, akira, write(akira), what, "大雨のため", is_ready=False)


def test_it_is_returned_with_a_word_why(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    refused(Refusal.NO_REASON, akira, block, Did.RETURNED, "  ")
    do(akira, block, Did.RETURNED, "会場の電話番号を入れてください")
    assert fresh(block).state == "draft"
    with in_municipality(alice.hand.municipality.pk):
        assert BlockEvent.objects.latest("pk").note == "会場の電話番号を入れてください"


def test_the_urgent_way_is_one_person_s_and_marked_for_ever(
    alice: Person, akira: Person, aya: Person
) -> None:
    block = write(akira)
    refused(Refusal.ROLE, alice, block, Did.URGENT, "大雨のため")
    refused(Refusal.NO_REASON, akira, block, Did.URGENT)
    do(akira, block, Did.URGENT, "大雨で中止になったため")
    assert (fresh(block).state, fresh(block).is_urgent) == ("approved", True)
    refused(Refusal.OWN_URGENT, akira, block, Did.CONFIRMED)
    do(aya, block, Did.CONFIRMED)
    refused(Refusal.NOT_URGENT, aya, block, Did.CONFIRMED)
    do(alice, block, Did.WITHDRAWN)
    save(alice, block, body="また開きます。")
    assert fresh(block).is_urgent


def test_an_urgent_one_waits_to_be_confirmed_also_when_a_copy_has_taken_its_place(
    alice: Person, akira: Person, aya: Person
) -> None:
    block = write(akira)
    do(akira, block, Did.URGENT, "大雨で中止になったため")
    with in_municipality(alice.hand.municipality.pk):
        copy = blocks.revise(alice.hand, block.pk)
    save(alice, copy, body="来週にのばします。")
    do(alice, copy, Did.ASKED)
    do(aya, copy, Did.APPROVED)
    assert fresh(block).state == "withdrawn"
    refused(Refusal.OWN_URGENT, akira, block, Did.CONFIRMED)
    do(aya, block, Did.CONFIRMED)


def test_a_withdrawn_one_is_sent_to_nobody(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    do(akira, block, Did.APPROVED)
    with in_municipality(alice.hand.municipality.pk):
        assert [one.id for one in approved_blocks(clock.today())] == [block.pk]
    do(alice, block, Did.WITHDRAWN)
    with in_municipality(alice.hand.municipality.pk):
        assert approved_blocks(clock.today()) == []


@pytest.mark.parametrize("what", list(Did)[:9])
def test_a_viewer_does_nothing(alice: Person, bob: Person, what: Did) -> None:
    block = write(alice)
    refused(Refusal.ROLE, bob, block, what, "x")
    assert history(block) == ["saved"]


def test_an_editor_approves_nothing(alice: Person, akira: Person) -> None:
    block = write(akira)
    do(akira, block, Did.ASKED)
    for what in (Did.CHECKED, Did.APPROVED, Did.RETURNED):
        refused(Refusal.ROLE, alice, block, what, "x")


def test_the_history_is_not_rewritten(alice: Person) -> None:
    block = write(alice)
    with in_municipality(block.municipality_id):
        for change in ({"note": "x"}, {"act": "approved"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                BlockEvent.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            BlockEvent.objects.all().delete()
