"""One source, four forms: what stands in the file is what a parent reads, whatever the channel."""

import pytest

from messages.domain.placeholders import fill
from messages.rendering.fragments import fragments

VALUES = {"自治体名": "中野区"}


def mail_html(source: str) -> str:
    return fill(fragments(source, 2).mail_html, VALUES)


def mail_text(source: str) -> str:
    return fill(fragments(source, 2).mail_text, VALUES)


def line(source: str) -> str:
    return fill(fragments(source, 2).line_text, VALUES)


def web(source: str) -> str:
    return fill(fragments(source, 2).web_html, VALUES)


def test_paragraphs_and_line_breaks() -> None:
    source = "一行目\n二行目\n\n次の段落"
    assert web(source) == "<p>一行目<br>二行目</p><p>次の段落</p>"
    assert mail_text(source) == line(source) == source


def test_a_heading_stands_close_to_its_text() -> None:
    source = "はじめに\n\n## 食事のこと\n本文"
    assert web(source) == "<p>はじめに</p><h2>食事のこと</h2><p>本文</p>"
    assert mail_text(source) == line(source) == "はじめに\n\n■ 食事のこと\n本文"


def test_a_list() -> None:
    source = "持ち物\n- 母子健康手帳\n- タオル\n忘れずに"
    assert web(source) == (
        "<p>持ち物</p><ul><li>母子健康手帳</li><li>タオル</li></ul><p>忘れずに</p>"
    )
    assert line(source) == "持ち物\n\n・母子健康手帳\n・タオル\n\n忘れずに"


@pytest.mark.parametrize("bullet", ["・", "•\t", "・　", "* ", "+ ", "\uf0b7 ", "▪ "])
def test_bullets_as_word_and_phones_write_them_are_a_list(bullet: str) -> None:
    assert web(f"{bullet}牛乳\n{bullet}卵") == "<ul><li>牛乳</li><li>卵</li></ul>"


def test_an_indented_line_belongs_to_its_list_item() -> None:
    assert web("- 一つ目\n  続き\n- 二つ目") == "<ul><li>一つ目<br>続き</li><li>二つ目</li></ul>"


@pytest.mark.parametrize("source", ["1. 母子手帳\n2. タオル", "2026. 4. 1 から", "1) はい"])
def test_numbered_lines_stay_as_typed(source: str) -> None:
    assert line(source) == source
    assert "<ol" not in web(source)


@pytest.mark.parametrize(
    "source", ["**「重要」**です", "**ご注意。**次に", "あ**い**う", "「**い**」", "**い**"]
)
def test_strong_works_beside_japanese_punctuation(source: str) -> None:
    assert web(source).count("<strong>") == 1
    assert "*" not in web(source) + line(source)


def test_ruby_is_real_on_the_web_and_in_brackets_elsewhere() -> None:
    source = "{妊婦健診|にんぷけんしん}と{歯科｜しか}"
    plain = "妊婦健診（にんぷけんしん）と歯科（しか）"
    assert web(source) == (
        "<p><ruby>妊婦健診<rp>（</rp><rt>にんぷけんしん</rt><rp>）</rp></ruby>"
        "と<ruby>歯科<rp>（</rp><rt>しか</rt><rp>）</rp></ruby></p>"
    )
    assert plain in mail_html(source)
    assert mail_text(source) == line(source) == plain


def test_a_link_keeps_its_words_and_shows_its_address_where_it_cannot_be_hidden() -> None:
    source = "くわしくは[市のページ](https://city.example.jp/a?b=1&c=2)。お早めに"
    assert '<a href="https://city.example.jp/a?b=1&amp;c=2">市のページ</a>。' in web(source)
    assert mail_text(source) == "くわしくは市のページ https://city.example.jp/a?b=1&c=2 。お早めに"
    assert line(source) == "くわしくは市のページ。\nhttps://city.example.jp/a?b=1&c=2\nお早めに"


