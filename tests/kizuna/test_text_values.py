"""One form for typed values: what nobody sees is gone, what could be an attack stays visible."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.lib.text import fold_value

SPOILT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\ud800\u200b\ufeff\u2060\u202e\u3164\u115f\u2800\u3000\xa0\t\n\0ｶﾞａ＠．e\u0301²①"
        ),
    )
)


@pytest.mark.parametrize(
    "blank",
    ["", " ", "\u3000", "\u200b", "\ufeff", "\u2800", "\u3164", "\xad", "\0\r\n\t", "\ud800"],
)
def test_a_value_that_nobody_can_see_is_empty(blank: str) -> None:
    assert fold_value(blank) == ""


def test_full_width_signs_become_the_ones_machines_read() -> None:
    assert fold_value("ａ＠ｅｘ．ｊｐ　１２") == "a@ex.jp 12"


@pytest.mark.parametrize("marked", ["2026-05-1²", "2026-05-1₂", "①@b.jp"])
def test_a_footnote_mark_never_becomes_a_digit(marked: str) -> None:
    assert fold_value(marked) == marked


def test_spaces_of_every_width_become_one() -> None:
    assert fold_value(" a\t\u3000\xa0\u2003b ") == "a b"


@pytest.mark.parametrize("sign", ["\n", "\r", "\0", "\x1f", "\u2028"])
def test_a_break_in_the_middle_stays_for_the_caller_to_refuse(sign: str) -> None:
    assert fold_value(f"{sign}a{sign}b{sign}") == f"a{sign}b"


@given(SPOILT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_value(fold_value(text)) == fold_value(text)


@given(SPOILT)
def test_what_is_left_can_be_stored_and_seen(text: str) -> None:
    folded = fold_value(text)
    folded.encode()
    assert not {unicodedata.category(sign) for sign in folded} & {"Cf", "Cs"}
