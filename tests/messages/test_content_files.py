"""A content pack is judged file by file; every fault is named with file, line and a sentence."""

from pathlib import Path

import pytest

from messages.content_files import ContentFile, FileProblem, parse_file, read_course
from messages.domain.stage import Stage

GOOD = """---
stage: p12w0d
audience: everyone
variant: standard
subject: 今週の赤ちゃん
supervisor: ""
reviewed_on: ""
sample: true
---

赤ちゃんは、すくすく育っています。
"""
PLACE = "pregnancy_day/p12w0d.md"


def problems(text: str, path: str = PLACE) -> list[tuple[int, str]]:
    read = parse_file(path, text)
    assert isinstance(read, list), "the file was taken"
    return [(problem.line, problem.message_ja) for problem in read]


def write(directory: Path, place: str, text: str | bytes = GOOD) -> None:
    path = directory / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_a_good_file_is_read() -> None:
    assert parse_file(PLACE, GOOD) == ContentFile(
        path=PLACE,
        stage=Stage.parse("p12w0d"),
        audience="everyone",
        variant="standard",
        subject="今週の赤ちゃん",
        body="赤ちゃんは、すくすく育っています。",
        supervisor="",
        reviewed_on=None,
        sample=True,
    )


def test_a_supervised_text_says_by_whom_and_when() -> None:
    text = GOOD.replace('supervisor: ""', "supervisor: 産婦人科医 見本花子").replace(
        'reviewed_on: ""', "reviewed_on: 2026-04-01"
    )
    read = parse_file(PLACE, text)
    assert isinstance(read, ContentFile)
    assert read.supervisor == "産婦人科医 見本花子"
    assert str(read.reviewed_on) == "2026-04-01"


@pytest.mark.parametrize(
    ("audience", "variant", "place"),
    [
        ("partner", "standard", "pregnancy_day/p12w0d.partner.md"),
        ("everyone", "easy", "pregnancy_day/p12w0d.easy.md"),
        ("around", "en", "pregnancy_day/p12w0d.around.en.md"),
    ],
)
def test_audience_and_variant_stand_in_the_file_name(
    audience: str, variant: str, place: str
) -> None:
    text = GOOD.replace("everyone", audience).replace("standard", variant)
    assert isinstance(parse_file(place, text), ContentFile)
    assert place in problems(text)[0][1]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("---\nstage", "stage", 1, "--- で始めます"),
        ("sample: true\n---", "sample: true", 1, "閉じられていません"),
        ("stage: p12w0d", "stage: p12w9d", 2, "時期として読めません"),
        ("stage: p12w0d", "stage: p44w0d", 2, "範囲の外"),
        ("stage: p12w0d\n", "", 1, "「stage」がありません"),
        ("subject: 今週の赤ちゃん\n", "", 1, "「subject」がありません"),
        ("subject: 今週の赤ちゃん", "subject:", 5, "件名がありません"),
        ("subject: 今週の赤ちゃん", "subject: ご案内：{{名前}}", 5, "差し込み「名前」"),
        ("audience: everyone", "audience: 全員", 3, "audience は everyone、birth_parent"),
        ("variant: standard", "variant: 標準", 4, "variant は standard"),
        ("variant: standard", "variant: standard\nvariant: easy", 5, "「variant」が2回"),
        ("variant: standard", "varient: standard", 4, "「varient」という項目はありません"),
        ('reviewed_on: ""', "reviewed_on: 令和8年4月1日", 7, "日付として読めません"),
        ('reviewed_on: ""', "reviewed_on: 2026-04-01", 7, "監修者（supervisor）がありません"),
        ("sample: true", "sample: はい", 8, "sample は true、false"),
        ("subject: 今週の赤ちゃん", 'subject: "今週', 6, "YAML として読めません"),
        ("subject: 今週の赤ちゃん", "subject: 今週: 赤ちゃん", 5, "YAML として読めません"),
        ("subject: 今週の赤ちゃん", "subject: [今週, 来週]", 5, "1つの言葉で"),
        ("すくすく育っています。", "{{お子さま名}}です。", 11, "差し込み「お子さま名」"),
        ("すくすく育っています。", "育ちます。\n\nはい<br>", 13, "HTML のタグ"),
        ("赤ちゃんは、すくすく育っています。", "\u200b", 11, "本文がありません"),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new))
    assert [place for place, _ in found] == [line]
    assert said in found[0][1]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = GOOD.replace("everyone", "all").replace("true", "yes").replace("すくすく", "{{x}}")
    assert [line for line, _ in problems(text)] == [3, 8, 11]


@pytest.mark.parametrize("front", ["- a", "text", "", "[" * 3000, "a: &a [*a]", "\x07: x"])
def test_front_matter_that_is_none_is_refused(front: str) -> None:
    assert len(problems(f"---\n{front}\n---\nあ")) == 1


@pytest.mark.parametrize("path", ["life_day/p12w0d.md", "pregnancy_day/p13w0d.md", "p12w0d.md"])
def test_a_file_in_the_wrong_place_is_told_where_it_belongs(path: str) -> None:
    assert problems(GOOD, path) == [
        (0, "置き場所かファイル名が中身と合いません。pregnancy_day/p12w0d.md にします。")
    ]


def test_a_directory_is_read_in_order(tmp_path: Path) -> None:
    write(tmp_path, "pregnancy_day/p13w0d.md", GOOD.replace("p12w0d", "p13w0d"))
    write(tmp_path, PLACE)
    write(tmp_path, "README.md", "ひとこと")
    write(tmp_path, ".hidden/x.txt", "x")
    course = read_course(tmp_path)
    assert [file.stage.key for file in course.files] == ["p12w0d", "p13w0d"]
    assert course.problems == ()


def test_windows_line_ends_and_a_byte_order_mark_are_no_fault(tmp_path: Path) -> None:
    write(tmp_path, PLACE, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    course = read_course(tmp_path)
    assert course.problems == ()
    assert course.files[0].body == "赤ちゃんは、すくすく育っています。"


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    write(tmp_path, "pregnancy_day/notes.docx", b"PK")
    write(tmp_path, "pregnancy_day/p12w0d.md", GOOD.encode("cp932"))
    write(tmp_path, "pregnancy_day/p13w0d.md", b"x" * 100_001)
    told = [problem.told for problem in read_course(tmp_path).problems]
    assert told == [
        "pregnancy_day/notes.docx：原稿（.md）ではないファイルです。",
        "pregnancy_day/p12w0d.md 5行目：文字コードが UTF-8 ではありません。",
        "pregnancy_day/p13w0d.md：大きすぎます（100,000 バイトまでです）。",
    ]


def test_a_doubled_text_is_told_beside_the_file_it_doubles(tmp_path: Path) -> None:
    write(tmp_path, PLACE)
    write(tmp_path, "pregnancy_day/copy.md")
    course = read_course(tmp_path)
    assert [problem.path for problem in course.problems] == ["pregnancy_day/copy.md"]


def test_a_missing_or_empty_directory_is_told(tmp_path: Path) -> None:
    (missing,) = read_course(tmp_path / "none").problems
    (empty,) = read_course(tmp_path).problems
    assert missing.message_ja == "フォルダーがありません。"
    assert empty == FileProblem(str(tmp_path), 0, "原稿が1つもありません。")
