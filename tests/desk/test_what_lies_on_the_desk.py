"""For whom a draft waits, which reviews fall due, the words to avoid."""

from datetime import timedelta

import pytest

from kizuna.lib import clock
from messages.models import AvoidedWord, TextDraft, TextVersion
from messages.services import avoided_words, desk_lists, library
from messages.services import desk as services
from messages.services import desk_signing as signing
from messages.services.avoided_words import NotYours, ThereAlready
from messages.services.desk_signing import Signature
from tests import world
from tests.desk.conftest import Desk

TODAY = clock.today()


def written(desk: Desk, variant: str = "standard") -> TextDraft:
    return services.write_draft(desk.erika, desk.version.base_text, variant, "件名", "本文です。")


def test_a_reviewer_finds_what_waits_and_its_writer_does_not(desk: Desk) -> None:
    draft = written(desk)
    assert desk_lists.lying(desk.rei).drafts == [draft]
    signing.ask(desk.erika, draft.pk, draft.revision)
    assert desk_lists.lying(desk.rei).for_me == [draft]
    assert desk_lists.lying(desk.erika).asked == [draft]
    signing.give_back(desk.rei, draft.pk, draft.revision, "数字を見直します。")
    assert desk_lists.lying(desk.erika).returned == [draft]
    signing.ask(desk.erika, draft.pk, draft.revision)
    signing.sign(desk.rei, draft.pk, draft.revision, Signature("森れい", TODAY))
    assert desk_lists.lying(desk.erika).signed == [draft]
    signing.publish(desk.erika, draft.pk, draft.revision, TODAY)
    found = desk_lists.lying(desk.rei)
    assert not any((found.for_me, found.asked, found.signed, found.returned, found.drafts))
    assert [one.number for one in desk_lists.last_published(5)] == [2]


def test_the_head_who_wrote_it_is_not_asked_to_read_it(desk: Desk) -> None:
    draft = services.write_draft(desk.naomi, desk.version.base_text, "standard", "件名", "本文。")
    signing.ask(desk.naomi, draft.pk, draft.revision)
    assert desk_lists.lying(desk.naomi).for_me == []
    assert desk_lists.lying(desk.naomi).asked == [draft]


def test_reviews_fall_due_for_what_is_sent_and_for_nothing_else(desk: Desk) -> None:
    def version(key: str, days: int) -> TextVersion:
        text = world.make_text(key)
        return TextVersion.objects.create(
            base_text=text.base_text,
            variant="standard",
            number=2,
            subject="件名",
            body="本文",
            reviewed_on=TODAY - timedelta(days=300),
            review_by=TODAY + timedelta(days=days),
            effective_from=TODAY - timedelta(days=1),
        )

    over, soon = version("d50", -3), version("d51", 60)
    version("d52", 61)
    superseded = version("d53", 5)
    world.make_text("d53", "もう新しい文です。")
    assert desk_lists.due_reviews(TODAY) == [over, soon]
    assert superseded not in desk_lists.due_reviews(TODAY)
    # d45 and the newest of d53 were never read by anybody.
    assert desk_lists.never_reviewed(TODAY) == 2


def test_words_to_avoid_are_hints_that_editors_keep(desk: Desk) -> None:
    avoided_words.keep(desk.erika, None, "断乳", "卒乳", "せかすように聞こえます")
    one = avoided_words.keep(desk.erika, None, " 奇形 ", "", "")
    found = avoided_words.all_hints("{断乳|だんにゅう}のころ。[奇形](https://example.jp/断乳)")
    assert [hint.ja for hint in found[:2]] == [
        "「断乳」は、「卒乳」にします。（せかすように聞こえます）",
        "「奇形」は使わない言葉です。",
    ]
    with pytest.raises(ThereAlready):
        avoided_words.keep(desk.erika, one.pk, "断乳", "", "")
    with pytest.raises(NotYours):
        avoided_words.keep(desk.rei, None, "母乳不足", "", "")
    avoided_words.take_off(desk.erika, one.pk)
    assert [word.word for word in AvoidedWord.objects.all()] == ["断乳"]


def test_a_word_of_both_lists_is_said_once(desk: Desk) -> None:
    avoided_words.keep(desk.erika, None, "父兄", "保護者の方", "")
    found = [hint.ja for hint in avoided_words.all_hints("父兄のみなさん")]
    assert found == ["「父兄」は、「保護者の方」にします。"]


def test_every_stage_of_the_course_is_offered_once_in_the_order_of_life(desk: Desk) -> None:
    world.make_text("d45", audience="partner")
    for key in ("p12w0d", "m35", "y1"):
        world.make_text(key)
    world.make_text("d102", variant="easy")
    parts = dict(library.by_part(TODAY))
    keys = [stage.key for stages in parts.values() for stage, _filled in stages]
    assert len(keys) == len(set(keys)) == 533
    first = {stage.key: filled for stage, filled in parts[library.Part.PREGNANCY]}
    assert (first["p12w0d"], first["p12w1d"]) == (True, False)
    assert keys.index("d364") < keys.index("y1") < keys.index("d378") < keys.index("m35")
    assert "d102" in keys
    assert "d103" not in keys
