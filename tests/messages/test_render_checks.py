"""What an author hears before anybody receives the text: what is wrong, and where."""

import pytest
from django.db.models import Model

from messages.domain.placeholders import PLACEHOLDERS
from messages.domain.plain_text import line_units
from messages.models import Broadcast, Edition, TextVersion
from messages.rendering.check import (
    FILLED_SUBJECT_LIMIT,
    SUBJECT_LIMIT,
    check_rendered,
    check_text,
)
from messages.rendering.compose import Letterhead, Part, render
from municipalities.models import Municipality

HEAD = Letterhead("中野区", "なかの子育て応援メール", "", "", "#b5485d", "https://a.example.jp/")

GOOD = """{{自治体名}}のみなさん、{妊婦健診|にんぷけんしん}はお済みですか。
**「無理をしない」**ことが大切です。😊 {% load x %} ${7*7} {x.__class__} 5 * 3

## 相談できるところ
・[小児救急電話相談](tel:#8000)
・くわしくは[市のページ](https://www.city.example.jp/kosodate)へ
1. 母子健康手帳
https://www.city.example.jp/a_b_c"""


def told(source: str, subject: str = "今週のこと") -> list[tuple[str, int, int, str]]:
    return [(p.where, p.line, p.column, p.message_ja) for p in check_text(subject, source)]


def test_a_text_within_the_subset_has_no_problem() -> None:
    assert told(GOOD, "{{時期}}のこと") == []


# what is written                         line, column   what the author reads
MARKS = [
    ("あ\n# 見出し", (2, 1), "見出しは「## 見出し」"),
    ("あ\n### 見出し", (2, 1), "見出しは「## 見出し」"),
    ("あ\n---", (1, 1), "見出しは「## 見出し」"),
    ("##見出し", (1, 1), "空白を1つ"),
    ("あ\n\n＃＃ 見出し", (3, 1), "空白を1つ"),
    ("あ\n\n---\n\nい", (3, 1), "区切り線"),
    ("あ\nい![絵](https://a.example.jp/a.png)", (2, 2), "画像"),
    ("あ<b>い</b>", (1, 2), "HTML"),
    ("<div>\nあ</div>", (1, 1), "HTML"),
    ("<!-- あ -->", (1, 1), "HTML"),
    ("`x`", (1, 1), "` で囲む"),
    ("```\nx\n```", (1, 1), "``` で囲む"),
    ("> 引用", (1, 1), "引用"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", (1, 1), "表"),
    ("- a\n  - b", (2, 3), "箇条書きの中"),
    ("とても*大事*です", (1, 4), "* 1つで囲む"),
    ("あ\n**大事です", (2, 1), "対になっていません"),
    ("［市］（https://a.example.jp）", (1, 3), "[文言](https://…)"),
    ("[市](https://a.example.jp/a b)", (1, 3), "[文言](https://…)"),
    ("[市](http://a.example.jp)", (1, 5), "http: のリンク"),
    ("あ http://a.example.jp", (1, 3), "http: のリンク"),
    ("[市](www.city.example.jp)", (1, 5), "https:、tel:、mailto:"),
    ("[市](javascript:alert(1))", (1, 5), "https:、tel:、mailto:"),
    ("[市](https://10.0.0.1/)", (1, 5), "公開されたページ"),
    ("https://intranet/x", (1, 1), "公開されたページ"),
    ("[市](https://u:p@a.example.jp)", (1, 5), "利用者名"),
    ("[市](https://a.example.jp/{{自治体名}})", (1, 3), "リンク先に差し込み"),
    ("[電話](tel:区役所)", (1, 4), "電話番号の形"),
    ("[メール](mailto:kosodate)", (1, 7), "メールアドレスの形"),
    ("{漢字|kanji}", (1, 1), "ふりがな"),
    ("｛漢字｜かんじ｝", (1, 1), "ふりがな"),
    ("あ\n{{childname}}", (2, 1), "差し込み「childname」はありません"),
    ("あ\ue000", (1, 2), "外字"),
]


@pytest.mark.parametrize(("source", "place", "said"), MARKS)
def test_a_mark_outside_the_subset_is_named_with_its_place(
    source: str, place: tuple[int, int], said: str
) -> None:
    problems = told(source)
    assert problems
    where, line, column, message = problems[0]
    assert (where, line, column) == ("body", *place)
    assert said in message


@pytest.mark.parametrize("source", ["", " \n", "\u3000", "\u200b\u2060", "\u2800\u3164", "\x00"])
def test_a_text_of_nothing_visible_is_empty(source: str) -> None:
    assert [message for *_, message in told(source)] == ["本文がありません。"]


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("", "件名がありません"),
        ("\u3000\u200b", "件名がありません"),
        ("一行目\n二行目", "改行や制御文字"),
        ("一行目\u2028二行目", "改行や制御文字"),
        ("一\x00二", "改行や制御文字"),
        ("あ" * 61, "件名が長すぎます（61文字"),
        ("{{お名前}}", "差し込み「お名前」はありません"),
        ("{{問い合わせ先}}", "件名が最大200文字"),
        ("ご相談は{{contact}}", "件名が最大204文字"),
        ("{{サービス名}}{{自治体名}}{{時期}}あ", "件名が最大121文字"),
        ("\ue000", "外字"),
    ],
)
def test_a_subject_is_checked_too(subject: str, said: str) -> None:
    problems = told("本文", subject)
    assert [where for where, *_ in problems] == ["subject"]
    assert said in problems[0][3]


