"""A case is its municipality's alone to write, and everybody's to read and to take over."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from messages.domain.announcement import Content
from messages.domain.approval import Refusal
from messages.domain.review import ReviewAct
from messages.domain.stage import Kind
from messages.models import CaseAdoption, ExchangeCase, LocalBlock
from messages.services import blocks, cases, review
from messages.services.cases import Offer, Wanted
from messages.services.review import Hand, ReviewRefused
from municipalities.models import Municipality, StaffAct
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.blocks import desk
from tests.blocks.desk import Person

FLYER = Offer("flyer", "両親学級のちらし", "ふたりで来ませんか。")


def publish(by: Person, offer: Offer = FLYER) -> ExchangeCase:
    with in_municipality(by.hand.municipality.pk):
        return cases.publish(by.hand, offer)


def adopt(by: Person, case: ExchangeCase) -> CaseAdoption:
    with in_municipality(by.hand.municipality.pk):
        return cases.adopt(by.hand, case.pk)


def announcement(by: Person) -> ExchangeCase:
    block = world.make_block(by.hand.municipality, title="離乳食教室", body="**予約**して来ます。")
    return publish(by, Offer("announcement", block.title, block.body, block=block.pk))


def refused_sql(statement: str, *values: int) -> bool:
    """Whether the database turns it away or finds nothing that may be changed."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return not cursor.rowcount
    except ProgrammingError:
        return True


def test_the_others_read_what_one_municipality_offers(alice: Person, minato: Municipality) -> None:
    case = publish(alice)
    with in_municipality(minato.pk):
        assert [one.pk for one in cases.library()] == [case.pk]
        assert cases.library().get().municipality.name == "青葉市"
        assert not cases.library(Wanted(mine=True)).exists()


def test_pressing_publish_twice_makes_one_case(alice: Person) -> None:
    assert publish(alice).pk == publish(alice).pk


def test_who_only_looks_neither_offers_nor_takes_over(bob: Person, minato: Municipality) -> None:
    case = world.make_case(minato)
    with in_municipality(bob.hand.municipality.pk):
        for act in (lambda: cases.publish(bob.hand, FLYER), lambda: cases.adopt(bob.hand, case.pk)):
            with pytest.raises(ReviewRefused) as refused:
                act()
            assert refused.value.refusal is Refusal.ROLE


def test_another_municipality_changes_and_withdraws_nothing(alice: Person, charlie: Person) -> None:
    case = publish(alice)
    with in_municipality(charlie.hand.municipality.pk):
        with pytest.raises(ReviewRefused):
            cases.change(charlie.hand, case.pk, Offer("flyer", "ちがう題", "ちがう文"))
        with pytest.raises(ReviewRefused):
            cases.withdraw(charlie.hand, case.pk)
    with in_municipality(alice.hand.municipality.pk):
        assert (
            cases.change(alice.hand, case.pk, Offer("flyer", "直した題", "文")).title == "直した題"
        )
        assert cases.withdraw(alice.hand, case.pk).withdrawn_at


def test_the_database_lets_only_the_own_municipality_write_a_case(
    alice: Person, minato: Municipality
) -> None:
    case = publish(alice)
    table = "stage_messages_exchangecase"
    with in_municipality(minato.pk):
        assert refused_sql(f"UPDATE {table} SET title = 'x' WHERE id = %s", case.pk)
        assert refused_sql(f"UPDATE {table} SET withdrawn_at = now() WHERE id = %s", case.pk)
        assert refused_sql(
            f"INSERT INTO {table} (municipality_id, sort, title, body, result, season, kind,"
            " published_at) VALUES (%s, 'flyer', 'x', 'x', '', '', '', now())",
            case.municipality_id,
        )
    with across_for_npo():
        assert refused_sql(f"UPDATE {table} SET title = 'x' WHERE id = %s", case.pk)
    with in_municipality(case.municipality_id):
        # Not even by giving it away.
        assert refused_sql(
            f"UPDATE {table} SET municipality_id = %s WHERE id = %s", minato.pk, case.pk
        )
        assert refused_sql(f"DELETE FROM {table} WHERE id = %s", case.pk)
        assert not refused_sql(f"UPDATE {table} SET title = 'y' WHERE id = %s", case.pk)


