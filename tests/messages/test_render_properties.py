"""Whatever is typed: nothing raises, nothing becomes markup, and all four forms say the same."""

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from messages.domain.placeholders import PLACEHOLDERS
from messages.rendering.check import check_rendered, check_text
from messages.rendering.compose import Letterhead, Part, render
from messages.rendering.letterhead import MY_URL, STOP_URL

PIECES = [
    *(
        "本文",
        "A b",
        "。",
        "\n",
        "\n\n",
        " ",
        "\u3000",
        "## ",
        "# ",
        "- ",
        "  - ",
        "・",
        "1. ",
        "**",
    ),
    *("*", "_", "[文言](https://a.example.jp/x)", "[", "](", ")", "(https://b.example.jp)", "<b>"),
    *("https://c.example.jp/?a=1&b=2", "[電話](tel:#8000)", "http://d.example.jp", "{字|じ}", "{"),
    *(
        "|",
        "}",
        "{{自治体名}}",
        "{{ 時期 }}",
        "{{x}}",
        "{{窓口:心}}",
        "{{",
        "}}",
        "<script>",
        "&amp;",
        '"',
        "'",
    ),
    *("`", "```\n", "> ", "| a |\n|---|\n", "---\n", "===\n", "![i](https://e.example.jp/i.png)"),
    *(
        "\u200b",
        "\u202e",
        "\x00",
        "👨‍👩‍👧",
        "\ud800",
        "\\",
        "%%STOP_URL%%",
        "%%MY_URL%%",
        "%",
        "[a]: https://x.jp",
    ),
]
SOURCES = st.one_of(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.text())
ALLOWED = {"p", "br", "h1", "h2", "h3", "ul", "li", "a", "strong", "ruby", "rp", "rt"}
ALLOWED |= {"html", "head", "meta", "title", "body", "div"}
ALLOWED |= {"header", "main", "footer", "section", "article"}
HEAD = Letterhead(
    municipality_name="中野区",
    service_name="なかの子育て応援メール",
    contact="子育て支援課",
    postal_address="東京都中野区",
    brand_colour="#b5485d",
    signup_url="https://kizuna.example.jp/m/nakano/",
)


class Page(HTMLParser):
    """Collects tags, attributes, and the words with the address of each link behind its label."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.targets += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def said(text: str, targets: list[str]) -> str:
    """The words alone: no spaces, no bullets and heading signs, no addresses.

    What a link adds to plain text, its page or its number in brackets, is left out on both sides.
    """
    for target in sorted(targets, key=len, reverse=True):
        text = text.replace(target, "")
    return re.sub(r"[\s・■]|（#8000）", "", text)


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].rsplit(end, 1)[0]


@given(SOURCES, SOURCES, SOURCES)
@settings(max_examples=300, deadline=None)
def test_no_text_raises_or_becomes_markup(subject: str, source: str, value: str) -> None:
    parts = [Part("", source), Part(subject, source)]
    made = render(subject, parts, dict.fromkeys(PLACEHOLDERS, value), HEAD)
    for html in (made.mail_html, made.web_html):
        page = Page(html)
        assert page.tags <= ALLOWED
        assert page.attributes <= {"href", "style", "lang", "dir", "class"} | {
            "charset",
            "name",
            "content",
        }
        assert all(
            re.match(r"https://|tel:|mailto:", target) or target in {STOP_URL, MY_URL}
            for target in page.targets
        )
    assert "\n" not in made.subject
    for text in (made.subject, made.mail_text, made.line_text, made.mail_html, made.web_html):
        text.encode()
    check_text(subject, source)
    check_rendered(made)


@given(SOURCES)
@settings(max_examples=300, deadline=None)
def test_the_words_are_the_same_in_all_four_forms(source: str) -> None:
    made = render("題", [Part("", source)], {"自治体名": "中野区", "時期": "生後7日"}, HEAD)
    web = Page(between(made.web_html, "</h1>", "</article>"))
    mail = Page(between(made.mail_html, "</h1>", "</main>"))
    text = made.mail_text.rsplit("――――――――", 1)[0]
    line = made.line_text.removeprefix("題").rsplit("――――――", 1)[0]
    forms = ["".join(web.words), "".join(mail.words), text, line]
    assert web.targets == mail.targets
    assert len({said(form, web.targets) for form in forms}) == 1


@given(SOURCES, SOURCES)
@settings(max_examples=200, deadline=None)
def test_only_the_footer_holds_the_mark_of_the_stop_link(source: str, value: str) -> None:
    parts = [Part("", source), Part(value, source)]
    made = render(source, parts, dict.fromkeys(PLACEHOLDERS, value), HEAD)
    for mark in (STOP_URL, MY_URL):
        assert made.mail_text.count(mark) == made.mail_html.count(mark) == 1
        assert mark not in made.subject + made.line_text + made.web_html


@given(SOURCES)
def test_a_problem_points_into_the_text(source: str) -> None:
    lines = max(source.count("\n") + 1, 1)
    for problem in check_text("題", source):
        assert 1 <= problem.line <= max(lines, len(source.splitlines()))
        assert problem.column >= 1
        assert problem.message_ja.endswith("。")
        assert problem.message_en


def test_a_value_that_looks_like_markup_or_a_placeholder_is_shown_as_it_is() -> None:
    made = render("{{自治体名}}", [Part("", "{{自治体名}}")], {"自治体名": "<b>{{時期}}</b>"}, HEAD)
    assert "&lt;b&gt;{{時期}}&lt;/b&gt;" in made.web_html
    assert made.line_text.startswith("<b>{{時期}}</b>\n\n<b>{{時期}}</b>")
