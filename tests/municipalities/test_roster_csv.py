"""CSV from every program an office has: encodings, separators, line ends, quotes."""

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.municipalities.roster_files import (
    HEADER,
    MOTHER,
    one_row,
    one_sentence,
    places,
    read,
    read_csv,
    rows_of,
)

TEXT = f"{HEADER}\n2026-09-01,,hana@example.com,,母,,,髙﨑\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8（BOM付き）"),
        (TEXT.encode("cp932"), "CP932（Shift_JIS）"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.replace("髙﨑", "高崎").encode("euc-jp"), "EUC-JP"),
    ],
)
def test_the_encoding_is_found_and_told(data: bytes, encoding: str) -> None:
    roster = read(data)
    assert rows_of(roster)[0].family in {"髙﨑", "高崎"}
    assert roster.encoding == encoding


def test_cp932_keeps_the_characters_of_windows() -> None:
    roster = read_csv("2026-09-01,,a@example.com,,,,,①㈱髙﨑", encoding="cp932")
    assert rows_of(roster)[0].family == "①㈱髙﨑"


def test_english_headings_do_not_hide_the_encoding_of_the_body() -> None:
    header = "due_date,email,relation"
    roster = read_csv("2026-09-01,a@example.com,母", header=header, encoding="cp932")
    assert rows_of(roster)[0].relation == "mother"
    assert roster.encoding == "CP932（Shift_JIS）"


def test_a_wave_dash_is_one_character_in_both_encodings() -> None:
    families = {
        rows_of(read_csv(f"2026-09-01,,a@example.com,,,,,1{dash}2", encoding=encoding))[0].family
        for dash, encoding in (("〜", "utf-8"), ("～", "utf-8"), ("～", "cp932"))
    }
    assert families == {"1~2"}


def test_an_invalid_byte_is_named_by_row_and_column() -> None:
    good = [f"2026-09-01,,r{n}@example.com,,母,,," for n in range(5_000)]
    data = "\n".join((HEADER, *good, "2026-09-01,,z@example.com,,母,,,")).encode()
    roster = read(data + "山".encode("cp932"))
    assert roster.encoding == "UTF-8"
    (problem,) = roster.problems
    assert (problem.row, problem.column) == (5002, "H")
    assert "UTF-8では読めないバイト（0x8E）" in str(problem)


def test_a_broken_character_of_utf16_is_named() -> None:
    data = codecs.BOM_UTF16_LE + TEXT.replace("髙", "\ud800").encode("utf-16-le", "surrogatepass")
    assert places(read(data)) == [(2, "H")]


def test_one_line_of_another_encoding_is_a_fault_of_that_line() -> None:
    data = f"{HEADER}\n{MOTHER}\n".encode() + "2026-09-01,,b@example.com,,祖父母,,,\n".encode(
        "cp932"
    )
    assert places(read(data)) == [(3, "E")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator: str) -> None:
    text = f"{HEADER}\n{MOTHER}".replace(",", separator)
    assert rows_of(read(text.encode()))[0].address == "hana@example.com"


def test_full_width_commas_get_a_hint() -> None:
    text = f"{HEADER}\n{MOTHER}".replace(",", "，")
    assert "半角の「,」" in one_sentence(read(text.encode()))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_is_taken_with_or_without_the_last(end: str, *, last: bool) -> None:
    text = end.join((HEADER, "", MOTHER, ",,,,,,,", "　")) + (end if last else "")
    (row,) = rows_of(read(text.encode()))
    assert row.row == 3


def test_trailing_commas_are_passed_over() -> None:
    assert one_row(MOTHER + ",,,").address == "hana@example.com"


def test_a_quoted_newline_counts_as_a_line_of_the_file() -> None:
    roster = read_csv('"2026-09-01\n",,a@example.com,,,,,', "2026-02-30,,b@example.com,,,,,")
    assert [row.row for row in roster.rows] == [2]
    assert places(roster) == [(4, "A")]


def test_quotes_are_undone() -> None:
    assert one_row('"2026-09-01",,"a@example.com",,,,,"1""2"').family == '1"2'


def test_a_quote_that_is_not_closed_is_named_where_it_opens() -> None:
    roster = read_csv(MOTHER, '2026-09-01,,"b@example.com,,,,,', MOTHER.replace("hana", "c"))
    assert [problem.row for problem in roster.problems] == [3]
    assert "引用符" in str(roster.problems[0])


def test_after_a_wrong_quote_the_next_line_is_read_again() -> None:
    roster = read_csv('2026-09-01,,"b"@example.com,,,,,', MOTHER, "2026-02-30,,c@example.com,,,,,")
    assert places(roster) == [(2, ""), (4, "A")]
    assert [row.row for row in roster.rows] == [3]


@pytest.mark.parametrize("length", [131_073, 10_000_000])
def test_an_endless_cell_is_a_problem_of_its_row(length: int) -> None:
    roster = read_csv(f"2026-09-01,,{'a' * length},,,,,", MOTHER)
    assert [problem.row for problem in roster.problems] == [2]
    assert [row.row for row in roster.rows] == [3]


def test_a_row_with_fewer_or_more_cells_is_named() -> None:
    roster = read_csv("2026-09-01,,a@example.com", "2026-09-01,,b@example.com,,,,,,x")
    assert places(roster) == [(2, ""), (3, "I")]
    assert "3個しかありません。見出しは8個です。" in str(roster.problems[0])


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z]{1,8}", fullmatch=True),
            # No white space at the ends: that is tidied away, as another test says.
            st.from_regex(r'[a-z0-9",;]{1,12}', fullmatch=True),
        ),
        min_size=1,
        max_size=8,
        unique_by=(lambda pair: pair[0], lambda pair: pair[1]),
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    readers: list[tuple[str, str]], separator: str, end: str, encoding: str
) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=separator, lineterminator=end)
    writer.writerow(["生年月日", "メール", "家族番号"])
    writer.writerows(["2026/1/5", f"{name}@example.com", family] for name, family in readers)
    rows = rows_of(read(target.getvalue().encode(encoding)))
    assert [(row.address.split("@")[0], row.family) for row in rows] == readers


@given(st.binary(max_size=400))
def test_any_bytes_give_problems_and_never_an_error(data: bytes) -> None:
    for given_bytes in (data, HEADER.encode() + b"\n" + data, b"PK\x03\x04" + data):
        roster = read(given_bytes)
        assert all(str(problem).isprintable() for problem in roster.problems)
