"""The pages: nothing typed is lost, every slip is named at its field, each seat has its buttons."""

from datetime import timedelta
from typing import Any

import pytest

from kizuna.lib import clock
from messages.domain.review import ReviewAct as Did
from messages.models import LocalBlock
from municipalities.domain.roles import Role
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.blocks.desk import Person, do, fresh, history, person, save, write

LIST = "/console/aoba/blocks/"
NEW = "/console/aoba/blocks/new/"
FORM: dict[str, Any] = {
    "title": "両親学級のお知らせ",
    "body": "土曜日にひらきます。",
    "kind": "pregnancy",
    "first_big": "20",
    "first_days": "0",
    "last_big": "27",
    "last_days": "6",
    "audience": "everyone",
    "position": "0",
    "act": "save",
}


@pytest.fixture(autouse=True)
def _course(db: None) -> None:
    for key in ("p20w0d", "p22w3d", "d45"):
        world.make_text(key)


def page(who: Person, path: str, **data: Any) -> str:
    client = who.client()
    answer = client.post(path, data, follow=True) if data else client.get(path)
    return answer.content.decode()


def only() -> LocalBlock:
    from municipalities.models import Municipality

    with in_municipality(Municipality.objects.get(slug="aoba").pk):
        return LocalBlock.objects.get()


def test_an_announcement_is_written_shown_and_found_again(alice: Person) -> None:
    shown = page(alice, NEW, **FORM)
    assert "保存しました" in shown
    assert "妊娠20週0日〜27週6日の人に" in shown
    assert "青葉市から：両親学級のお知らせ" in shown
    block = only()
    assert (block.first_day, block.last_day, block.state) == (140, 195, "draft")
    assert block.written_by == alice.user
    assert "両親学級のお知らせ" in page(alice, LIST)
    assert "土曜日にひらきます。" in page(alice, f"{LIST}{block.pk}/edit/")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": ""}, "kind", "選んで"),
        ({"first_big": "x"}, "first_big", "週を"),
        ({"first_big": ""}, "first_big", "週を"),
        ({"first_days": "9"}, "first_days", "0から6"),
        ({"first_big": "30"}, "last_big", "終わりが始まりより前"),
        ({"shown_from": "来週"}, "shown_from", ""),
        ({"shown_from": "2026/12/9", "shown_until": "2026/12/1"}, "shown_until", "最後の日が"),
        ({"shown_until": "2027/2/30"}, "shown_until", ""),
        ({"title": "あ" * 61}, "title", "60文字"),
        ({"position": "先頭"}, "position", "数字"),
    ],
)
def test_a_slip_is_named_at_its_field_and_all_that_was_typed_stays(
    alice: Person, change: dict[str, str], field: str, words: str
) -> None:
    shown = page(alice, NEW, **(FORM | change))
    assert f'href="#{field}"' in shown
    assert words in shown
    assert "土曜日にひらきます。" in shown
    for value in change.values():
        assert value in shown
    with in_municipality(alice.hand.municipality.pk):
        assert not LocalBlock.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"body": ""}, "本文がありません"),
        ({"title": ""}, "題名がありません"),
        ({"body": "![絵](https://a.example.jp/x.png)"}, "画像は入れられません"),
        ({"body": "[こちら](http://a.example.jp/)"}, "http: のリンクは使えません"),
        ({"body": "あ" * 5001}, "LINE では長すぎます"),
        ({"body": "{{窓口:ない}}"}, "窓口"),
        ({"first_big": "1", "last_big": "3"}, "便りが届きません"),
        ({"first_big": "30", "last_big": "31"}, "共通の便りがありません"),
        ({"shown_until": "2020/1/1"}, "もう過ぎています"),
        ({"areas": "月地区"}, "地区「月地区」"),
    ],
)
def test_a_draft_may_be_unfinished_but_nobody_is_asked(
    alice: Person, change: dict[str, str], words: str
) -> None:
    shown = page(alice, NEW, **(FORM | change | {"act": "ask"}))
    assert "まだだれにも頼んでいません" in shown
    assert words in shown
    block = only()
    assert block.state == "draft"
    assert history(block) == ["saved"]