def test_a_link_in_brackets_leaves_no_bracket_alone_on_a_line() -> None:
    assert line("（[市のページ](https://city.example.jp)）") == (
        "（市のページ）\nhttps://city.example.jp"
    )


@pytest.mark.parametrize(
    ("source", "href", "plain"),
    [
        ("[#8000](tel:#8000)", "tel:%238000", "#8000"),
        ("[相談ダイヤル](tel:#8000)", "tel:%238000", "相談ダイヤル（#8000）"),
        ("[03-1234-5678](tel:0312345678)", "tel:0312345678", "03-1234-5678"),
        ("[03（1234）5678](tel:03-1234-5678)", "tel:0312345678", "03（1234）5678（0312345678）"),
        ("[メール](mailto:a@b.example.jp)", "mailto:a@b.example.jp", "メール（a@b.example.jp）"),
        ("[a@b.example.jp](mailto:a@b.example.jp)", "mailto:a@b.example.jp", "a@b.example.jp"),
    ],
)
def test_numbers_and_mail_addresses(source: str, href: str, plain: str) -> None:
    assert f'href="{href}"' in web(source)
    assert mail_text(source) == line(source) == plain


def test_a_written_out_address_is_a_link_and_is_not_repeated() -> None:
    source = "https://city.example.jp/a_b（案内）と https://city.example.jp/c."
    assert web(source).count("<a href") == 2
    assert "/a_b</a>（案内）" in web(source)
    assert "/c</a>." in web(source)
    assert mail_text(source).count("https://") == 2


def test_an_address_keeps_a_space_before_the_next_word() -> None:
    """Mail programs take 「をご覧」 into the link otherwise."""
    assert mail_text("[案内](https://a.example.jp)をご覧") == "案内 https://a.example.jp をご覧"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example.jp",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example.jp",
        "https://localhost/x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://u:p@a.example.jp",
        "//a.example.jp",
        "/etc",
        "file:///etc",
        "line://x",
        "tel:abc",
        "mailto:x",
        "https://",
        "https://a.example.jp/{{自治体名}}",
        "vbscript:x",
        "https://10.0.0.1:80/",
        "JaVaScRiPt:x",
    ],
)
def test_a_link_elsewhere_is_shown_as_typed_and_cannot_be_followed(url: str) -> None:
    source = f"[文言]({url})"
    assert 'href="javascript' not in web(source).lower()
    assert "[文言](" in web(source)
    assert f'href="{url}"' not in web(source)


def test_international_addresses_and_spaces_are_encoded() -> None:
    assert 'href="https://xn--eckwd4c7c.example.jp/%E6%A1%88"' in web(
        "[x](https://ドメイン.example.jp/案)"
    )


def test_links_inside_links_are_laid_flat() -> None:
    made = web("[a **[b](https://b.example.jp)** c](https://c.example.jp)")
    assert made.count("<a ") == made.count("</a>")
    assert "<a" not in made.split("<a ", 1)[1].split("</a>")[0]


def test_placeholders_stand_anywhere_in_the_words() -> None:
    source = "## {{自治体名}}\n- **{{ 自治体名 }}**の[{{自治体名}}の案内](https://a.example.jp)"
    assert web(source).count("中野区") == 3
    assert line(source) == "■ 中野区\n・中野区の中野区の案内\nhttps://a.example.jp"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="x">',
        "<b>太</b>",
        "<!-- x -->",
        "&lt;b&gt;",
        "`code`",
        "![絵](x.png)",
        "> 引用",
        "| a | b |",
        "---",
        "{% load x %}",
        "${7*7}",
        r"\1,000",
    ],
)
def test_what_the_subset_does_not_know_is_shown_as_typed(source: str) -> None:
    assert line(source) == mail_text(source) == source
    assert "<script" not in web(source)
    assert "<img" not in web(source)


def test_pasted_oddities_do_not_reach_the_reader() -> None:
    source = "“母子\u00ad健康\u200b手帳”\u00a0を\u202e持参\u202c"
    assert line(source) == "“母子健康手帳” を持参"
