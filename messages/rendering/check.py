"""What is wrong with a text, before anybody receives it. Each finding names its place.

The renderer shows unsupported Markdown as typed; this module reads the same source with everything
CommonMark knows switched on, so that the author hears about an image or a table instead of finding
its source on a parent's phone.
"""

import re
from collections.abc import Collection, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from messages.domain import placeholders
from messages.domain.placeholders import Text, fill, longest_values
from messages.domain.plain_text import line_units, private_characters, tidy, tidy_line, unify_lines
from messages.domain.problems import Problem
from messages.rendering.compose import Rendered
from messages.rendering.fragments import fragments
from messages.rendering.links import bare_url, refusal
from messages.rendering.parse import prepared, tokens

LINE_LIMIT = 5000
"""UTF-16 units in one LINE text message."""

MAIL_HTML_LIMIT = 100_000
"""Bytes. Gmail cuts a mail off near 102 kB, and the stop link is at its end."""

SUBJECT_LIMIT = 60
"""Characters as typed, placeholders not counted: phones show about 30."""

FILLED_SUBJECT_LIMIT = 120
"""Characters with every placeholder at its longest: what an edition holds. Beyond it the morning of
that municipality could not be frozen, or the inbox would show an office's whole address."""

SOURCE_LIMIT = 20_000
"""Characters. Four times what LINE can carry; nothing longer is even read."""

_UNSUPPORTED = {
    "image": ("画像は入れられません。", "Images are not supported."),
    "code_inline": ("` で囲む書き方は使えません。", "Code marks (`) are not supported."),
    "fence": ("``` で囲む書き方は使えません。", "Code blocks are not supported."),
    "html_block": ("HTML のタグは使えません。", "HTML is not supported."),
    "html_inline": ("HTML のタグは使えません。", "HTML is not supported."),
    "table_open": ("表は使えません。箇条書きにします。", "Tables are not supported. Use a list."),
    "blockquote_open": ("行頭の > （引用）は使えません。", "Quotes (>) are not supported."),
    "hr": ("区切り線は使えません。見出し（## ）で区切ります。", "Rules are not supported."),
    "em_open": (
        "* 1つで囲む強調は使えません。太字は ** で囲みます。",
        "Emphasis with one * is not supported. Strong text is written **so**.",
    ),
    "heading": (
        "見出しは「## 見出し」だけが使えます。",
        "Headings are written ## so, in one level.",
    ),
    "nested": ("箇条書きの中に箇条書きは入れられません。", "Lists inside lists are not supported."),
}

# What is left over as plain words although it was meant as a mark.
_LEFT_OVER = (
    (
        re.compile(r"\*\*"),
        "太字の ** が対になっていません。",
        "The ** of strong text is not closed.",
    ),
    (
        re.compile(r"(\]\(|\]（|］\(|］（)(?=\s*(https?|tel|mailto):)"),
        "リンクは半角で [文言](https://…) と書きます。",
        "A link is written [words](https://…).",
    ),
    (
        re.compile(r"[{｛][^{}｛｝\n]*[|｜][^{}｛｝\n]*[}｝]"),
        "ふりがなは半角のかっこで {漢字|かんじ} と書き、読みはかなで書きます。",
        "A reading is written {漢字|かんじ}, in kana.",
    ),
    (
        re.compile(r"^(##+|＃+(?=[ 　]*\D))"),
        "見出しは、半角の ## のあとに空白を1つ入れて書きます。",
        "A heading is written ## and a space.",
    ),
)

_Finding = tuple[str, str]


def check_text(subject: str, source: str, contacts: Collection[str] | None = None) -> list[Problem]:
    """Everything wrong with one text, in order of appearance; an empty list if it may be sent.

    ``contacts`` are the names of the municipality's register; None for the NPO's texts, which know
    no register.
    """
    return [*_check_subject(subject, contacts), *_check_body(source, contacts)]


def check_rendered(rendered: Rendered) -> list[Problem]:
    """What shows only when base text, local blocks and footer have come together."""
    problems: list[Problem] = []
    units = line_units(rendered.line_text)
    if units > LINE_LIMIT:
        problems.append(_too_long_for_line(units))
    size = len(rendered.mail_html.encode())
    if size >= MAIL_HTML_LIMIT:
        ja = f"メールが大きすぎます（{size:,} バイト。{MAIL_HTML_LIMIT:,} バイト未満にします）。"
        en = f"The mail has {size:,} bytes; it must stay below {MAIL_HTML_LIMIT:,}."
        problems.append(Problem(1, 1, ja, en))
    return problems


