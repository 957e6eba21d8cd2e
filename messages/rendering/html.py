"""Blocks as HTML. Every word is escaped here; there is no other way into the markup."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from messages.domain.placeholders import Piece, Placeholder, Template, Text, joined
from messages.rendering.document import (
    Break,
    BulletList,
    Document,
    Heading,
    Inlines,
    Link,
    Paragraph,
    Ruby,
    Strong,
)


@dataclass(frozen=True, slots=True)
class Style:
    """Attributes written into the tags; mail programs drop style sheets, so mail needs them."""

    heading: str = ""
    paragraph: str = ""
    list: str = ""
    item: str = ""
    ruby: bool = True


# No colours: the reader's program chooses them, by day and in dark mode.
MAIL = Style(
    heading=' style="margin:28px 0 8px;font-size:18px;line-height:1.5"',
    paragraph=' style="margin:0 0 16px"',
    list=' style="margin:0 0 16px;padding-left:24px"',
    item=' style="margin:0 0 6px"',
    ruby=False,  # several mail programs drop <ruby> and run word and reading together
)


def render(document: Document, style: Style, heading_level: int) -> Template:
    """The blocks as HTML with placeholders left open; values must be escaped before filling."""
    return joined(_blocks(document, style, heading_level))


def _blocks(document: Document, style: Style, level: int) -> Iterator[Piece]:
    for block in document:
        match block:
            case Heading(children):
                yield from _element(f"h{level}", style.heading, children, style)
            case Paragraph(children):
                yield from _element("p", style.paragraph, children, style)
            case BulletList(items):
                yield Text(f"<ul{style.list}>")
                for item in items:
                    yield from _element("li", style.item, item, style)
                yield Text("</ul>")


def _element(tag: str, attributes: str, children: Inlines, style: Style) -> Iterator[Piece]:
    yield Text(f"<{tag}{attributes}>")
    yield from _inlines(children, style)
    yield Text(f"</{tag}>")


def _inlines(children: Inlines, style: Style) -> Iterator[Piece]:
    for node in children:
        match node:
            case Text(text):
                yield Text(escape(text))
            case Placeholder():
                yield node
            case Break():
                yield Text("<br>")
            case Ruby(base, reading):
                yield Text(_ruby(escape(base), escape(reading), style))
            case Strong(inner):
                yield from _element("strong", "", inner, style)
            case Link(target, inner):
                yield from _element("a", f' href="{escape(target)}"', inner, style)


def _ruby(base: str, reading: str, style: Style) -> str:
    if style.ruby:
        return f"<ruby>{base}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>"
    return f"{base}（{reading}）"
