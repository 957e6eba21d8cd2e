"""What may stand in a cell, and how a bad one is told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.domain.dates import DateProblem, parse_date
from municipalities.domain.words import EndpointKind, Relation, Variant
from municipalities.roster.problems import column_letter
from tests.municipalities.roster_files import MOTHER, one_row, places, read_csv

LINE_ID = "U" + "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-01",
        "2026/9/1",
        "20260901",
        "２０２６年９月１日",
        "令和8年9月1日",
        "令和８年９月１日",
        "R8/9/1",
        "R8.9.1",
        " 2026/09/01 ",
        "\u202a2026/9/1\u202c",
    ],
)
def test_a_date_is_read_as_people_write_it(written: str) -> None:
    row = one_row(f"{written},,hana@example.com,,,,,")
    assert (row.kind, row.anchor) == ("pregnancy", date(2026, 9, 1))


@pytest.mark.parametrize("written", ["2026/2/30", "5月1日", "46266", "9/1/26", "あした", "#VALUE!"])
def test_a_date_that_is_none_is_told_with_the_reason_of_the_date_parser(written: str) -> None:
    with pytest.raises(DateProblem) as caught:
        parse_date(written)
    (problem,) = read_csv(f"{written},,hana@example.com,,,,,").problems
    assert str(problem) == f"2行目 A列「出産予定日」: {caught.value.message_ja}"
    assert problem.value == written


def test_a_due_date_and_a_birth_date_must_be_possible_today() -> None:
    roster = read_csv(
        "2027-12-01,,a@example.com,,,,,",
        ",2026-06-02,b@example.com,,,,,",
        ",2019-01-01,c@example.com,,,,,",
    )
    assert places(roster) == [(2, "A"), (3, "B"), (4, "B")]


def test_exactly_one_date_is_needed() -> None:
    roster = read_csv("2026-09-01,2026-01-05,a@example.com,,,,,", ",,b@example.com,,,,,")
    assert places(roster) == [(2, "B"), (3, "A")]


def test_exactly_one_address_is_needed() -> None:
    roster = read_csv(f"2026-09-01,,a@example.com,{LINE_ID},,,,", "2026-09-01,,,,母,,,")
    assert places(roster) == [(2, "D"), (3, "C")]


@pytest.mark.parametrize("local", ["a..b", "abc.", ".x", "a-/b"])
def test_docomo_addresses_against_the_rules_are_taken(local: str) -> None:
    row = one_row(f"2026-09-01,,{local}@docomo.ne.jp,,,,,")
    assert row.address == f"{local}@docomo.ne.jp"


def test_an_address_keeps_its_spelling_and_has_a_form_for_comparison() -> None:
    row = one_row("2026-09-01,,Ｈａｎａ@Example.COM,,,,,")
    assert (row.address, row.address_key) == ("Hana@example.com", "hana@example.com")


@pytest.mark.parametrize("address", ["hana", "a@@example.com", "9.01235E+10", "a@b@c"])
def test_a_bad_address_is_named(address: str) -> None:
    assert places(read_csv(f"2026-09-01,,{address},,,,,")) == [(2, "C")]


def test_a_line_user_id_is_taken_and_the_searchable_id_is_refused() -> None:
    row = one_row(f"2026-09-01,,,{LINE_ID},,,,")
    assert (row.channel, row.address, row.address_key) == (EndpointKind.LINE, LINE_ID, LINE_ID)
    assert places(read_csv("2026-09-01,,,@hanako,,,,")) == [(2, "D")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("母", Relation.MOTHER),
        ("父・パートナー", Relation.FATHER),
        ("父･パートナー", Relation.FATHER),
        ("父", Relation.FATHER),
        ("パートナー", Relation.FATHER),
        ("祖父母", Relation.GRANDPARENT),
        ("まわりの人", Relation.AROUND),
        ("その他", Relation.AROUND),
        ("答えない", Relation.UNDISCLOSED),
        ("", Relation.UNDISCLOSED),
        (" Mother ", Relation.MOTHER),
        ("GRANDPARENT", Relation.GRANDPARENT),
    ],
)
def test_who_the_reader_is(written: str, meant: Relation) -> None:
    assert one_row(f"2026-09-01,,a@example.com,,{written},,,").relation is meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("", Variant.STANDARD), ("標準", Variant.STANDARD), ("やさしい日本語", Variant.EASY)],
)
def test_in_which_words_the_reader_reads(written: str, meant: Variant) -> None:
    assert one_row(f"2026-09-01,,a@example.com,,,{written},,").variant is meant


@pytest.mark.parametrize(("written", "meant"), [("", 1), ("2", 2), ("５", 5), ("3人", 3)])
def test_how_many_children(written: str, meant: int) -> None:
    assert one_row(f"2026-09-01,,a@example.com,,,,{written},").children == meant


def test_words_and_numbers_that_are_not_known_are_named_with_what_is() -> None:
    roster = read_csv("2026-09-01,,a@example.com,,おば,ラテン語,6,9.01235E+10")
    assert places(roster) == [(2, "E"), (2, "F"), (2, "G"), (2, "H")]
    assert "母、父・パートナー" in roster.problems[0].reason_ja
    assert "1から5" in roster.problems[2].reason_ja


def test_a_family_number_is_the_same_in_full_width_and_keeps_its_zeros() -> None:
    assert one_row("2026-09-01,,a@example.com,,,,,００7−１").family == "007-1"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1"])
def test_what_looks_like_a_formula_is_plain_text(text: str) -> None:
    assert one_row(f"2026-09-01,,a@example.com,,,,,{text}").family == text


def test_hidden_characters_are_refused_and_spelled_out() -> None:
    (problem,) = read_csv("2026-09-01,,a@example.com,,,,,12\u202e3\0").problems
    assert problem.value == "12‹U+202E›3‹U+0000›"
    assert "見えない文字（U+202E）" in str(problem)


def test_a_value_is_shown_shortened() -> None:
    (problem,) = read_csv(f"2026-09-01,,{'a' * 300},,,,,").problems
    assert len(problem.value) == 40
    assert problem.value.endswith("…")


def test_a_cell_beyond_the_limit_is_a_problem_of_its_row() -> None:
    roster = read_csv(MOTHER, f"2026-09-01,,a@example.com,,,,,{'1' * 501}")
    assert places(roster) == [(3, "H")]


def test_every_problem_of_a_row_is_told() -> None:
    assert places(read_csv("2026/2/30,,hana,,おば,,9,")) == [(2, "A"), (2, "C"), (2, "E"), (2, "G")]


@given(st.integers(min_value=0, max_value=16_383))
def test_letters_count_as_in_excel(index: int) -> None:
    value = 0
    for letter in column_letter(index):
        value = value * 26 + ord(letter) - ord("A") + 1
    assert value == index + 1
