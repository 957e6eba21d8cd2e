"""Differences lose nothing; ranges are said in words that mean one day only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.domain.block_words import month_begins, months_and_days, range_en, range_ja
from messages.domain.diff import Change, difference
from messages.domain.stage import Kind

LETTERS = st.text("あいうえ電話は03\n", max_size=60)


@given(LETTERS, LETTERS)
def test_both_texts_can_be_read_off_a_difference(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(p.text for p in pieces if p.change is not Change.ADDED) == before
    assert "".join(p.text for p in pieces if p.change is not Change.REMOVED) == after


def test_one_changed_number_is_one_change() -> None:
    assert [(p.change, p.text) for p in difference("電話は12です。", "電話は34です。")] == [
        (Change.SAME, "電話は"),
        (Change.REMOVED, "12"),
        (Change.ADDED, "34"),
        (Change.SAME, "です。"),
    ]


def test_equal_texts_have_no_difference() -> None:
    assert {p.change for p in difference("同じ\n文", "同じ\n文")} == {Change.SAME}


def test_every_life_day_has_one_name() -> None:
    names = {months_and_days(day) for day in range(7000)}
    assert len(names) == 7000
    assert all(month_begins(m) + d == day for day in range(7000) for m, d in [months_and_days(day)])


@pytest.mark.parametrize(
    ("kind", "first", "last", "ja"),
    [
        ("pregnancy", 140, 195, "妊娠20週0日〜27週6日の人に"),
        ("pregnancy", 140, 140, "妊娠20週0日の人に"),
        ("child", 0, 100, "生後0日〜100日の人に"),
        ("child", 91, 365, "生後3か月0日〜12か月0日（91日目から365日目まで）の人に"),
    ],
)
def test_a_range_is_a_sentence(kind: str, first: int, last: int, ja: str) -> None:
    assert range_ja(Kind(kind), first, last) == ja
    assert range_en(Kind(kind), first, last).startswith("to those ")
