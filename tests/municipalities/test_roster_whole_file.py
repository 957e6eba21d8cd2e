"""The file as a whole: limits, one sentence for what cannot be read, repeated readers, families."""

from datetime import date

import pytest

from municipalities.roster import reading
from tests.municipalities.roster_files import (
    HEADER,
    MOTHER,
    one_sentence,
    places,
    read,
    read_csv,
    rows_of,
)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\n", b",,\n,,\n"])
def test_an_empty_file_is_one_sentence(data: bytes) -> None:
    assert one_sentence(read(data)).startswith("readers.csv: 空のファイルです。")


def test_a_heading_alone_is_one_sentence() -> None:
    assert "見出しだけ" in one_sentence(read_csv())


def test_rows_without_heading_are_one_sentence_with_what_is_understood() -> None:
    sentence = one_sentence(read(MOTHER.encode()))
    assert "1行目に見出しがありません" in sentence
    assert "「出産予定日」" in sentence


@pytest.mark.parametrize("data", [b"%PDF-1.7\n\x00\x01", b"\x89PNG\r\n\x1a\n\x00", b"\0" * 99])
def test_another_kind_of_file_is_one_sentence(data: bytes) -> None:
    one_sentence(read(data))


def test_more_than_20_megabytes_are_refused_at_once() -> None:
    assert "20MB" in one_sentence(read(b"x" * (20 * 1024 * 1024 + 1)))


def test_more_than_200_000_rows_are_refused_before_a_single_one_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[object] = []
    monkeypatch.setattr(reading, "read_row", lambda line, _setting: judged.append(line))
    data = "予定日,メール\n".encode() + b",\n" * 10 + b"x,y\n" * 200_001
    assert "200,000行" in one_sentence(read(data))
    assert judged == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../etc/passwd", "passwd: "),
        ("C:\\roster\\読者.csv", "読者.csv: "),
        ("a\0b\u202ecsv", "a‹U+0000›b‹U+202E›csv: "),
        ("", "空の"),
    ],
)
def test_the_name_of_the_file_is_only_told_and_safely(name: str, told: str) -> None:
    assert one_sentence(read(b"", name)).startswith(told)


def test_three_bad_cells_of_ten_thousand_rows_are_exactly_three_problems() -> None:
    lines = [f"2026/9/{n % 28 + 1},,r{n}@example.com,,母,,,{n}" for n in range(10_000)]
    lines[5] = "2026/2/30,,r5@example.com,,母,,,5"
    lines[4_999] = "2026/9/1,,r4999.example.com,,母,,,4999"
    lines[9_999] = "2026/9/1,,r9999@example.com,,おば,,,9999"
    data = "\n".join((HEADER, *lines)).encode("cp932")
    roster = read(data)
    assert places(roster) == [(7, "A"), (5001, "C"), (10001, "E")]
    assert len(roster.rows) == 9_997


def test_the_same_reader_of_the_same_child_twice_is_named() -> None:
    roster = read_csv(MOTHER, "2026-09-01,,HANA@example.com,,,,,")
    (problem,) = roster.problems
    assert str(problem) == (
        "3行目 C列「メールアドレス」: 2行目と同じ宛先・同じお子さんの行です。1行だけ残します。"
    )


def test_the_same_reader_twice_in_one_family_is_named_whatever_the_dates() -> None:
    roster = read_csv(MOTHER + "7", "2026-09-02,,hana@example.com,,,,,7")
    assert places(roster) == [(3, "A"), (3, "C")]


def test_one_reader_may_follow_two_children() -> None:
    rows = rows_of(read_csv(MOTHER, ",2025-01-05,hana@example.com,,母,,,"))
    assert [row.kind for row in rows] == ["pregnancy", "child"]


def test_one_reader_reads_one_variant() -> None:
    roster = read_csv(MOTHER, ",2025-01-05,hana@example.com,,母,やさしい日本語,,")
    assert places(roster) == [(3, "F")]


def test_a_family_shares_one_date_and_one_number_of_children() -> None:
    rows = rows_of(
        read_csv("2026-09-01,,a@example.com,,母,,2,7", "2026-9-1,,b@example.com,,父,,,７")
    )
    assert [(row.family, row.anchor, row.children) for row in rows] == [
        ("7", date(2026, 9, 1), 2),
        ("7", date(2026, 9, 1), 2),
    ]


def test_a_family_that_disagrees_is_named() -> None:
    roster = read_csv(
        "2026-09-01,,a@example.com,,母,,2,7",
        "2026-09-02,,b@example.com,,父,,2,7",
        "2026-09-01,,c@example.com,,祖父母,,3,7",
        ",2026-01-05,d@example.com,,,,,7",
    )
    assert places(roster) == [(3, "A"), (4, "G"), (5, "B")]
    assert "2行目と同じ家族番号" in str(roster.problems[0])
