"""Headings: any order, any known spelling; what is missing, doubled or unknown is named."""

import pytest

from municipalities.domain.words import EndpointKind, Relation, Variant
from tests.municipalities.roster_files import one_row, places, read, read_csv, rows_of


def test_english_headings_are_understood() -> None:
    row = one_row(
        "2026-09-01,hana@example.com,mother,easy,2,7",
        header="due_date,email,relation,variant,children,family",
    )
    assert (row.kind, row.relation, row.variant) == ("pregnancy", Relation.MOTHER, Variant.EASY)
    assert (row.channel, row.children, row.family) == (EndpointKind.EMAIL, 2, "7")


def test_the_order_is_free() -> None:
    row = one_row("母,hana@example.com,2026-09-01", header="続柄,メール,出産予定日")
    assert (row.address, row.relation) == ("hana@example.com", Relation.MOTHER)


@pytest.mark.parametrize(
    "header",
    [
        "\ufeff出産予定日,メールアドレス",
        " 出産予定日 ,　メール アドレス",
        "Ｄｕｅ＿Ｄａｔｅ,E-MAIL",
        "Due Date,Email Address",
        '"出産\n予定日",メールアドレス（必須）',
        "出産予定日※,＊メール",
        "出産予定日,ﾒｰﾙｱﾄﾞﾚｽ",
    ],
)
def test_spaces_width_case_and_marks_do_not_matter(header: str) -> None:
    assert one_row("2026-09-01,hana@example.com", header=header).kind == "pregnancy"


def test_a_missing_column_is_named_with_the_list_of_what_is_understood() -> None:
    roster = read_csv("2026-09-01,母", header="出産予定日,続柄")
    (problem,) = roster.problems
    assert str(problem).startswith("1行目: 「メールアドレス」か「LINE ID」の列が必要です。")
    assert "「家族番号」" in str(problem)


def test_a_column_that_is_there_twice_is_named_with_its_first_place() -> None:
    roster = read_csv("2026-09-01,a@example.com,b@example.com", header="予定日,メール,email")
    (problem,) = roster.problems
    assert str(problem) == (
        "1行目 C列「email」: B列「メール」と同じ内容の列です。どちらか1列にします。"
    )


def test_an_unknown_column_is_named() -> None:
    roster = read_csv("2026-09-01,a@example.com,090", header="予定日,メール,電話番号")
    assert places(roster) == [(1, "C")]
    assert "「電話番号」" in str(roster.problems[0])
    assert roster.rows == []


def test_all_faults_of_the_headings_are_named_at_once() -> None:
    assert places(read_csv("x", header="電話,続柄,続柄")) == [(1, "A"), (1, "C"), (1, ""), (1, "")]


def test_a_column_without_heading_may_be_empty_but_not_filled() -> None:
    header = "予定日,,メール,"
    assert one_row("2026-09-01,,a@example.com,", header=header).address == "a@example.com"
    assert places(read_csv("2026-09-01,x,a@example.com,", header=header)) == [(2, "B")]


def test_blank_lines_before_the_heading_are_passed_over() -> None:
    (row,) = rows_of(read("\n,,\n予定日,メール\n2026-09-01,a@example.com\n".encode()))
    assert row.row == 4


def test_the_kind_is_optional_and_must_agree_with_the_date() -> None:
    header = "区分,出産予定日,生年月日,メール"
    assert one_row("妊娠,2026-09-01,,a@example.com", header=header).kind == "pregnancy"
    assert one_row("子ども,,2026-01-05,a@example.com", header=header).kind == "child"
    assert one_row("子供,,2026-01-05,a@example.com", header=header).kind == "child"
    assert places(read_csv("妊娠,,2026-01-05,a@example.com", header=header)) == [(2, "A")]
    assert places(read_csv("ねこ,,2026-01-05,a@example.com", header=header)) == [(2, "A")]