@pytest.mark.parametrize(
    "typed",
    [
        {"shown_from": "9999/12/31"},
        {"shown_until": "0001/1/1"},
        {"look_on": "9999/12/31"},
        {"look_on": "0001-01-01"},
        {"look_day": "99999"},
        {"look_area": "\x00"},
        {"areas": "\x00"},
        {"areas": "あ" * 41},
        {"title": "\x00\n改行"},
        {"body": "\x00\u2028\ud83d".encode("utf-8", "replace").decode()},
        {"body": "あ" * 200_000},
        {"first_big": "９９９９９９"},
        {"first_big": "-1"},
        {"position": "99999"},
        {"audience": "\x00"},
        {"kind": "broadcast"},
        {"revision": "9" * 40},
        {"act": "\x00"},
    ],
)
@pytest.mark.parametrize("act", ["save", "look", "ask"])
def test_nothing_that_is_typed_breaks_the_page(
    alice: Person, typed: dict[str, str], act: str
) -> None:
    block = write(alice)
    for path in (NEW, f"{LIST}{block.pk}/edit/"):
        answer = alice.client().post(path, FORM | {"act": act, "revision": "1"} | typed)
        assert answer.status_code in (200, 302, 409)


def test_a_note_may_hold_anything(alice: Person) -> None:
    here = f"{LIST}{write(alice).pk}/"
    shown = page(alice, f"{here}act/", act="commented", revision="1", note="\x00<b>メモ</b>\u202e")
    assert "&lt;b&gt;メモ&lt;/b&gt;" in shown
    assert alice.client().post(f"{here}act/", {"act": "x", "revision": "1"}).status_code == 404
    assert alice.client().post(f"{here}act/", {"act": "asked", "revision": "²"}).status_code == 404


def test_a_cell_of_the_calendar_opens_the_form_for_its_stage(alice: Person) -> None:
    shown = page(alice, f"{NEW}?kind=pregnancy&first_day=157&last_day=157")
    assert 'name="first_big"' in shown
    assert 'value="22"' in shown
    assert "妊娠22週3日の人に" in shown
    assert "生後45日の人に" in page(alice, f"{NEW}?kind=child&first_day=45&last_day=45")
    assert page(alice, f"{NEW}?kind=x&first_day=²&last_day=-1")


def test_the_preview_changes_nothing_and_speaks_of_what_is_typed(alice: Person) -> None:
    shown = page(alice, NEW, **(FORM | {"act": "look", "body": "まだ保存していない文。"}))
    assert shown.count("まだ保存していない文。") >= 3  # the form, LINE, the mail as text
    fragment = alice.client().post(
        NEW, FORM | {"act": "look", "body": "さっき打った文。"}, headers={"X-Fragment": "preview"}
    )
    assert "さっき打った文。" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    with in_municipality(alice.hand.municipality.pk):
        assert not LocalBlock.objects.exists()


def test_the_reader_and_the_day_of_the_preview_are_chosen(alice: Person) -> None:
    typed = FORM | {"act": "look", "audience": "partner", "look_day": "157"}
    assert "妊娠22週3日のおたより" in page(alice, NEW, **typed)
    typed["look_audience"] = "birth_parent"
    assert "ほかの人に向けたもの" in page(alice, NEW, **typed)
    late = clock.today() + timedelta(days=30)
    typed |= {"look_audience": "partner", "shown_until": "", "look_on": "2020/1/1"}
    typed["shown_from"] = late.isoformat()
    assert "期間の外" in page(alice, NEW, **typed)
    assert 'id="look-on-error"' in page(alice, NEW, **(typed | {"look_on": "いつか"}))


def test_two_at_one_text_see_the_difference_and_choose(alice: Person, akira: Person) -> None:
    block = write(alice)
    path = f"{LIST}{block.pk}/edit/"
    save(akira, block, body="日曜日にひらきます。")
    mine = FORM | {"revision": "1", "body": "月曜日にひらきます。"}
    answer = alice.client().post(path, mine)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>" in shown
    assert "akira" in shown
    assert "月曜日にひらきます。" in shown
    assert fresh(block).body == "日曜日にひらきます。"
    assert "保存しました" in page(alice, path, **(mine | {"revision": "2"}))
    assert fresh(block).body == "月曜日にひらきます。"


