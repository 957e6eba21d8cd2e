"""Pasted text: what nobody sees goes, what somebody typed stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.domain.plain_text import line_units, tidy, tidy_line, unify_lines


@pytest.mark.parametrize(
    "text",
    [
        "𠮷野 髙橋 﨑 栁",
        "葛󠄀飾",
        "\ufa19\ufa1a\ufa1b",  # old forms, which NFC would rewrite
        "“引用”と‘引用’",
        "👨\u200d👩\u200d👧",
        "❤️\u200d🔥",
        "🇯🇵",
        "①㈱ｱｲｳ",
        "\u3000字下げ",
        "O'Brien & <b>",
    ],
)
def test_what_was_typed_stays_as_it_is(text: str) -> None:
    assert tidy(text) == text


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("母子\u00ad健康\u200b手帳", "母子健康手帳"),
        ("\ufeffはい\u2060", "はい"),
        ("右\u202e左\u202c\u2066x\u2069", "右左x"),
        ("か\u200dな", "かな"),
        ("10\u00a0kg\t5\u2003cm", "10 kg 5 cm"),
        ("a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"),
        ("\x00あ\x1bい\x9f", "あい"),
        ("あ\ud800い", "あい"),
        ("か\u3099は\u309a", "がぱ"),
        ("\U000e0041旗", "旗"),
        ("あ\ufffe\ufdd0", "あ"),
    ],
)
def test_what_nobody_sees_is_removed(pasted: str, kept: str) -> None:
    assert tidy(pasted) == kept


@pytest.mark.parametrize(
    "blank", ["", " ", "\u3000", "\u200b", "\u2800", "\u3164\u115f\uffa0", "\n"]
)
def test_a_text_of_invisible_characters_is_empty(blank: str) -> None:
    assert tidy_line(blank) == ""


@given(st.text(st.characters()))
def test_tidying_twice_changes_nothing_more_and_keeps_the_lines(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert once.count("\n") == unify_lines(text).count("\n")
    once.encode()


@pytest.mark.parametrize(
    ("text", "units"), [("あ", 1), ("𠮷", 2), ("👶", 2), ("👨‍👩‍👧", 8), ("", 0)]
)
def test_line_counts_utf16_units(text: str, units: int) -> None:
    assert line_units(text) == units
