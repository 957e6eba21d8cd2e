"""The desk's pages: from the list to a version, with nothing typed lost on the way."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kizuna.lib import clock
from messages.domain.desk import DraftState
from messages.models import AvoidedWord, BaseText, TextDraft, TextReport, TextVersion
from municipalities.models import StaffUser
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.desk.conftest import Desk

TODAY = clock.today()
NEW = "飲む量は、日によって違います。"


def client_of(user: StaffUser, language: str = "ja") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def writing(people: Desk) -> str:
    return reverse("npo:desk_write", args=[people.version.base_text_id, "standard"])


def save(client: Client, people: Desk, body: str = NEW, **more: str) -> Any:
    typed = {"subject": "生後45日のおたより", "body": body, "occasion": "読者の声", "act": "save"}
    return client.post(writing(people), typed | {"revision": "0"} | more)


def lying() -> TextDraft:
    """The one draft, as the NPO's role sees it: the application's own may not."""
    with across_for_npo():
        return TextDraft.objects.get()


def press(client: Client, draft: TextDraft, act: str, **typed: str) -> Any:
    address = reverse("npo:desk_act", args=[draft.pk])
    return client.post(address, {"act": act, "revision": str(draft.revision), **typed})


def test_a_text_goes_from_the_list_to_every_municipality(people: Desk) -> None:
    world.make_municipality()
    erika, rei = client_of(people.erika), client_of(people.rei)
    page = erika.get(reverse("npo:desk")).content.decode()
    assert "原稿を書く・直す" in page
    chosen = {"stage": "d45", "audience": "everyone", "variant": "standard"}
    assert erika.post(reverse("npo:desk_begin"), chosen)["Location"] == writing(people)
    page = erika.get(writing(people)).content.decode()
    assert "よく飲んで、よくねむります。" in page
    assert save(erika, people, act="ask").status_code == 302
    draft = lying()
    assert draft.state == DraftState.ASKED
    page = rei.get(reverse("npo:desk")).content.decode()
    assert "あなたの監修を待っています" in page
    assert "原稿を書く・直す" not in page
    page = rei.get(reverse("npo:desk_draft", args=[draft.pk])).content.decode()
    assert "青葉市" in page
    assert NEW in page
    assert "読者の声" in page
    signature = {"supervisor": "助産師 森れい", "reviewed_on": "2026/1/5", "review_by": "2099/1/1"}
    assert press(rei, draft, "reviewed", **signature).status_code == 302
    assert press(rei, draft, "published", effective_from="2099/1/1").status_code == 409
    day = f"{TODAY.year}/{TODAY.month}/{TODAY.day}"
    assert press(erika, draft, "published", effective_from=day).status_code == 302
    version = TextVersion.objects.get(number=2)
    assert (version.body, version.supervisor) == (NEW, "助産師 森れい")
    address = reverse("npo:desk_versions", args=[version.base_text_id, "standard"])
    page = erika.get(address).content.decode()
    assert "配信中" in page
    assert "前の版" in page


def test_a_text_is_begun_for_any_stage_of_the_course(people: Desk) -> None:
    erika = client_of(people.erika)
    page = erika.get(reverse("npo:desk")).content.decode()
    assert '<option value="d45">生後45日</option>' in page
    assert '<option value="d46">生後46日（原稿なし）</option>' in page
    wanted = {"stage": "d46", "audience": "everyone", "variant": "standard", "other": ""}
    begun = erika.post(reverse("npo:desk_begin"), wanted)
    text = BaseText.objects.get(unit="life_day", number=46)
    assert begun["Location"] == reverse("npo:desk_write", args=[text.pk, "standard"])
    erika.post(reverse("npo:desk_begin"), wanted | {"other": "ｍ５ "})
    assert BaseText.objects.filter(unit="life_month", number=5).exists()
    count = BaseText.objects.count()
    strange = erika.post(reverse("npo:desk_begin"), wanted | {"other": "来週"}, follow=True)
    assert "「来週」は時期として読めません" in strange.content.decode()
    assert BaseText.objects.count() == count


def test_both_pages_of_a_text_name_its_versions_alike(people: Desk) -> None:
    erika = client_of(people.erika)
    TextVersion.objects.create(
        base_text=people.version.base_text, variant="standard", number=2, subject="件名",
        body="本文", supervisor="森れい", reviewed_on=TODAY, review_by=TODAY + timedelta(days=400),
        effective_from=TODAY + timedelta(days=7),
    )  # fmt: skip
    for address in (
        reverse("npo:desk_versions", args=[people.version.base_text_id, "standard"]),
        reverse("npo:text", args=["d45", "everyone"]),
    ):
        page = erika.get(address).content.decode()
        for word in ("配信中", "配信開始前", "配信を始める日", "監修の期限"):
            assert word in page, (address, word)
        for other in ("使用中", "適用日", "公開待ち", "次の監修"):
            assert other not in page, (address, other)


def test_what_changed_is_read_aloud_with_its_own_bracket(people: Desk) -> None:
    erika = client_of(people.erika)
    save(erika, people)
    page = erika.get(reverse("npo:desk_draft", args=[lying().pk])).content.decode()
    assert '<span class="unseen">［追加： </span>' in page
    assert "ここまで］</span>" in page


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(people: Desk) -> None:
    erika, rei = client_of(people.erika), client_of(people.rei)
    save(erika, people, act="ask")
    draft = lying()
    typed = {"supervisor": "", "reviewed_on": "2月30日ごろ", "review_by": "2099/1/1"}
    page = press(rei, draft, "reviewed", **typed)
    assert page.status_code == 400
    assert 'value="2月30日ごろ"' in page.content.decode()
    page = press(rei, draft, "returned", note=" ")
    assert "理由" in page.content.decode() or "ひとこと" in page.content.decode()
    assert press(rei, draft, "returned", note="数字を確かめてください。").status_code == 302
    page = erika.get(reverse("npo:desk")).content.decode()
    assert "監修から差し戻し" in page


def boxes(answer: Any) -> dict[str, str]:
    """What the boxes of a page of one line hold, by their names."""
    found = re.findall(r'<input id="(\w+)"[^>]*? value="([^"]*)"', answer.content.decode())
    return dict(found)


def test_returning_without_a_reason_leaves_the_other_form_as_it_was_proposed(people: Desk) -> None:
    rei = client_of(people.rei)
    save(client_of(people.erika), people, act="ask")
    draft = lying()
    opened = rei.get(reverse("npo:desk_draft", args=[draft.pk]))
    assert boxes(opened)["reviewed_on"] == f"{TODAY.year}/{TODAY.month}/{TODAY.day}"
    assert boxes(opened)["review_by"]
    refused = press(rei, draft, "returned", note="")
    assert refused.status_code == 400
    assert boxes(refused) == boxes(opened)


def test_an_empty_date_is_told_with_the_name_of_its_box(people: Desk) -> None:
    rei = client_of(people.rei)
    save(client_of(people.erika), people, act="ask")
    typed = {"supervisor": "助産師 森れい", "reviewed_on": "", "review_by": "2月30日ごろ"}
    page = press(rei, lying(), "reviewed", **typed).content.decode()
    assert "監修日：日付が空です" in page
    assert "監修の期限：" in page


def test_mistakes_are_told_with_line_and_column_and_nobody_is_asked(people: Desk) -> None:
    erika = client_of(people.erika)
    answer = save(erika, people, "一行目です。\n![絵](https://example.jp/a.png)", act="ask")
    assert answer["Location"] == writing(people)
    page = erika.get(writing(people)).content.decode()
    assert "2行目 1文字目：画像は入れられません。" in page
    assert lying().state == DraftState.DRAFT
    english = client_of(people.erika, "en").get(writing(people)).content.decode()
    assert "Line 2, character 1: Images are not supported." in english


def test_too_long_a_subject_comes_back_with_every_word(people: Desk) -> None:
    erika = client_of(people.erika)
    page = save(erika, people, subject="件" * 61).content.decode()
    assert "件名は60文字まで" in page
    assert "件" * 61 in page
    assert NEW in page
    with across_for_npo():
        assert not TextDraft.objects.exists()


def test_two_who_write_see_both_and_lose_nothing(people: Desk) -> None:
    erika, second = client_of(people.erika), client_of(people.second)
    save(erika, people, "先に書いた文です。")
    page = save(second, people, "あとから書いた文です。")
    assert page.status_code == 409
    words = page.content.decode()
    assert "editorさん" in words
    assert "あとから書いた文です。" in words
    draft = lying()
    assert draft.body == "先に書いた文です。"
    save(second, people, "あとから書いた文です。", revision=str(draft.revision))
    assert lying().body == "あとから書いた文です。"


def test_two_who_write_see_both_reasons(people: Desk) -> None:
    erika, second = client_of(people.erika), client_of(people.second)
    save(erika, people, "先に書いた文です。", occasion="新しい指針")
    words = save(second, people, "あとから書いた文です。").content.decode()
    assert "相手の理由" in words
    assert "新しい指針" in words
    assert "読者の声" in words
    words = save(second, people, "あとから書いた文です。", occasion="").content.decode()
    assert "新しい指針" in words
    assert "相手の理由が残ります" in words
    save(second, people, "あとから書いた文です。", occasion="", revision=str(lying().revision))
    assert lying().occasion == "新しい指針"


def test_another_reason_alone_does_not_replace_a_colleagues_unseen(people: Desk) -> None:
    erika, second = client_of(people.erika), client_of(people.second)
    save(erika, people, occasion="")
    seen = str(lying().revision)
    assert save(erika, people, occasion="新しい指針", revision=seen).status_code == 302
    page = save(second, people, occasion="読者の声", revision=seen)
    assert page.status_code == 409
    assert "新しい指針" in page.content.decode()
    draft = lying()
    assert draft.occasion == "新しい指針"
    # A reason is no words: nobody has become the writer of anything, and the history has one saving.
    with across_for_npo():
        assert draft.events.count() == 1
    save(second, people, occasion="読者の声", revision=str(draft.revision))
    assert lying().occasion == "読者の声"
    with across_for_npo():
        assert lying().events.count() == 1


def test_the_form_keeps_a_draft_by_itself(people: Desk) -> None:
    erika = client_of(people.erika)
    typed = {"subject": "件名", "body": "とちゅう", "revision": "0", "autosave": "1"}
    told = erika.post(writing(people), typed).json()
    assert told["revision"] == 1
    assert told["edit"] == writing(people)
    stale = client_of(people.second).post(writing(people), typed | {"body": "別の文"})
    assert stale.status_code == 409
    part = erika.post(writing(people), typed | {"act": "look"}, headers={"X-Fragment": "preview"})
    assert "<html" not in part.content.decode()


def test_of_a_version_that_is_sent_later_the_page_tells_what_goes_on_instead(
    people: Desk,
) -> None:
    day = clock.today() + timedelta(days=7)
    later = world.make_text("d45", "来週から。", effective_from=day)
    address = reverse("npo:desk_withdraw", args=[later.pk])
    page = client_of(people.erika).get(address).content.decode()
    assert "から配信される予定です。取り下げると" in page
    assert "よく飲んで、よくねむります。" in page
    assert "読者に届くものは変わりません" not in page
    alone = world.make_text("d46", "来週から。", effective_from=day)
    address = reverse("npo:desk_withdraw", args=[alone.pk])
    page = client_of(people.erika).get(address).content.decode()
    assert "代わりになる原稿がない" in page


def test_a_version_is_taken_back_with_what_comes_instead(people: Desk) -> None:
    erika = client_of(people.erika)
    wrong = world.make_text("d45", "まちがった文です。")
    address = reverse("npo:desk_withdraw", args=[wrong.pk])
    page = erika.get(address).content.decode()
    assert "よく飲んで、よくねむります。" in page
    assert erika.post(address, {"reason": ""}).status_code == 409
    assert erika.post(address, {"reason": "数字のまちがい"}).status_code == 302
    last = reverse("npo:desk_withdraw", args=[people.version.pk])
    assert erika.post(last, {"reason": "数字のまちがい"}).status_code == 409
    assert erika.post(last, {"reason": "数字のまちがい", "twice": "yes"}).status_code == 302
    assert erika.get(last).status_code == 302
    versions = reverse("npo:desk_versions", args=[wrong.base_text_id, "standard"])
    page = erika.get(versions).content.decode()
    assert page.count("数字のまちがい") == 2


def test_reviews_that_fall_due_lead_to_the_editor(people: Desk) -> None:
    TextVersion.objects.create(
        base_text=people.version.base_text, variant="standard", number=2, subject="件名",
        body="本文", supervisor="森れい", reviewed_on=TODAY - timedelta(days=400),
        review_by=TODAY - timedelta(days=35), effective_from=TODAY - timedelta(days=300),
    )  # fmt: skip
    page = client_of(people.erika).get(reverse("npo:desk_reviews")).content.decode()
    assert "に期限が過ぎました" in page
    assert writing(people) in page
    assert (
        writing(people)
        not in client_of(people.rei).get(reverse("npo:desk_reviews")).content.decode()
    )


def test_words_to_avoid_are_kept_by_editors_and_read_by_all(people: Desk) -> None:
    erika, rei = client_of(people.erika), client_of(people.rei)
    listed = reverse("npo:desk_words")
    assert erika.post(listed, {"word": "断乳", "instead": "卒乳", "why": ""}).status_code == 302
    assert rei.post(listed, {"word": "別の言葉"}).status_code == 403
    assert "卒乳" in rei.get(listed).content.decode()
    page = erika.post(listed, {"word": "断乳", "why": "あ" * 201}).content.decode()
    assert "長すぎます" in page
    assert "この言葉はもう一覧にあります" in erika.post(listed, {"word": "断乳"}).content.decode()
    save(erika, people, "断乳のころです。")
    page = erika.get(writing(people)).content.decode()
    assert "「断乳」は、「卒乳」にします。" in page
    one = AvoidedWord.objects.get()
    address = reverse("npo:desk_word", args=[one.pk])
    assert erika.post(address, {"word": "断乳する", "instead": "卒乳"}).status_code == 302
    assert erika.post(address, {"act": "remove"}).status_code == 302
    assert not AvoidedWord.objects.exists()


def test_a_saving_shows_what_it_changed_and_can_be_opened_again(people: Desk) -> None:
    erika = client_of(people.erika)
    save(erika, people, "はじめの文です。")
    draft = lying()
    save(erika, people, "つぎの文です。", revision=str(draft.revision))
    with across_for_npo():
        first, second = draft.events.order_by("pk")
    page = erika.get(reverse("npo:desk_changes", args=[draft.pk, second.pk])).content.decode()
    assert "はじめ" in page
    assert "<del>" in page
    page = erika.get(f"{writing(people)}?from={first.pk}").content.decode()
    assert "はじめの文です。" in page
    assert erika.get(reverse("npo:desk_changes", args=[draft.pk, 0])).status_code == 404


def test_reports_are_answered_at_the_desk(people: Desk) -> None:
    aoba = world.make_municipality()
    with in_municipality(aoba.pk):
        one = TextReport.objects.create(
            municipality=aoba, base_text=people.version.base_text, version=people.version,
            said="量が多すぎませんか", reported_on=TODAY,
        )  # fmt: skip
    erika = client_of(people.erika)
    page = erika.get(reverse("npo:desk_reports")).content.decode()
    assert "量が多すぎませんか" in page
    assert "青葉市" in page
    answer = {"answer": "確かめて直しました。"}
    assert erika.post(reverse("npo:desk_report", args=[one.pk]), answer).status_code == 302
    assert "確かめて直しました。" in erika.get(reverse("npo:desk_reports")).content.decode()
    assert erika.post(reverse("npo:desk_report", args=[one.pk + 1])).status_code == 404


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_empty_desk_says_what_to_do_next(people: Desk, language: str) -> None:
    said = {"ja": "進行中のものはありません", "en": "Nothing is on its way"}[language]
    for somebody in (people.erika, people.rei):
        page = client_of(somebody, language).get(reverse("npo:desk")).content.decode()
        assert said in page


def test_a_text_in_another_language_says_so_to_screen_readers(people: Desk) -> None:
    world.make_municipality()
    erika = client_of(people.erika)
    address = reverse("npo:desk_write", args=[people.version.base_text_id, "vi"])
    page = erika.get(address).content.decode()
    assert "よく飲んで、よくねむります。" in page  # the standard wording, to write from
    typed = {"subject": "45 ngày", "body": "Bé ngủ ngon.", "act": "save", "revision": "0"}
    assert erika.post(address, typed).status_code == 302
    page = erika.get(reverse("npo:desk_draft", args=[lying().pk])).content.decode()
    assert '<span lang="vi">45 ngày</span>' in page
    assert '<pre class="plain" lang="vi">' in page
    assert "Tiếng Việt" in page
