"""Hints for writers: they never stop a text, and addresses are no sentences."""

import pytest

from messages.domain.readability import LONG_SENTENCE, MOST_HINTS, hints


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("土曜日にひらきます。", 0),
        ("あ" * LONG_SENTENCE + "。", 0),
        ("あ" * (LONG_SENTENCE + 1) + "。", 1),
        ("あ" * 40 + "。" + "あ" * 40, 0),
        ("[こちら](https://www.example.jp/" + "x" * 90 + ")", 0),
        ("{離乳食|りにゅうしょく}" * 12 + "。", 0),
        ("下記のとおりです。", 1),
        ("母親学級を頑張りましょう。", 2),
        ("", 0),
    ],
)
def test_what_could_be_easier_is_said(text: str, count: int) -> None:
    assert len(hints(text)) == count


def test_a_writer_is_not_buried_in_hints() -> None:
    assert len(hints(("あ" * 90 + "。") * 50)) == MOST_HINTS