def _check_subject(subject: str, contacts: Collection[str] | None) -> Iterator[Problem]:
    def problem(column: int, ja: str, en: str) -> Problem:
        return Problem(1, column, ja, en, "subject")

    text = tidy_line(subject)
    if not text:
        yield problem(1, "件名がありません。", "The subject is empty.")
    if found := re.search("[\x00-\x1f\x7f]", unify_lines(subject).rstrip("\n")):
        ja = "件名に改行や制御文字は入れられません。"
        yield problem(found.start() + 1, ja, "The subject holds a line break or control character.")
    for at in private_characters(text):
        yield problem(at + 1, *_PRIVATE)
    parsed = placeholders.parse(text, contacts)
    for mistake in parsed.problems:
        yield problem(mistake.column, mistake.message_ja, mistake.message_en)
    length = sum(len(one.text) for one in parsed.pieces if isinstance(one, Text))
    if length > SUBJECT_LIMIT:
        ja = f"件名が長すぎます（{length}文字。{SUBJECT_LIMIT}文字までにします）。"
        yield problem(SUBJECT_LIMIT + 1, ja, f"The subject has {length} characters.")
        return
    longest = len(fill(parsed.pieces, longest_values(parsed.pieces)))
    if longest > FILLED_SUBJECT_LIMIT and not parsed.problems:
        ja = (
            f"差し込みの中身が入ると、件名が最大{longest}文字になります"
            f"（{FILLED_SUBJECT_LIMIT}文字までにします）。長い差し込みは本文に書きます。"
        )
        en = f"Filled in, the subject can have {longest} characters; {FILLED_SUBJECT_LIMIT} are the limit."
        yield problem(text.find("{{") + 1, ja, en)


_PRIVATE = (
    "外字（自作の文字）は読者の端末で表示できません。",
    "A self-made character cannot be shown on a reader's phone.",
)


def _check_body(source: str, contacts: Collection[str] | None) -> list[Problem]:
    if len(source) > SOURCE_LIMIT:
        ja = f"本文が長すぎます（{len(source):,}文字。{SOURCE_LIMIT:,}文字までです）。"
        en = f"The text has {len(source):,} characters; {SOURCE_LIMIT:,} are read."
        return [Problem(1, 1, ja, en)]
    text = prepared(source)
    if not tidy(text).strip():
        return [Problem(1, 1, "本文がありません。", "The text is empty.")]
    problems = [*placeholders.parse(text, contacts).problems, *_marks(text)]
    problems += [
        Problem(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), *_PRIVATE)
        for at in private_characters(text)
    ]
    line = fragments(source, 2).line_text
    units = line_units(fill(line, longest_values(line)))
    if units > LINE_LIMIT:
        problems.append(_too_long_for_line(units))
    return sorted(set(problems))


def _too_long_for_line(units: int) -> Problem:
    ja = f"LINE では長すぎます（{units:,}文字。{LINE_LIMIT:,}文字まで。絵文字は2文字と数えます）。"
    en = f"Too long for LINE: {units:,} UTF-16 units, {LINE_LIMIT:,} are allowed."
    return Problem(1, 1, ja, en)


def _marks(text: str) -> Iterator[Problem]:
    lines = text.split("\n")
    refused_on = set[int]()

    def problem(line: int, needle: str, finding: _Finding) -> Problem:
        return Problem(line, max(lines[line - 1].find(needle), 0) + 1, *finding)

    for line, token in _spots(_WIDE.parse(text)):
        if finding := _unsupported(token):
            needle = "![" if token.type == "image" else token.markup or token.content
            yield problem(line, needle, finding)
        elif token.type == "link_open" and (refused := refusal(str(token.attrs["href"]))):
            address = str(token.attrs["href"])
            refused_on.add(line)
            yield problem(line, address if address in lines[line - 1] else "](", refused)
    for line, token in _spots(tokens(text)):
        if token.type == "text":
            for needle, finding in _left_over(token.content):
                if not (needle == "](" and line in refused_on):  # told already, and better
                    yield problem(line, needle, finding)


def _unsupported(token: Token) -> _Finding | None:
    match token.type, token.markup:
        case ("heading_open", "##") | ("em_open", "_"):
            return None  # an underscore is an ordinary letter of file names and addresses
        case "heading_open", _:
            return _UNSUPPORTED["heading"]
        case "bullet_list_open", _:
            return _UNSUPPORTED["nested"] if token.level else None
    return _UNSUPPORTED.get(token.type)


def _left_over(text: str) -> Iterator[tuple[str, _Finding]]:
    for pattern, ja, en in _LEFT_OVER:
        if found := pattern.search(text):
            yield found.group(), (ja, en)
    position = 0
    while found_url := bare_url(text, position):
        start, position = found_url
        if refused := refusal(text[start:position]):
            yield text[start:position], refused


def _spots(stream: list[Token]) -> Iterator[tuple[int, Token]]:
    """Every token with its line in the source."""
    for token in stream:
        line = token.map[0] + 1 if token.map else 1
        if token.type != "inline":
            yield line, token
        for child in token.children or ():
            yield line, child
            line += child.type in ("softbreak", "hardbreak")


def _wide() -> MarkdownIt:
    """CommonMark with tables. Off is only what has no meaning for Japanese staff texts."""
    wide = MarkdownIt("commonmark", {"html": True}).enable("table")
    wide.disable(["code", "reference", "escape", "entity"])
    wide.validateLink = lambda url: True  # type: ignore[method-assign]
    return wide


_WIDE = _wide()
