"""``{{窓口:こころ}}`` quotes the register: by name, in a municipality's own texts only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.domain.placeholders import (
    CONTACT_NAME,
    Placeholder,
    Text,
    contacts_in,
    fill,
    longest_values,
    parse,
)

HEART = Placeholder("窓口:こころ")


@pytest.mark.parametrize(
    "written",
    ["{{窓口:こころ}}", "{{窓口：こころ}}", "{{ 窓口 : こころ }}", "{{\u3000窓口：\u3000こころ}}"],
)
def test_either_colon_and_spaces_are_the_same_contact(written: str) -> None:
    assert parse(f"a{written}b").pieces == (Text("a"), HEART, Text("b"))


def test_a_contact_is_filled_in_and_never_expanded_again() -> None:
    pieces = parse("電話：{{窓口:こころ}}").pieces
    assert fill(pieces, {"窓口:こころ": "03-0000-0000 {{窓口:こころ}}"}) == (
        "電話：03-0000-0000 {{窓口:こころ}}"
    )


def test_a_contact_that_is_not_there_stays_as_it_was_typed() -> None:
    assert fill(parse("A{{窓口：こころ}}B").pieces, {}) == "A{{窓口:こころ}}B"


@pytest.mark.parametrize(
    ("text", "contacts", "said"),
    [
        ("あ\nA{{窓口:こころ}}", None, "「窓口:こころ」はありません。窓口は、自治体のお知らせ"),
        ("あ\nA{{窓口:こころ}}", [], "「窓口・連絡先」のページで加える"),
        ("あ\nA{{窓口:ここる}}", ["こころ"], "{{窓口:こころ}} でしょうか"),
        ("あ\nA{{窓口}}", ["こころ"], "{{窓口:名前}} のように書きます"),
        ("あ\nA{{窓口:}}", ["こころ"], "{{窓口:名前}} のように書きます"),
        ("あ\nA{{窓口:<b>}}", ["<b>"], "{{窓口:名前}} のように書きます"),
        ("あ\nA{{窓口:こ'ろ}}", ["こ'ろ"], "{{窓口:名前}} のように書きます"),
    ],
)
def test_a_name_that_is_not_in_the_register_is_told_with_its_place(
    text: str, contacts: list[str] | None, said: str
) -> None:
    [problem] = parse(text, contacts).problems
    assert (problem.line, problem.column) == (2, 2)
    assert said in problem.message_ja
    assert problem.message_en


def test_a_name_in_the_register_is_no_problem() -> None:
    assert parse("{{窓口:こころ}}と{{窓口：予防接種}}", ["こころ", "予防接種"]).problems == ()


def test_a_contact_is_reckoned_at_its_longest() -> None:
    pieces = parse("{{窓口:こころ}}{{今日}}").pieces
    assert len(fill(pieces, longest_values(pieces))) == 220


def test_the_names_a_text_quotes() -> None:
    assert contacts_in("{{窓口:こころ}}{{窓口：こころ}}{{今日}}{{窓口:子育て 相談}}{{窓口}}") == {
        "こころ",
        "子育て 相談",
    }


@given(st.text(alphabet="こ 心a<>&\"'*[](){}:：|%\\\n_`", max_size=22))
def test_a_name_is_quoted_exactly_when_it_may_be_one(name: str) -> None:
    quoted = contacts_in(f"{{{{窓口:{name}}}}}")
    assert (name in quoted) == bool(CONTACT_NAME.fullmatch(name))
