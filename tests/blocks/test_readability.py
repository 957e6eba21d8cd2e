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


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("必ず来てください。", "できれば"),
        ("絶対に安全です。", "できるだけ"),
        ("パパもがんばって。", "むりのない"),
        ("普通は1歳で歩きます。", "ことが多い"),
        ("早く寝るべきです。", "安心です"),
        ("旦那さんと。", "パートナー"),
        ("ご主人と。", "パートナー"),
        ("障害が疑われます。", "特性"),
        ("先天性の病気です。", "生まれつき"),
        ("持ってきてください。書いてください。見せて下さい。", "3回"),
    ],
)
def test_a_word_to_avoid_comes_with_a_kinder_one(text: str, better: str) -> None:
    (hint,) = hints(text)
    assert better in hint.ja
    assert hint.en


@pytest.mark.parametrize(
    "text",
    [
        "必ずしも必要ではありません。",
        "がんばらなくてだいじょうぶです。",
        "物語の主人公です。",
        "障害者手帳をお持ちの方へ。障害福祉課です。障害のあるお子さんも。",
        "来てください。見てください。",
        "くらべるべきものはありません。",
    ],
)
def test_words_that_only_look_alike_are_left_alone(text: str) -> None:
    assert hints(text) == []