def test_asked_approved_and_in_force_on_two_accounts(alice: Person, akira: Person) -> None:
    page(alice, NEW, **(FORM | {"act": "ask"}))
    block = only()
    assert block.state == "asked"
    assert "あなたの確認を待っています" in page(akira, LIST)
    assert "あなたの確認を待っています" not in page(alice, LIST)
    here = f"{LIST}{block.pk}/"
    assert 'value="approved"' not in page(alice, here)
    assert 'value="approved"' in page(akira, here)
    page(akira, f"{here}act/", act="approved", revision="1")
    assert fresh(block).state == "approved"
    assert "配信中" in page(alice, here)
    # In force: the editor opens a copy, the form of the old one is closed.
    assert alice.client().get(f"{here}edit/").status_code == 302
    shown = page(alice, f"{here}revise/", x="1")
    assert "承認されるまで" in shown


def test_words_typed_while_somebody_approved_go_into_a_copy(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    do(akira, block, Did.APPROVED)
    path = f"{LIST}{block.pk}/edit/"
    typed = FORM | {"revision": "1", "body": "そのとき書いていた文。"}
    assert "保存しました" in page(alice, path, **typed)
    with in_municipality(block.municipality_id):
        copy = LocalBlock.objects.get(replaces=block)
    assert copy.body == "そのとき書いていた文。"
    # Somebody else has begun a copy meanwhile: the difference is shown.
    late = akira.client().post(path, typed | {"body": "さらに別の文。"})
    assert late.status_code == 409
    assert "さらに別の文。" in late.content.decode()
    assert fresh(copy).body == "そのとき書いていた文。"


def test_a_copy_that_begins_later_would_leave_a_gap(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    do(akira, block, Did.APPROVED)
    page(alice, f"{LIST}{block.pk}/revise/", x="1")
    with in_municipality(block.municipality_id):
        copy = LocalBlock.objects.get(replaces=block)
    later = (clock.today() + timedelta(days=9)).isoformat()
    typed = FORM | {"act": "ask", "revision": "1", "shown_from": later}
    assert "何も届かなくなる" in page(alice, f"{LIST}{copy.pk}/edit/", **typed)
    assert fresh(copy).state == "draft"


def test_texts_that_some_reader_gets_together_must_fit(alice: Person, akira: Person) -> None:
    later = clock.today() + timedelta(days=20)
    others: list[dict[str, Any]] = [
        {"areas": ("北部",)},
        {"audience": "partner"},
        {"shown_from": later},
    ]
    alice.hand.municipality.areas = ["北部"]
    for number, other in enumerate(others):
        block = write(alice, title=f"長い{number}", body="あ" * 2600, **other)
        do(alice, block, Did.ASKED)
        do(akira, block, Did.APPROVED)
        shown = page(alice, NEW, **(FORM | {"act": "look", "body": "い" * 2600}))
        assert "LINE では長すぎます" in shown, other
        do(alice, block, Did.WITHDRAWN)
    shown = page(alice, NEW, **(FORM | {"act": "look", "body": "う" * 2600}))
    assert "LINE では長すぎます" not in shown


def test_the_list_asks_the_database_no_more_for_more_rows(
    alice: Person, akira: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        do(alice, write(alice, title=f"お知らせ{number}"), Did.ASKED)
    client = akira.client()
    with django_assert_max_num_queries(16):
        assert client.get(LIST).status_code == 200


def test_everybody_who_may_take_the_next_step_is_named(
    alice: Person, bob: Person, akira: Person, aya: Person
) -> None:
    block = write(akira)
    shown = page(alice, f"{LIST}{block.pk}/").split("次に進められる人")[1].split("</dd>")[0]
    assert "aya" in shown
    for name in ("akira", "alice", "bob"):
        assert name not in shown


def test_where_nobody_may_the_page_says_so(alice: Person) -> None:
    assert "書いた人のほかにいません" in page(alice, f"{LIST}{write(alice).pk}/")


def test_returning_needs_a_word_and_keeps_it(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    here = f"{LIST}{block.pk}/"
    assert "理由をひとこと" in page(akira, f"{here}act/", act="returned", revision="1")
    stale = akira.client().post(
        f"{here}act/", {"act": "returned", "revision": "9", "note": "電話番号を入れて"}
    )
    assert stale.status_code == 409
    assert "電話番号を入れて" in stale.content.decode()
    # The words as they are now stand below: nobody agrees to words they have not seen.
    assert "プレビュー" in stale.content.decode()
    page(akira, f"{here}act/", act="returned", revision="1", note="電話番号を入れて")
    assert "電話番号を入れて" in page(alice, here)


def test_the_urgent_way_shows_its_mark_until_and_after_it_is_confirmed(
    akira: Person, aya: Person
) -> None:
    block = write(akira)
    here = f"{LIST}{block.pk}/"
    page(akira, f"{here}act/", act="urgent", revision="1", note="大雨のため")
    assert "まだ、ほかの人が確認していません" in page(akira, here)
    assert "あなたの確認を待っています" in page(aya, LIST)
    page(aya, f"{here}act/", act="confirmed", revision="1")
    assert "緊急" in page(akira, here)
    assert "まだ、ほかの人が確認していません" not in page(akira, here)


def test_a_text_with_mistakes_is_not_approved_even_by_hand(alice: Person, akira: Person) -> None:
    block = write(alice, body="")
    here = f"{LIST}{block.pk}/"
    page(alice, f"{here}act/", act="asked", revision="1")
    assert fresh(block).state == "draft"


def test_versions_are_compared_and_opened_again(alice: Person, akira: Person) -> None:
    block = write(alice)
    save(akira, block, title="両親学級（変更）", last_day=200)
    from messages.models import BlockEvent

    with in_municipality(block.municipality_id):
        first, second = BlockEvent.objects.order_by("pk")
    shown = page(alice, f"{LIST}{block.pk}/changes/{second.pk}/")
    assert "<ins>" in shown
    assert "akira" in shown
    assert f"?from={first.pk}" in page(alice, f"{LIST}{block.pk}/changes/{first.pk}/")
    assert 'value="両親学級のお知らせ"' in page(alice, f"{LIST}{block.pk}/edit/?from={first.pk}")


def test_the_sheet_has_everything_the_paper_file_needs(alice: Person, akira: Person) -> None:
    block = write(alice)
    do(alice, block, Did.ASKED)
    do(akira, block, Did.APPROVED)
    shown = page(alice, f"{LIST}{block.pk}/sheet/")
    for words in (
        "決裁番号",
        "妊娠20週0日〜27週6日の人に",
        "alice",
        "akira",
        "LINE",
        "土曜日にひらきます。",
    ):
        assert words in shown


def test_the_frames_are_sandboxed_and_closed_to_the_neighbour(alice: Person) -> None:
    shown = page(alice, f"{LIST}{write(alice).pk}/")
    start = shown.index("/console/aoba/blocks/preview/")
    path = shown[start : shown.index('"', start)]
    answer = alice.client().get(path)
    assert "土曜日にひらきます。" in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    charlie = person(world.make_minato(), "charlie", Role.MANAGER)
    assert charlie.client().get(path).status_code == 404
    elsewhere = path.replace("/aoba/", "/minato/")
    assert "土曜日" not in charlie.client().get(elsewhere).content.decode()


def test_the_neighbour_s_announcement_is_no_page(alice: Person) -> None:
    block = write(alice)
    charlie = person(world.make_minato(), "charlie", Role.MANAGER)
    for rest in ("", "edit/", "sheet/"):
        assert charlie.client().get(f"/console/minato/blocks/{block.pk}/{rest}").status_code == 404


def test_what_was_typed_is_text_on_every_page(alice: Person) -> None:
    block = write(alice, title="<script>alert(1)</script>", body="<b>x</b>{% now %}")
    for rest in ("", "edit/", "sheet/"):
        assert "<script>alert" not in page(alice, f"{LIST}{block.pk}/{rest}")


def test_a_viewer_reads_and_has_no_buttons(alice: Person, bob: Person) -> None:
    block = write(alice)
    shown = page(bob, f"{LIST}{block.pk}/")
    assert 'name="act"' not in shown
    assert bob.client().post(f"{LIST}{block.pk}/act/", {"act": "asked"}).status_code == 403
    assert bob.client().get(f"{LIST}{block.pk}/edit/").status_code == 403


def test_the_pages_speak_english_too(aoba: Municipality, alice: Person) -> None:
    block = write(alice)
    client = alice.client("en")
    for rest in ("", "edit/", "sheet/"):
        shown = client.get(f"{LIST}{block.pk}/{rest}").content.decode()
        assert "20w0d" in shown
