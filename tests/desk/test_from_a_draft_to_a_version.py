"""Written, asked, signed by another, published: each step by whoever may, and nothing skipped."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kizuna.lib import clock
from messages.domain.desk import DeskAct, DraftState
from messages.models import TextDraft, TextEvent, TextVersion
from messages.services import desk as services
from messages.services import desk_signing as signing
from messages.services.desk import DeskRefused, Refusal, SavedMeanwhile
from messages.services.desk_signing import Signature
from tests.desk.conftest import Desk

TODAY = clock.today()
WORDS = "よく飲む日も、少ししか飲まない日もあります。"


def written(desk: Desk, body: str = WORDS) -> TextDraft:
    return services.write_draft(
        desk.erika, desk.version.base_text, "standard", "生後45日のおたより", body
    )


def signed(desk: Desk) -> TextDraft:
    draft = written(desk)
    signing.ask(desk.erika, draft.pk, draft.revision)
    signature = Signature("助産師 森れい", TODAY, TODAY + timedelta(days=365))
    return signing.sign(desk.rei, draft.pk, draft.revision, signature)


def refused(why: Refusal) -> "pytest.RaisesExc[DeskRefused]":
    return pytest.RaisesExc(DeskRefused, check=lambda error: error.refusal is why)


def test_a_draft_becomes_the_next_version_with_its_reviewer(desk: Desk) -> None:
    draft = signed(desk)
    version = signing.publish(desk.erika, draft.pk, draft.revision, TODAY)
    assert (version.number, version.body) == (2, WORDS)
    assert (version.supervisor, version.reviewed_on) == ("助産師 森れい", TODAY)
    assert (version.reviewed_by_id, version.published_by_id) == (desk.rei.pk, desk.erika.pk)
    draft = TextDraft.objects.get()
    assert (draft.state, draft.published_id) == (DraftState.PUBLISHED, version.pk)
    acts = list(TextEvent.objects.order_by("pk").values_list("act", flat=True))
    assert acts == [DeskAct.SAVED, DeskAct.ASKED, DeskAct.REVIEWED, DeskAct.PUBLISHED]


def test_nothing_is_published_without_a_signature(desk: Desk) -> None:
    draft = written(desk)
    with refused(Refusal.STATE):
        signing.publish(desk.erika, draft.pk, draft.revision, TODAY)
    signing.ask(desk.erika, draft.pk, draft.revision)
    with refused(Refusal.STATE):
        signing.publish(desk.erika, draft.pk, draft.revision, TODAY)
    assert TextVersion.objects.count() == 1


def test_whoever_wrote_any_of_it_does_not_sign_it(desk: Desk) -> None:
    draft = services.write_draft(
        desk.naomi, desk.version.base_text, "standard", "生後45日のおたより", "はじめの文。"
    )
    draft = written(desk)
    signing.ask(desk.erika, draft.pk, draft.revision)
    with refused(Refusal.OWN_WORDS):
        signing.sign(desk.naomi, draft.pk, draft.revision, Signature("森れい", TODAY))
    with refused(Refusal.ROLE):
        signing.sign(desk.second, draft.pk, draft.revision, Signature("森れい", TODAY))


def test_the_database_refuses_a_writer_as_the_reviewer(desk: Desk) -> None:
    draft = written(desk)
    rows = TextDraft.objects.filter(pk=draft.pk)
    signature = {"state": DraftState.REVIEWED, "reviewed_on": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**signature, reviewed_by=desk.rei)  # nobody has asked
    signing.ask(desk.erika, draft.pk, draft.revision)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**signature, reviewed_by=desk.erika)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**signature, reviewed_by=desk.rei, body="別の文。")
    assert rows.update(**signature, reviewed_by=desk.rei) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(body="別の文。")


def test_the_database_refuses_an_earlier_writer_too(desk: Desk) -> None:
    services.write_draft(desk.naomi, desk.version.base_text, "standard", "件名", "はじめの文。")
    draft = written(desk)
    signing.ask(desk.erika, draft.pk, draft.revision)
    with pytest.raises(IntegrityError), transaction.atomic():
        TextDraft.objects.filter(pk=draft.pk).update(
            state=DraftState.REVIEWED, reviewed_by=desk.naomi, reviewed_on=TODAY
        )


def test_what_a_form_keeps_by_itself_is_one_row_of_history_a_sitting(desk: Desk) -> None:
    text = desk.version.base_text
    for words in ("あ", "あい", "あいう"):
        services.write_draft(desk.erika, text, "standard", "件名", words, by_itself=True)
    assert [one.content["body"] for one in TextEvent.objects.order_by("pk")] == ["あ"]
    services.write_draft(desk.second, text, "standard", "件名", "二人目。")
    said = [one.content["body"] for one in TextEvent.objects.order_by("pk")]
    assert said == ["あ", "あいう", "二人目。"]
    draft = services.open_draft(text, "standard")
    assert draft
    signing.ask(desk.second, draft.pk, draft.revision)
    with refused(Refusal.STATE):
        services.write_draft(desk.erika, text, "standard", "件名", "とちゅう", by_itself=True)


def test_a_change_of_the_words_takes_the_signature_away(desk: Desk) -> None:
    draft = signed(desk)
    draft = written(desk, "まったく別の文です。")
    assert (draft.state, draft.reviewed_by_id, draft.supervisor) == (DraftState.DRAFT, None, "")
    with refused(Refusal.STATE):
        signing.publish(desk.erika, draft.pk, draft.revision, TODAY)


def test_the_same_words_once_more_change_nothing(desk: Desk) -> None:
    draft = signed(desk)
    again = written(desk)
    assert (again.revision, again.state) == (draft.revision, DraftState.REVIEWED)


def test_a_reviewer_signs_only_the_words_that_were_read(desk: Desk) -> None:
    draft = written(desk)
    read = draft.revision
    draft = written(desk, "読んだあとに変わった文です。")
    signing.ask(desk.erika, draft.pk, draft.revision)
    with refused(Refusal.CHANGED):
        signing.sign(desk.rei, draft.pk, read, Signature("森れい", TODAY))


def test_it_is_given_back_with_a_note(desk: Desk) -> None:
    draft = written(desk)
    signing.ask(desk.erika, draft.pk, draft.revision)
    with refused(Refusal.NO_REASON):
        signing.give_back(desk.rei, draft.pk, draft.revision, " ")
    draft = signing.give_back(desk.rei, draft.pk, draft.revision, "量は人によって違います。")
    assert draft.state == DraftState.DRAFT
    last = TextEvent.objects.order_by("pk").last()
    assert last
    assert (last.act, last.note) == (DeskAct.RETURNED, "量は人によって違います。")


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        (Signature(" ", TODAY), Refusal.NO_SUPERVISOR),
        (Signature("森れい", TODAY + timedelta(days=1)), Refusal.REVIEW_AHEAD),
        (Signature("森れい", TODAY, TODAY), Refusal.REVIEW_BY_OVER),
    ],
)
def test_a_signature_has_a_name_and_days_that_can_be(
    desk: Desk, signature: Signature, why: Refusal
) -> None:
    draft = written(desk)
    signing.ask(desk.erika, draft.pk, draft.revision)
    with refused(why):
        signing.sign(desk.rei, draft.pk, draft.revision, signature)


def test_a_text_with_mistakes_is_not_shown_to_a_reviewer(desk: Desk) -> None:
    draft = written(desk, "![絵](https://example.jp/a.png)")
    with refused(Refusal.NOT_READY):
        signing.ask(desk.erika, draft.pk, draft.revision)


def test_a_version_begins_today_or_later_and_before_its_next_review(desk: Desk) -> None:
    draft = signed(desk)
    with refused(Refusal.BEGINS_BEFORE_TODAY):
        signing.publish(desk.erika, draft.pk, draft.revision, TODAY - timedelta(days=1))
    with refused(Refusal.REVIEW_BY_OVER):
        signing.publish(desk.erika, draft.pk, draft.revision, TODAY + timedelta(days=365))


def test_two_who_write_hear_of_each_other(desk: Desk) -> None:
    draft = written(desk)
    seen = draft.revision
    text = desk.version.base_text
    services.write_draft(desk.second, text, "standard", "件名", "二人目の文。", revision=seen)
    with pytest.raises(SavedMeanwhile) as told:
        services.write_draft(desk.erika, text, "standard", "件名", "一人目の文。", revision=seen)
    assert told.value.theirs.body == "二人目の文。"
    with pytest.raises(SavedMeanwhile):
        services.write_draft(desk.erika, text, "standard", "件名", "新しい紙。", revision=0)


def test_a_file_that_is_taken_in_overwrites_and_the_history_keeps_what_was_there(
    desk: Desk,
) -> None:
    written(desk)
    draft = written(desk, "ファイルの文。")
    assert (draft.revision, TextDraft.objects.count()) == (2, 1)
    assert [one.content["body"] for one in TextEvent.objects.order_by("pk")] == [
        WORDS,
        "ファイルの文。",
    ]


def test_words_that_fit_into_no_version_are_refused(desk: Desk) -> None:
    with refused(Refusal.TOO_LONG):
        services.write_draft(desk.erika, desk.version.base_text, "easy", "長" * 61, "本文")
    with refused(Refusal.ROLE):
        services.write_draft(desk.rei, desk.version.base_text, "easy", "件名", "本文")


def test_a_dropped_draft_makes_room_for_the_next(desk: Desk) -> None:
    draft = written(desk)
    signing.drop(desk.second, draft.pk, draft.revision, "書き直します。")
    assert written(desk).pk != draft.pk
    assert services.open_draft(desk.version.base_text, "easy") is None


def test_numbers_go_on_after_a_withdrawn_version(desk: Desk) -> None:
    TextVersion.objects.filter(pk=desk.version.pk).update(withdrawn_at=clock.now())
    draft = signed(desk)
    assert signing.publish(desk.erika, draft.pk, draft.revision, TODAY).number == 2
