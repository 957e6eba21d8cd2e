"""All base texts out and in: seen before they count, drafts only, all or nothing, errors by cell."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.content_files import ContentFile, parse_file, read_course
from messages.domain import block_sheet
from messages.domain.stage import Stage
from messages.models import BaseText, TextDraft, TextVersion
from messages.services import library_bulk, library_files, library_sheet
from messages.services.library_sheet import Column
from messages.services.publish import publish_many
from municipalities.domain.npo_roles import NpoRole
from municipalities.domain.words import Audience, Variant
from municipalities.tenancy.scope import across_for_npo
from tests import world

PAGE = "/npo/texts/bulk/"
PACK = Path(__file__).resolve().parents[2] / "content" / "ja"
COLUMNS = list(Column)


def book(client: Client, variant: str = "standard") -> Any:
    answer = client.get(f"{PAGE}excel/", {"variant": variant})
    assert answer["Content-Disposition"].endswith('2026-11-25.xlsx"')
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def cell(sheet: Any, row: int, column: Column) -> Any:
    return sheet.cell(row, COLUMNS.index(column) + 1)


def row_of(sheet: Any, key: str, audience: str = "みなさん", words: str = "ふつうの日本語") -> int:
    for row in range(2, sheet.max_row + 1):
        found = [cell(sheet, row, c).value for c in (Column.KEY, Column.AUDIENCE, Column.VARIANT)]
        if found == [key, audience, words]:
            return row
    raise AssertionError(key)


def saved(workbook: Any) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def upload(client: Client, data: bytes, name: str = "原稿.xlsx") -> str:
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def keep(client: Client, shown: str) -> Any:
    found = re.search(r'name="plan" value="([^"]+)"', shown)
    assert found, shown
    return client.post(PAGE, {"plan": found[1]})


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return out.getvalue()


def drafts() -> list[tuple[str, str, str, str]]:
    with across_for_npo():
        return [
            (one.base_text.stage.key, one.variant, one.subject, one.body)
            for one in TextDraft.objects.select_related("base_text").order_by("pk")
        ]


# --- Excel ----------------------------------------------------------------------------------------
def test_what_goes_out_and_comes_in_changes_nothing(emi: Client) -> None:
    call_command("load_course", PACK, verbosity=0)
    shown = upload(emi, saved(book(emi, "")))
    assert "変更なし 93件" in shown
    assert "同じ" in shown
    assert 'name="plan"' not in shown


def test_changed_words_are_shown_first_and_become_a_draft(emi: Client) -> None:
    version = world.make_text("d45", "きょうは晴れです。", subject="天気")
    workbook = book(emi)
    row = row_of(workbook.active, "d45")
    cell(workbook.active, row, Column.BODY).value = "きょうは雨です。"
    cell(workbook.active, row, Column.OCCASION).value = "読者の声"
    shown = upload(emi, saved(workbook))
    assert "</span>晴れ<span" in shown
    assert drafts() == []
    assert keep(emi, shown)["Location"] == "/npo/desk/"
    assert drafts() == [("d45", "standard", "天気", "きょうは雨です。")]
    with across_for_npo():
        draft = TextDraft.objects.get()
        assert (draft.occasion, draft.based_on) == ("読者の声", version)
        assert TextVersion.objects.count() == 1


def test_a_translator_fills_the_empty_rows_beside_the_standard_text(emi: Client) -> None:
    world.make_text("d45", "ゆっくり休めます。", subject="休む日")
    workbook = book(emi, "vi")
    sheet = workbook.active
    row = row_of(sheet, "d45", words="ベトナム語")
    assert cell(sheet, row, Column.STANDARD_BODY).value == "ゆっくり休めます。"
    assert cell(sheet, row, Column.VERSION).value == 0
    cell(sheet, row, Column.SUBJECT).value = "Nghỉ ngơi"
    cell(sheet, row, Column.BODY).value = "Hôm nay bạn có thể nghỉ ngơi."
    keep(emi, upload(emi, saved(workbook)))
    assert drafts() == [("d45", "vi", "Nghỉ ngơi", "Hôm nay bạn có thể nghỉ ngơi.")]


def test_a_new_place_gets_its_base_text_with_its_draft(emi: Client) -> None:
    world.make_text("d45")
    workbook = book(emi)
    sheet = workbook.active
    row = sheet.max_row + 1
    for column, value in {
        Column.KEY: "d46",
        Column.AUDIENCE: "パートナー",
        Column.VARIANT: "やさしい日本語",
        Column.SUBJECT: "あたらしい",
        Column.BODY: "はじめまして。",
    }.items():
        cell(sheet, row, column).value = value
    keep(emi, upload(emi, saved(workbook)))
    assert drafts() == [("d46", "easy", "あたらしい", "はじめまして。")]
    assert BaseText.objects.filter(unit="life_day", number=46, audience="partner").exists()


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (Column.KEY, "d99999", "範囲の外です"),
        (Column.KEY, "来週", "時期として読めません"),
        (
            Column.AUDIENCE,
            "ねこ",
            "みなさん、妊娠・出産した方、パートナー、祖父母・まわりの方のどれか",
        ),
        (Column.VARIANT, "ラテン語", "やさしい日本語"),
        (Column.VERSION, "一", "数ではありません"),
        (Column.SUBJECT, "あ" * 61, "60文字まで"),
        (Column.SUBJECT, "", "件名を書きます"),
        (Column.BODY, "", "本文を書きます"),
        (Column.BODY, "![x](https://example.jp/x.png)", "画像は入れられません"),
        (Column.BODY, "こんにちは。\n{{知らない}}", "2行目"),
        (Column.OCCASION, "あ" * 201, "200文字まで"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_written(
    emi: Client, column: Column, value: str, told: str
) -> None:
    world.make_text("d45")
    world.make_text("d46")
    workbook = book(emi)
    good, bad = row_of(workbook.active, "d45"), row_of(workbook.active, "d46")
    cell(workbook.active, good, Column.BODY).value = "よい本文です。"
    cell(workbook.active, bad, column).value = value
    shown = upload(emi, saved(workbook))
    letter = "ABCDEFGHIJKLMN"[COLUMNS.index(column)]
    assert f"<td>{bad}</td> <td>{letter} {column.value}</td>" in shown
    assert told in shown
    assert 'name="plan"' not in shown
    assert drafts() == []


def test_a_version_that_came_meanwhile_is_seen(emi: Client) -> None:
    world.make_text("d45")
    workbook = book(emi)
    cell(workbook.active, row_of(workbook.active, "d45"), Column.BODY).value = "ほかの本文です。"
    world.make_text("d45", "だれかの新しい版です。")
    assert "いまは第2版です" in upload(emi, saved(workbook))
    assert drafts() == []


def test_a_draft_in_work_is_not_overwritten(emi: Client) -> None:
    base = world.make_text("d45").base_text
    with across_for_npo():
        TextDraft.objects.create(base_text=base, variant="standard", subject="書きかけ", body="b")
    workbook = book(emi)
    cell(workbook.active, row_of(workbook.active, "d45"), Column.BODY).value = "ほかの本文です。"
    assert "書きかけの下書きがあります" in upload(emi, saved(workbook))
    assert [one[2] for one in drafts()] == ["書きかけ"]


def test_a_draft_begun_between_looking_and_keeping_stops_all_of_it(emi: Client) -> None:
    base = world.make_text("d45").base_text
    world.make_text("d46")
    workbook = book(emi)
    for key in ("d45", "d46"):
        cell(workbook.active, row_of(workbook.active, key), Column.BODY).value = "新しい本文です。"
    shown = upload(emi, saved(workbook))
    with across_for_npo():
        TextDraft.objects.create(base_text=base, variant="standard", subject="先の人", body="b")
    assert "書きかけの下書きがあります" in keep(emi, shown).content.decode()
    assert [one[2] for one in drafts()] == ["先の人"]


def test_a_second_press_writes_nothing_twice(emi: Client) -> None:
    world.make_text("d45")
    workbook = book(emi)
    cell(workbook.active, row_of(workbook.active, "d45"), Column.BODY).value = "新しい本文です。"
    shown = upload(emi, saved(workbook))
    keep(emi, shown)
    keep(emi, shown)
    assert len(drafts()) == 1


def test_what_another_person_looked_at_is_not_kept(emi: Client) -> None:
    world.make_text("d45")
    workbook = book(emi)
    cell(workbook.active, row_of(workbook.active, "d45"), Column.BODY).value = "新しい本文です。"
    shown = upload(emi, saved(workbook))
    other = Client(headers={"accept-language": "ja"})
    other.force_login(
        world.make_npo_staff(NpoRole.HEAD),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert "1時間" in keep(other, shown).content.decode()
    assert drafts() == []


def test_one_place_stands_in_one_row(emi: Client) -> None:
    world.make_text("d45")
    workbook = book(emi)
    sheet = workbook.active
    first, second = row_of(sheet, "d45"), sheet.max_row + 1
    for column in Column:
        cell(sheet, second, column).value = cell(sheet, first, column).value
    assert f"{first}行目と同じ時期・読む人・ことばです" in upload(emi, saved(workbook))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"not a workbook at all"])
def test_what_is_no_workbook_is_told_in_one_sentence(emi: Client, data: bytes) -> None:
    shown = upload(emi, data or b" ")
    assert "なおすところ" in shown or "直すところ" in shown or "Excel" in shown
    assert drafts() == []


def test_a_missing_file_is_told(emi: Client) -> None:
    assert "ファイルを選びます" in emi.post(PAGE).content.decode()


def test_reviewers_and_partners_do_not_take_files_in(db: None) -> None:
    for role in (NpoRole.REVIEWER, NpoRole.PARTNER, NpoRole.COMMS):
        client = Client()
        client.force_login(
            world.make_npo_staff(role), backend="django.contrib.auth.backends.ModelBackend"
        )
        for address in (PAGE, f"{PAGE}excel/", f"{PAGE}files/"):
            assert client.get(address).status_code == 403, (role, address)
        assert client.post(PAGE).status_code == 403


# --- Content files --------------------------------------------------------------------------------
def test_the_archive_is_the_pack_that_was_loaded(emi: Client, tmp_path: Path) -> None:
    call_command("load_course", PACK, verbosity=0)
    answer = emi.get(f"{PAGE}files/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        made.extractall(tmp_path)
    there, here = read_course(PACK), read_course(tmp_path / "ja")
    assert here.problems == ()
    assert here.files == there.files
    assert "変更なし 93件" in upload(emi, answer.content, "原稿.zip")


def test_files_become_drafts_wherever_the_pack_lies_in_the_archive(emi: Client) -> None:
    world.make_text("d45")
    text = '---\nstage: d45\nsubject: "件名"\n---\n新しい本文です。\n'
    data = archive(**{"pack/ja/life_day/d45.md": text, "pack/README.md": "x", ".hidden.md": "y"})
    keep(emi, upload(emi, data, "pack.ZIP"))
    assert drafts() == [("d45", "standard", "件名", "新しい本文です。")]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"life_day/d45.md": "no front matter"}, "1行目は --- で始めます"),
        ({"life_day/d46.md": '---\nstage: d45\nsubject: "a"\n---\nb\n'}, "中身と合いません"),
        (
            {"life_day/d45.la.md": '---\nstage: d45\nvariant: la\nsubject: "a"\n---\nb\n'},
            "「la」ということばは使えません",
        ),
        (
            {
                "a/life_day/d45.md": '---\nstage: d45\nsubject: "a"\n---\nb\n',
                "b/life_day/d45.md": '---\nstage: d45\nsubject: "a"\n---\nc\n',
            },
            "同じ名前のファイルが2つ",
        ),
        ({"picture.png": "x"}, "原稿（.md）が1つもありません"),
        ({"life_day/d45.md": "x" * 100_001}, "大きすぎます"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_written(
    emi: Client, files: dict[str, str], told: str
) -> None:
    assert told in upload(emi, archive(**files), "原稿.zip")
    assert drafts() == []


def test_what_is_no_archive_is_told_in_one_sentence(emi: Client) -> None:
    assert "zipではないため" in upload(emi, b"PK nothing", "原稿.zip")


def test_the_next_review_comes_in_with_the_pack(db: None) -> None:
    text = (
        '---\nstage: d45\nsubject: "件名"\nsupervisor: "医師"\n'
        "reviewed_on: 2026-01-01\nreview_by: 2028-01-01\n---\n本文です。\n"
    )
    file = parse_file("life_day/d45.md", text)
    assert isinstance(file, ContentFile)
    publish_many([file], date(2026, 4, 1))
    assert TextVersion.objects.get().review_by == date(2028, 1, 1)
    assert publish_many([file], date(2026, 4, 1)).unchanged == 1


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=28))
def test_whatever_stands_in_a_subject_is_read_from_its_file_again(subject: str) -> None:
    file = ContentFile(
        "life_day/d45.md", Stage.parse("d45"), "everyone", "standard", subject, "本文です。",
        "O'Brien: \\ \"x\"", date(2026, 1, 1), False, date(2027, 1, 1),
    )  # fmt: skip
    again = parse_file(file.path, library_files.written(file))
    if isinstance(again, ContentFile):
        assert again == file
    else:
        # Only because the words themselves may not be sent.
        assert all("件名" in problem.message_ja for problem in again)


def test_every_place_of_the_course_fits_into_one_file_in_all_wordings() -> None:
    assert 533 * len(Variant) * 2 < library_sheet.MAX_ROWS
    assert 533 * len(Variant) * 2 < library_files.MAX_FILES


def test_all_rows_of_the_course_fit_on_the_page_that_carries_them(db: None) -> None:
    user = world.make_npo_staff(NpoRole.EDITOR)
    rows = [
        library_sheet.TextRow(
            n, "", Stage.parse(f"d{n}"), Audience.EVERYONE,
            Variant.STANDARD, f"件名{n}", "".join(chr(0x4E00 + n + k) for k in range(400)),
        )
        for n in range(533)
    ]  # fmt: skip
    assert len(library_bulk.sign(user, rows)) < library_bulk.MOST_SIGNED
    assert library_bulk.unsign(user, library_bulk.sign(user, rows)) == rows


@pytest.mark.parametrize(
    ("words", "audience"),
    [
        ("妊娠・出産した方", Audience.BIRTH_PARENT),
        ("産む人", Audience.BIRTH_PARENT),
        ("祖父母・まわりの方", Audience.AROUND),
        ("まわりの人", Audience.AROUND),
    ],
)
def test_readers_are_named_as_on_the_pages_and_older_sheets_are_still_read(
    words: str, audience: Audience
) -> None:
    assert block_sheet.audience_of(words) is audience
