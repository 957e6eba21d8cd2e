"""A text as typed blocks: the one form from which mail, LINE and web are rendered."""

from dataclasses import dataclass

from messages.domain.placeholders import Placeholder, Text


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a paragraph, heading or list item."""


@dataclass(frozen=True, slots=True)
class Ruby:
    """A word and how it is read: {漢字|かんじ}."""

    base: str
    reading: str


@dataclass(frozen=True, slots=True)
class Strong:
    children: "Inlines"


@dataclass(frozen=True, slots=True)
class Link:
    """``target`` is one that ``links.target`` has let through."""

    target: str
    children: "Inlines"


Inline = Text | Placeholder | Break | Ruby | Strong | Link
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    children: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: Inlines


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[Inlines, ...]


Block = Heading | Paragraph | BulletList
Document = tuple[Block, ...]


def words(inlines: Inlines) -> str:
    """The text without its marks; placeholders and readings are left out."""
    parts: list[str] = []
    for node in inlines:
        match node:
            case Text(text=text) | Ruby(base=text):
                parts.append(text)
            case Strong(children=children) | Link(children=children):
                parts.append(words(children))
    return "".join(parts)


def texts(inlines: Inlines) -> list[str]:
    """Every run of literal text, outermost first."""
    found: list[str] = []
    for node in inlines:
        match node:
            case Text(text=text):
                found.append(text)
            case Strong(children=children) | Link(children=children):
                found += texts(children)
    return found
