"""Blocks as the text part of a mail. Complete, and not hard-wrapped: phones wrap by themselves."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

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
    words,
)
from messages.rendering.links import says_itself, shown


@dataclass(frozen=True, slots=True)
class Address:
    """The page behind the words before it."""

    url: str


Run = Iterable[Piece | Address]
Place = Callable[[Run], Iterator[Piece]]


def render(document: Document) -> Template:
    return render_plain(document, _beside)


def render_plain(document: Document, place: Place) -> Template:
    """Plain text with placeholders left open; ``place`` decides where a link's address stands."""
    pieces: list[Piece] = []
    gap = ""
    for block in document:
        pieces.append(Text(gap))
        gap = "\n" if isinstance(block, Heading) else "\n\n"
        match block:
            case Heading(children):
                pieces += _lines("■ ", children, place)
            case Paragraph(children):
                pieces += _lines("", children, place)
            case BulletList(items):
                for number, item in enumerate(items):
                    pieces += _lines("\n・" if number else "・", item, place)
    return joined(pieces)


def _lines(mark: str, children: Inlines, place: Place) -> Iterator[Piece]:
    """One paragraph or item without the doubled or hanging spaces that links leave behind."""
    yield Text(mark)
    yield from _trimmed(joined(place(_run(children))))


def _trimmed(template: Template) -> Iterator[Piece]:
    for number, piece in enumerate(template):
        if isinstance(piece, Text):
            text = re.sub(r" *\n[ \n]*", "\n", re.sub(" {2,}", " ", piece.text))
            text = text.lstrip(" \n") if number == 0 else text
            yield Text(text.rstrip(" \n") if number == len(template) - 1 else text)
        else:
            yield piece


def _run(children: Inlines) -> Iterator[Piece | Address]:
    for node in children:
        match node:
            case Text() | Placeholder():
                yield node
            case Break():
                yield Text("\n")
            case Ruby(base, reading):
                yield Text(f"{base}（{reading}）")
            case Strong(inner):
                yield from _run(inner)
            case Link(target, inner):
                yield from _link(target, inner)


def _link(target: str, label: Inlines) -> Iterator[Piece | Address]:
    itself = says_itself(words(label), target)
    is_page = target.startswith("https:")
    if not (itself and is_page):
        yield from _run(label)
    if is_page:
        yield Address(target)
    elif not itself:
        yield Text(f"（{shown(target)}）")


def _beside(run: Run) -> Iterator[Piece]:
    """文言 https://… with a space on both sides, or programs take the next word into the link."""
    for piece in run:
        yield Text(f" {piece.url} ") if isinstance(piece, Address) else piece
