"""Announcements out to Excel and back: seen before they count, all or nothing, errors by cell."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.domain import block_sheet
from messages.domain.announcement import Content
from messages.domain.block_sheet import Column
from messages.domain.stage import Kind
from messages.models import BlockEvent, LocalBlock
from messages.services import bulk, bulk_file
from messages.services.bulk_file import SheetRow
from municipalities.domain.roles import Role
from municipalities.domain.words import Audience
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.calendar.conftest import client_of

PAGE = "/console/aoba/blocks/bulk/"
CONTENT = Content("年末の窓口", "お休みは\n12月29日からです。", Kind.CHILD, 0, 100)
PLAIN = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=60)


def book_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def downloaded(client: Client) -> Any:
    answer = client.get(f"{PAGE}download/")
    assert answer["Content-Disposition"].endswith('2026-11-25.xlsx"')
    return book_of(answer.content)


def at(sheet: Any, row: int, column: Column) -> Any:
    return sheet.cell(row, list(Column).index(column) + 1)


def new_row(sheet: Any, **values: Any) -> int:
    row = {
        "TITLE": "新しいお知らせ",
        "BODY": "本文です。",
        "KIND": "妊娠中",
        "FIRST": "20週0日",
        "LAST": "27週6日",
        **values,
    }
    number = int(sheet.max_row) + 1
    for name, value in row.items():
        at(sheet, number, Column[name]).value = value
    return number


def upload(client: Client, data: bytes | Any) -> str:
    content = data if isinstance(data, bytes) else saved(data)
    file = SimpleUploadedFile("お知らせ.xlsx", content)
    return client.post(PAGE, {"file": file}).content.decode()


def confirm(client: Client, shown: str) -> Any:
    found = re.search(r'name="plan" value="([^"]+)"', shown)
    assert found, shown
    return client.post(PAGE, {"plan": found[1]}, follow=True)


def blocks(aoba: Municipality) -> list[LocalBlock]:
    with in_municipality(aoba.pk):
        return list(LocalBlock.objects.order_by("pk"))


@settings(deadline=None)  # a first workbook loads the library
@given(
    st.lists(
        st.builds(
            Content,
            title=PLAIN.map(lambda text: text[:60]),
            body=PLAIN,
            kind=st.just(Kind.CHILD),
            first_day=st.integers(0, 10),
            last_day=st.integers(11, 6938),
            shown_from=st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)),
            shown_until=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
            audience=st.sampled_from(Audience),
            areas=st.sampled_from([(), ("北",), ("北", "南")]),
            position=st.integers(0, 32_000),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_is_read_back(contents: list[Content]) -> None:
    rows = [(n, n + 1, "下書き", one) for n, one in enumerate(contents, start=1)]
    reading = bulk_file.read(bulk_file.write(rows), ["北", "南"])
    assert reading.problems == []
    assert reading.rows == [
        SheetRow(n + 1, n, n + 1, one) for n, one in enumerate(contents, start=1)
    ]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_ever_a_formula(text: str) -> None:
    content = Content(text, text, Kind.CHILD, 0, 1)
    sheet = book_of(bulk_file.write([(1, 1, "", content)])).active
    for column in (Column.TITLE, Column.BODY):
        assert at(sheet, 2, column).data_type == "s"
        assert at(sheet, 2, column).quotePrefix


@pytest.mark.parametrize(
    ("kind", "text", "day"),
    [
        (Kind.PREGNANCY, "20週0日", 140),
        (Kind.PREGNANCY, "妊娠２０週", 140),
        (Kind.PREGNANCY, "20w3d", 143),
        (Kind.CHILD, "45日", 45),
        (Kind.CHILD, "生後45日", 45),
        (Kind.CHILD, "45", 45),
        (Kind.CHILD, "3か月", 91),
        (Kind.CHILD, "3ヶ月 5日", 96),
        (Kind.CHILD, "1歳", 365),
        (Kind.CHILD, "1歳6か月", 547),
    ],
)
def test_ages_are_read_as_people_write_them(kind: Kind, text: str, day: int) -> None:
    assert block_sheet.day_of(kind, text) == day


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.PREGNANCY, "45日"),
        (Kind.PREGNANCY, "20週7日"),
        (Kind.PREGNANCY, "99週"),
        (Kind.CHILD, "20週0日"),
        (Kind.CHILD, "9999日"),
        (Kind.CHILD, ""),
        (Kind.CHILD, "²日"),
        (Kind.CHILD, "-3"),
    ],
)
def test_what_is_no_age_is_told(kind: Kind, text: str) -> None:
    if text == "²日":
        assert block_sheet.day_of(kind, text) == 2  # read as people see it
        return
    with pytest.raises(block_sheet.Unreadable):
        block_sheet.day_of(kind, text)


def test_nothing_is_written_before_it_is_confirmed(aoba: Municipality, alice: Client) -> None:
    live = world.make_block(aoba, title="配信中のお知らせ")
    draft = world.make_block(aoba, title="下書き", state="draft")
    world.make_block(aoba, title="取り下げた", state="withdrawn")
    book = downloaded(alice)
    sheet = book.active
    assert [at(sheet, row, Column.TITLE).value for row in (2, 3)] == ["配信中のお知らせ", "下書き"]
    assert sheet.max_row == 3
    at(sheet, 2, Column.BODY).value = "電話番号が変わりました。"
    at(sheet, 3, Column.LAST).value = "4か月"
    new_row(sheet, FROM=date(2026, 12, 1), UNTIL="令和8年12月28日", AUDIENCE="パートナー")
    shown = upload(alice, book)
    assert "追加 1件" in shown
    assert "変更 2件" in shown
    assert "<ins>" in shown
    assert len(blocks(aoba)) == 3
    answer = confirm(alice, shown)
    assert "追加1件、変更2件" in answer.content.decode()
    old, changed, _, new, copy = blocks(aoba)
    assert (old.pk, old.state, old.body) == (live.pk, "approved", live.body)
    assert (changed.pk, changed.last_day, changed.revision) == (draft.pk, 121, 2)
    assert (new.state, new.first_day, new.last_day) == ("draft", 140, 195)
    assert (new.shown_from, new.shown_until) == (date(2026, 12, 1), date(2026, 12, 28))
    assert new.audience == "partner"
    assert (copy.replaces_id, copy.state, copy.body) == (
        live.pk,
        "draft",
        "電話番号が変わりました。",
    )
    with in_municipality(aoba.pk):
        assert BlockEvent.objects.filter(block=new).get().act == "saved"


def test_a_file_that_was_not_touched_changes_nothing(aoba: Municipality, alice: Client) -> None:
    world.make_block(aoba, areas=["むかしの地区"], body="一行目\n\n- 二行目 ", position=3)
    world.make_block(aoba, state="draft", body="", title="")
    shown = upload(alice, downloaded(alice))
    assert "変更なし 2件" in shown
    assert 'name="plan"' not in shown


def break_kind(sheet: Any) -> None:
    at(sheet, 2, Column.KIND).value = "だれか"


def break_range(sheet: Any) -> None:
    at(sheet, 2, Column.LAST).value = "0日"
    at(sheet, 2, Column.FIRST).value = "5日"


def break_area(sheet: Any) -> None:
    at(sheet, 2, Column.AREAS).value = "西"


def break_window(sheet: Any) -> None:
    at(sheet, 2, Column.FROM).value = date(2027, 1, 2)
    at(sheet, 2, Column.UNTIL).value = date(2027, 1, 1)


def break_title(sheet: Any) -> None:
    at(sheet, 2, Column.TITLE).value = "長" * 61


def break_number(sheet: Any) -> None:
    at(sheet, 2, Column.NUMBER).value = 999_999


def break_revision(sheet: Any) -> None:
    at(sheet, 2, Column.REVISION).value = 7
    at(sheet, 2, Column.TITLE).value = "直した"


def repeat(sheet: Any) -> None:
    for column in Column:
        at(sheet, 3, column).value = at(sheet, 2, column).value


@pytest.mark.parametrize(
    ("spoil", "place", "words"),
    [
        (break_kind, "F だれに", "「妊娠中」か「お子さん」"),
        (break_range, "H おわりの時期", "はじめより前"),
        (break_area, "L 地区", "「西」という地区はありません"),
        (break_window, "J 掲載終了日", "開始日より前"),
        (break_title, "D 題名", "61文字あります"),
        (break_number, "番号", "この番号のお知らせはありません"),
        (break_revision, "版", "ダウンロードしたあとに直されています"),
        (repeat, "A 番号", "2行目と同じ番号です"),
    ],
)
def test_what_is_wrong_is_told_by_its_cell_and_nothing_is_written(
    aoba: Municipality,
    alice: Client,
    spoil: Callable[[Any], None],
    place: str,
    words: str,
) -> None:
    world.make_block(aoba)
    book = downloaded(alice)
    spoil(book.active)
    new_row(book.active)
    shown = upload(alice, book)
    assert place in shown
    assert words in shown
    assert 'name="plan"' not in shown
    assert len(blocks(aoba)) == 1


def test_every_mistake_is_told_at_once(aoba: Municipality, alice: Client) -> None:
    book = downloaded(alice)
    new_row(book.active, KIND="x", TITLE="", BODY="")
    new_row(book.active, FIRST="きのう", POSITION="はじめ")
    shown = upload(alice, book)
    assert "直すところ：5か所" in shown


def test_columns_may_stand_elsewhere_and_strange_ones_are_named(
    aoba: Municipality, alice: Client
) -> None:
    book: Any = openpyxl.Workbook()
    book.active.append(["おわりの時期", "はじめの時期", "だれに", "本文", "題名"])
    book.active.append(["10日", 3, "お子さん", "本文", "題"])
    confirm(alice, upload(alice, book))
    assert [(one.first_day, one.last_day) for one in blocks(aoba)] == [(3, 10)]
    book.active.cell(1, 6).value = "メモ"
    assert "この見出しの列は使えません" in upload(alice, book)
    book.active.cell(1, 6).value = None
    book.active.cell(1, 1).value = None
    assert "見出し「おわりの時期」がありません" in upload(alice, book)


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_is_refused_in_a_sentence(alice: Client, data: bytes) -> None:
    shown = upload(alice, data)
    assert "直すところ：1か所" in shown or "ファイルを選びます" in shown


def test_no_file_is_told_beside_the_field(alice: Client) -> None:
    assert "ファイルを選びます" in alice.post(PAGE, {}).content.decode()


def test_a_colleague_who_was_faster_is_not_overwritten(aoba: Municipality, alice: Client) -> None:
    block = world.make_block(aoba, state="draft")
    book = downloaded(alice)
    at(book.active, 2, Column.TITLE).value = "わたしの題"
    new_row(book.active)
    shown = upload(alice, book)
    with in_municipality(aoba.pk):
        LocalBlock.objects.filter(pk=block.pk).update(revision=2, title="同僚の題")
    answer = confirm(alice, shown).content.decode()
    assert "ダウンロードしたあとに直されています" in answer
    assert [one.title for one in blocks(aoba)] == ["同僚の題"]


def test_words_in_force_with_an_open_copy_are_changed_in_the_copy(
    aoba: Municipality, alice: Client
) -> None:
    live = world.make_block(aoba)
    copy = world.make_block(aoba, state="draft", replaces=live)
    book = downloaded(alice)
    at(book.active, 2, Column.TITLE).value = "直した"
    assert f"書きかけの変更（番号{copy.pk}）" in upload(alice, book)


def test_what_was_looked_at_is_confirmed_by_the_same_person_within_an_hour(
    aoba: Municipality, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = downloaded(alice)
    new_row(book.active)
    shown = upload(alice, book)
    bob = client_of(aoba, Role.APPROVER)
    assert "何も保存していません" in confirm(bob, shown).content.decode()
    with monkeypatch.context() as later:
        later.setattr(bulk, "SECONDS", -1)
        assert "何も保存していません" in confirm(alice, shown).content.decode()
    assert "何も保存していません" in alice.post(PAGE, {"plan": "x"}).content.decode()
    assert blocks(aoba) == []


def test_pressing_twice_and_two_rows_alike_add_one(aoba: Municipality, alice: Client) -> None:
    book = downloaded(alice)
    new_row(book.active)
    new_row(book.active)
    shown = upload(alice, book)
    assert "追加 1件" in shown
    confirm(alice, shown)
    assert "追加0件、変更0件" in confirm(alice, shown).content.decode()
    assert len(blocks(aoba)) == 1


def test_the_neighbour_s_announcement_cannot_be_named(aoba: Municipality, alice: Client) -> None:
    theirs = world.make_block(world.make_minato())
    assert downloaded(alice).active.max_row == 1
    book = downloaded(alice)
    new_row(book.active, NUMBER=theirs.pk, REVISION=1)
    assert "この番号のお知らせはありません" in upload(alice, book)


def test_too_many_rows_are_refused(alice: Client) -> None:
    book = downloaded(alice)
    for _ in range(bulk_file.MAX_ROWS + 1):
        new_row(book.active)
    assert "500行を超えています" in upload(alice, book)
