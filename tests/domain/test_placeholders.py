"""Placeholders: a fixed list, one pass, and mistakes named with their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.domain.placeholders import PLACEHOLDERS, Placeholder, Text, fill, parse

BRACEFUL = st.lists(
    st.sampled_from(["{", "{", "}", "}", "｛", "｝", "%", " ", "\n", "自治体名", "時期", "{{x}}"]),
    max_size=20,
).map("".join)


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_every_placeholder_may_have_spaces_inside_its_braces(name: str) -> None:
    for written in (f"{{{{{name}}}}}", f"{{{{ {name} }}}}", f"{{{{\u3000{name} }}}}"):
        assert parse(f"a{written}b").pieces == (Text("a"), Placeholder(name), Text("b"))


def test_an_english_alias_is_the_same_placeholder() -> None:
    assert parse("{{ municipality }}").pieces == (Placeholder("自治体名"),)


# what is written                place    what the author reads
MISTAKES = [
    ("はい\nA{{childname}}", (2, 2), "「childname」はありません"),
    ("{{ お子さま名 }}", (1, 1), "「お子さま名」はありません"),
    ("{{自治体}}", (1, 1), "{{自治体名}} でしょうか"),
    ("{{sevice}}", (1, 1), "{{service}} でしょうか"),
    ("{{x.__class__}}", (1, 1), "はありません"),
    ("あ｛｛自治体名}}", (1, 2), "全角"),
    ("{{自治体名｝｝", (1, 1), "閉じられていません"),
    ("{{ 自治体名", (1, 1), "閉じられていません"),
    ("{{ 自治体名 }", (1, 1), "閉じられていません"),
    ("{{\n自治体名}}", (1, 1), "閉じられていません"),
    ("{{ {{自治体名}} }}", (1, 1), "差し込みの中に差し込み"),
    ("{{}}", (1, 1), "名前がありません"),
    ("{{ \u3000}}", (1, 1), "名前がありません"),
    ("自治体名}}", (1, 5), "始めの {{ がありません"),
]


@pytest.mark.parametrize(("text", "place", "said"), MISTAKES)
def test_a_mistake_is_named_with_line_and_column(
    text: str, place: tuple[int, int], said: str
) -> None:
    first = parse(text).problems[0]
    assert (first.line, first.column) == place
    assert said in first.message_ja
    assert first.message_en


def test_a_nested_placeholder_is_one_problem_not_three() -> None:
    assert len(parse("{{ {{自治体名}} }}").problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'x' %}",
        "{% load y %}",
        "{x.__init__}",
        "${7*7}",
        "<% x %>",
        "#{x}",
        "%(name)s",
        "{0}",
        "{自治体名}",
        "50%",
    ],
)
def test_other_template_syntax_stays_the_text_that_was_typed(text: str) -> None:
    parsed = parse(text)
    assert (parsed.pieces, parsed.problems) == ((Text(text),), ())


@given(BRACEFUL, BRACEFUL)
def test_a_value_is_never_expanded_again(text: str, value: str) -> None:
    pieces = parse(text).pieces
    values = dict.fromkeys(PLACEHOLDERS, value)
    assert fill(pieces, values) == "".join(p.text if isinstance(p, Text) else value for p in pieces)


@given(st.one_of(st.text(), BRACEFUL))
def test_no_character_is_lost_and_leftover_braces_are_told(text: str) -> None:
    parsed = parse(text)
    at = 0
    for piece in parsed.pieces:
        if isinstance(piece, Text):
            assert text.startswith(piece.text, at)
            at += len(piece.text)
        else:
            assert text.startswith("{{", at)
            at = text.index("}}", at) + 2
    assert at == len(text)
    literal = [piece.text for piece in parsed.pieces if isinstance(piece, Text)]
    assert any("{{" in run or "}}" in run for run in literal) <= bool(parsed.problems)


@given(BRACEFUL)
def test_a_problem_points_at_a_brace(text: str) -> None:
    for problem in parse(text).problems:
        assert text.split("\n")[problem.line - 1][problem.column - 1] in "{｛}｝"
