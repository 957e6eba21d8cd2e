"""An edition as a whole: who speaks when, who sends it, and how one stops it."""

import dataclasses
from datetime import date

import pytest

from delivery.channels import protocol
from messages.domain.stage import Stage
from messages.rendering.compose import MY_URL, STOP_URL, Letterhead, Part, edition_values, render
from messages.rendering.fragments import fragments

HEAD = Letterhead(
    municipality_name="中野区",
    service_name="なかの子育て応援メール",
    contact="子育て支援課\n03-1234-5678",
    postal_address="東京都中野区中野4-11-19",
    brand_colour="#0a7f5a",
    signup_url="https://kizuna.example.jp/m/nakano/",
    archive_url="https://kizuna.example.jp/m/nakano/texts/",
    entrance_url="https://kizuna.example.jp/m/nakano/my/entrance/",
)
PARTS = [
    Part("", "赤ちゃんは{{時期}}です。\n\n## からだ\n休みましょう。"),
    Part("中野区からのお知らせ", "## 両親学級\n{{問い合わせ先}}へ"),
]
TODAY = date(2026, 10, 3)
VALUES = edition_values(HEAD, Stage.parse("p12w3d"), TODAY)
MADE = render("{{時期}}のこと", PARTS, VALUES, HEAD)


def test_the_marks_are_those_the_mail_sender_replaces() -> None:
    assert (STOP_URL, MY_URL) == (protocol.STOP_URL, protocol.MY_URL)


def test_the_line_text_in_full() -> None:
    assert MADE.line_text == (
        "妊娠12週3日のこと\n"
        "\n"
        "赤ちゃんは妊娠12週3日です。\n"
        "\n"
        "■ からだ\n"
        "休みましょう。\n"
        "\n"
        "【中野区からのお知らせ】\n"
        "\n"
        "■ 両親学級\n"
        "子育て支援課 03-1234-5678へ\n"
        "\n"
        "――――――\n"
        "中野区「なかの子育て応援メール」\n"
        "ご案内・配信を止めるには\n"
        "https://kizuna.example.jp/m/nakano/\n"
        "マイページ\n"
        "https://kizuna.example.jp/m/nakano/my/entrance/"
    )


def test_the_text_mail_in_full() -> None:
    assert MADE.mail_text == (
        "赤ちゃんは妊娠12週3日です。\n"
        "\n"
        "■ からだ\n"
        "休みましょう。\n"
        "\n"
        "【中野区からのお知らせ】\n"
        "\n"
        "■ 両親学級\n"
        "子育て支援課 03-1234-5678へ\n"
        "\n"
        "――――――――\n"
        "\n"
        "このメールは、中野区の「なかの子育て応援メール」に登録された方にお届けしています。\n"
        "配信はいつでも停止できます。\n"
        "\n"
        "配信を止める\n"
        "%%STOP_URL%%\n"
        "マイページ（変更・お休み・これまでのお便り）\n"
        "%%MY_URL%%\n"
        "なかの子育て応援メールのページ\n"
        "https://kizuna.example.jp/m/nakano/\n"
        "これまでのお便り\n"
        "https://kizuna.example.jp/m/nakano/texts/\n"
        "\n"
        "お問い合わせ：子育て支援課\n"
        "03-1234-5678\n"
        "発行：中野区\n"
        "東京都中野区中野4-11-19\n"
    )


def test_the_web_article_in_full() -> None:
    assert MADE.web_html == (
        '<article class="letter" lang="ja"><h1>妊娠12週3日のこと</h1>'
        "<p>赤ちゃんは妊娠12週3日です。</p><h2>からだ</h2><p>休みましょう。</p>"
        '<section class="letter-local"><h2>中野区からのお知らせ</h2>'
        "<h3>両親学級</h3><p>子育て支援課 03-1234-5678へ</p></section></article>"
    )


def test_the_html_mail_is_one_column_with_its_language_and_without_images_or_style_sheets() -> None:
    html = MADE.mail_html
    assert html.startswith('<!DOCTYPE html><html lang="ja" dir="ltr">')
    assert '<div lang="ja" dir="ltr"' in html
    assert "<title>妊娠12週3日のこと</title>" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "#0a7f5a" in html
    for absent in ("<img", "<table", "<style", "<script", "class=", "http:", "background", "url("):
        assert absent not in html


def test_the_html_mail_names_sender_contact_address_reason_and_the_way_to_stop() -> None:
    footer = MADE.mail_html.split("<footer", 1)[1]
    for said in (
        "中野区の「なかの子育て応援メール」に登録された方に",
        "配信はいつでも停止できます。",
        f'<a href="{STOP_URL}">配信を止める</a>',
        f'<a href="{MY_URL}">マイページ（変更・お休み・これまでのお便り）</a>',
        '<a href="https://kizuna.example.jp/m/nakano/">',
        '<a href="https://kizuna.example.jp/m/nakano/texts/">これまでのお便り</a>',
        "お問い合わせ：子育て支援課<br>03-1234-5678",
        "発行：中野区",
        "東京都中野区中野4-11-19",
    ):
        assert said in footer


def test_headings_descend_without_a_gap() -> None:
    levels = [int(piece[0]) for piece in MADE.mail_html.split("<h")[1:] if piece[0].isdigit()]
    assert levels == [1, 2, 2, 3]


def test_a_letterhead_is_escaped_and_its_unfit_values_are_left_out() -> None:
    odd = Letterhead(
        municipality_name="<b>区</b>",
        service_name='"&',
        contact="",
        postal_address="",
        brand_colour='red;"><script>',
        signup_url="javascript:alert(1)",
    )
    made = render("題", PARTS, {}, odd)
    assert "<script" not in made.mail_html
    assert "javascript" not in made.mail_html + made.mail_text + made.line_text
    assert "&lt;b&gt;区&lt;/b&gt;" in made.mail_html
    assert "お問い合わせ" not in made.mail_text


def test_a_text_in_another_language_says_so() -> None:
    made = render("Week 12", [Part("", "Hello")], VALUES, HEAD, lang="en")
    assert '<html lang="en"' in made.mail_html
    assert '<footer lang="ja"' in made.mail_html
    assert '<article class="letter" lang="en">' in made.web_html


def test_a_missing_value_leaves_no_braces_for_a_parent_to_read() -> None:
    made = render("{{時期}}", PARTS, {}, HEAD)
    assert "{{" not in made.mail_text + made.mail_html + made.line_text + made.web_html


@pytest.mark.parametrize(
    "written",
    ["%%STOP_URL%%", "%%%%STOP_URL%%%%", "%%STOP_**URL**%%", "%%MY_URL%%", "%%%%MY_URL%%%%"],
)
def test_a_text_cannot_ask_for_a_readers_own_link(written: str) -> None:
    made = render(written, [Part(written, written)], {"時期": written}, HEAD)
    for mark in (STOP_URL, MY_URL):
        assert made.mail_text.count(mark) == made.mail_html.count(mark) == 1
        assert mark not in made.subject + made.line_text + made.web_html


def test_a_base_text_seen_before_is_not_read_again_for_another_municipality() -> None:
    render("{{時期}}のこと", PARTS, edition_values(HEAD, Stage.parse("d7"), TODAY), HEAD)
    read = fragments.cache_info().misses
    for n in range(100):
        head = dataclasses.replace(HEAD, municipality_name=f"第{n}区")
        made = render("{{時期}}のこと", PARTS, edition_values(head, Stage.parse("d7"), TODAY), head)
        assert f"第{n}区" in made.mail_text
    assert fragments.cache_info().misses == read