def test_an_adopted_draft_shows_its_origin_and_needs_approval_like_any_other(
    alice: Person, charlie: Person, mika: Person
) -> None:
    case = announcement(alice)
    block = adopt(charlie, case).block
    assert block is not None
    assert (block.state, block.title, block.body) == ("draft", "離乳食教室", "**予約**して来ます。")
    assert (block.kind, block.first_day, block.last_day) == ("child", 0, 100)
    page = charlie.client().get(f"/console/minato/blocks/{block.pk}/").content.decode()
    assert "青葉市" in page
    assert f"/console/minato/exchange/{case.pk}/" in page
    for other in ("edit", "sheet"):
        shown = charlie.client().get(f"/console/minato/blocks/{block.pk}/{other}/")
        assert "青葉市" in shown.content.decode(), other
    desk.do(charlie, block, ReviewAct.ASKED)
    with pytest.raises(ReviewRefused):
        desk.do(charlie, block, ReviewAct.APPROVED)
    assert desk.do(mika, block, ReviewAct.APPROVED).state == "approved"


def test_the_origin_stays_through_changes_copies_and_the_end_of_the_case(
    alice: Person, charlie: Person, mika: Person
) -> None:
    case = announcement(alice)
    block = adopt(charlie, case).block
    assert block is not None
    desk.save(charlie, block, title="みなとの離乳食教室")
    desk.do(charlie, block, ReviewAct.ASKED)
    desk.do(mika, block, ReviewAct.APPROVED)
    with in_municipality(alice.hand.municipality.pk):
        cases.withdraw(alice.hand, case.pk)
    with in_municipality(charlie.hand.municipality.pk):
        copy = blocks.revise(charlie.hand, block.pk)
        assert cases.origin(copy) == case
        own = blocks.create(charlie.hand, Content("じぶんの", "文", Kind.CHILD, 0, 9))
        assert cases.origin(own) is None
    page = charlie.client().get(f"/console/minato/blocks/{copy.pk}/").content.decode()
    assert "青葉市" in page
    assert f"/console/minato/exchange/{case.pk}/" not in page


def test_pressing_twice_makes_one_draft_and_is_counted_once(alice: Person, charlie: Person) -> None:
    case = announcement(alice)
    assert adopt(charlie, case).pk == adopt(charlie, case).pk
    with in_municipality(charlie.hand.municipality.pk):
        assert LocalBlock.objects.count() == 1
    with in_municipality(alice.hand.municipality.pk):
        assert cases.times_adopted([case]) == {case.pk: 1}
        assert not CaseAdoption.objects.exists()


def test_a_practice_is_noted_and_makes_no_draft(alice: Person, charlie: Person) -> None:
    assert adopt(charlie, publish(alice)).block is None
    with in_municipality(charlie.hand.municipality.pk):
        assert not LocalBlock.objects.exists()
        acts = list(StaffAct.objects.values_list("act", flat=True))
    assert acts == ["case.adopted"]


def test_nothing_withdrawn_and_nothing_of_ones_own_is_taken_over(
    alice: Person, charlie: Person
) -> None:
    case = announcement(alice)
    with pytest.raises(ReviewRefused):
        adopt(alice, case)
    with in_municipality(alice.hand.municipality.pk):
        cases.withdraw(alice.hand, case.pk)
    with pytest.raises(ReviewRefused):
        adopt(charlie, case)


def test_only_an_approved_announcement_of_ones_own_is_offered(
    alice: Person, minato: Municipality
) -> None:
    theirs = world.make_block(minato)
    draft = desk.write(alice)
    for block in (theirs, draft):
        with pytest.raises(ReviewRefused):
            publish(alice, Offer("announcement", "題", "文", block=block.pk))


def test_words_kind_season_and_municipality_find_a_case(
    alice: Person, minato: Municipality
) -> None:
    publish(alice, Offer("flyer", "夏のプール", "日陰で。", season="summer"))
    publish(alice, Offer("practice", "窓口の席", "ベビーカーのまま。"))
    with in_municipality(minato.pk):

        def titles(**wanted: Any) -> list[str]:
            return [one.title for one in cases.library(Wanted(**wanted))]

        assert titles(words="プール 日陰") == ["夏のプール"]
        assert titles(words="青葉市 席") == ["窓口の席"]
        assert titles(season="summer") == ["夏のプール"]
        assert titles(sort="practice") == ["窓口の席"]
        assert titles(words="雪") == []


def test_somebody_without_the_role_is_refused_by_the_service_too(aoba: Municipality) -> None:
    looker = Hand(aoba, world.make_naomi(), may_write=False, may_approve=False)
    with in_municipality(aoba.pk), pytest.raises(ReviewRefused):
        cases.change(looker, world.make_case(aoba).pk, FLYER)
    assert review.Hand is Hand