@pytest.mark.parametrize(
    "subject", ["{{自治体名}}{{サービス名}}{{今日}}", "あ" * 60 + "{{サービス名}}"]
)
def test_a_subject_whose_longest_form_an_edition_holds_is_good(subject: str) -> None:
    assert told("本文", subject) == []


def test_a_contact_of_the_register_is_too_long_for_a_subject() -> None:
    (problem,) = check_text("ご相談は{{窓口:こころ}}", "本文", {"こころ"})
    assert (problem.where, problem.column) == ("subject", 5)
    assert "件名が最大204文字" in problem.message_ja


def test_the_longest_values_are_those_the_columns_hold() -> None:
    def column(model: type[Model], name: str) -> int:
        return int(getattr(model._meta.get_field(name), "max_length", 0))

    assert PLACEHOLDERS["自治体名"].longest == column(Municipality, "name")
    assert PLACEHOLDERS["サービス名"].longest == column(Municipality, "service_name")
    assert PLACEHOLDERS["問い合わせ先"].longest >= column(Municipality, "contact")
    assert column(Edition, "subject") == FILLED_SUBJECT_LIMIT
    assert column(TextVersion, "subject") == column(Broadcast, "subject") == SUBJECT_LIMIT


def test_sixty_characters_and_a_final_line_break_are_a_good_subject() -> None:
    assert told("本文", "あ" * 60 + "\n") == []


@pytest.mark.parametrize("character", ["あ", "𠮷", "👶"])
def test_line_takes_5000_utf16_units_and_not_one_more(character: str) -> None:
    fits = character * (5000 // line_units(character))
    assert told(fits) == []
    assert "5,001文字" in told(fits + "い")[0][3]


def test_the_limit_is_reckoned_with_the_longest_value() -> None:
    assert told("{{問い合わせ先}}" + "あ" * 4800) == []
    assert "5,001文字" in told("{{問い合わせ先}}" + "あ" * 4801)[0][3]


def test_a_megabyte_is_refused_before_it_is_read() -> None:
    assert "本文が長すぎます" in told("*[`" * 350_000)[0][3]


def test_texts_that_fit_alone_may_be_too_long_together() -> None:
    alone = render("題", [Part("", "あ" * 4000)], {}, HEAD)
    together = render("題", [Part("", "あ" * 4000), Part("中野区より", "い" * 1000)], {}, HEAD)
    assert check_rendered(alone) == []
    assert "LINE では長すぎます" in check_rendered(together)[0].message_ja


def test_a_mail_that_gmail_would_cut_off_is_told() -> None:
    many = render("題", [Part("", "- あ\n" * 3000)], {}, HEAD)
    said = [problem.message_ja for problem in check_rendered(many)]
    assert any("メールが大きすぎます" in message for message in said)
