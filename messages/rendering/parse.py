"""From the Markdown subset that staff write to a ``Document``. Total: no source makes it raise.

What the subset does not know stays on the page as the text that was typed; ``check`` tells the
author. Three habits of Japanese writing differ from CommonMark and are served here:

- ``**「重要」**です`` is strong, although CommonMark wants a space beside the punctuation;
- a line break is a line break, since Japanese has no space to turn it into;
- a line that follows a list without indent is outside the list, blank line or not.
"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from messages.domain.placeholders import Placeholder, Text, placeholder_at
from messages.domain.plain_text import tidy
from messages.rendering.document import (
    Block,
    Break,
    BulletList,
    Document,
    Heading,
    Inline,
    Inlines,
    Link,
    Paragraph,
    Ruby,
    Strong,
)
from messages.rendering.links import bare_url, shown, target

# Bullets as Word and phone keyboards write them; the last three are Word's own private signs.
_PASTED_BULLET = re.compile("^[ \u3000]*[・･•‣▪◦\uf0b7\uf0a7\uf06c][ \u3000]*(?=\\S)", re.MULTILINE)
_RUBY = re.compile(r"\{(?P<base>[^{}|｜\n]+)[|｜](?P<reading>[ぁ-ゖァ-ヺー・ \u3000]+)\}")


def parse(source: str) -> Document:
    """The blocks of a text."""
    return tuple(_blocks(iter(tokens(source))))


def tokens(source: str) -> list[Token]:
    """The token stream behind ``parse``; its line numbers are those of the source."""
    return _READER.parse(prepared(source))


def prepared(source: str) -> str:
    """The source as it is read: tidied, pasted bullets turned into list items, same lines.

    A self-made character that is no bullet is left for ``check`` to report.
    """
    return _PASTED_BULLET.sub("- ", tidy(source))


def _blocks(stream: Iterator[Token]) -> Iterator[Block]:
    for token in stream:
        match token.type:
            case "heading_open":
                yield Heading(_children(next(stream)))
            case "paragraph_open":
                yield Paragraph(_children(next(stream)))
            case "bullet_list_open":
                yield BulletList(tuple(_items(stream)))


def _items(stream: Iterator[Token]) -> Iterator[Inlines]:
    """The items of a list. Lists inside it are laid flat, and its paragraphs become lines."""
    depth, item = 1, list[Inline]()
    for token in stream:
        depth += token.nesting if token.type.startswith("bullet_list") else 0
        if token.type in ("list_item_open", "list_item_close") and item:
            yield tuple(item)
            item = []
        if token.type == "inline":
            item += [Break()] * bool(item) + list(_children(token))
        if not depth:
            return


def _children(token: Token) -> Inlines:
    return _inlines(iter(token.children or ()), in_link=False)


def _inlines(stream: Iterator[Token], in_link: bool) -> Inlines:
    out: list[Inline] = []
    for token in stream:
        match token.type:
            case "text":
                out += [Text(token.content)] if in_link else _with_addresses(token.content)
            case "softbreak" | "hardbreak":
                out.append(Break())
            case "placeholder":
                out.append(Placeholder(token.content))
            case "ruby":
                out.append(Ruby(token.content, token.info))
            case "strong_open":
                out.append(Strong(_inlines(stream, in_link)))
            case "link_open":
                label = _inlines(stream, in_link=True)
                address = None if in_link else target(str(token.attrs["href"]))
                out += [Link(address, label or (Text(shown(address)),))] if address else label
            case _:  # strong_close, link_close
                break
    return tuple(out)


def _with_addresses(text: str) -> list[Inline]:
    """Written-out https addresses become links."""
    out: list[Inline] = []
    done = position = 0
    while found := bare_url(text, position):
        start, position = found
        if address := target(text[start:position]):
            out += [Text(text[done:start])] if start > done else []
            out.append(Link(address, (Text(text[start:position]),)))
            done = position
    return [*out, Text(text[done:])] if text[done:] else out


def _bullets(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Bullet lists only: ``2026. 4. 1`` and ``1. 母子手帳`` stay as typed."""
    if silent and state.sCount[line] < state.blkIndent:
        return True  # an unindented line ends the item before it
    first = state.bMarks[line] + state.tShift[line]
    return not state.src[first : first + 1].isdigit() and list_block(state, line, end, silent)


def _strong(state: StateInline, silent: bool) -> bool:
    start = state.pos + 2
    if not state.src.startswith("**", state.pos, state.posMax):
        return False
    end = state.src.find("**", start, state.posMax)
    if end < 0 or not state.src[start:end].strip(" *\n\u3000"):
        return False
    if not silent:
        maximum = state.posMax
        state.push("strong_open", "strong", 1)
        state.pos, state.posMax = start, end
        state.md.inline.tokenize(state)
        state.posMax = maximum
        state.push("strong_close", "strong", -1)
    state.pos = end + 2
    return True


def _ruby(state: StateInline, silent: bool) -> bool:
    found = _RUBY.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("ruby", "ruby", 0)
        token.content, token.info = found["base"].strip(), found["reading"].strip()
    state.pos = found.end()
    return True


def _placeholder(state: StateInline, silent: bool) -> bool:
    found = placeholder_at(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("placeholder", "", 0).content = found[0].name
    state.pos = found[1]
    return True


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False}).enable(["heading", "list", "newline", "link"])
    reader.block.ruler.at("list", _bullets, {"alt": ["paragraph"]})
    for name, rule in (("strong", _strong), ("placeholder", _placeholder), ("ruby", _ruby)):
        reader.inline.ruler.before("link", name, rule)
    reader.validateLink = lambda url: target(url) is not None  # type: ignore[method-assign]
    return reader


_READER = _reader()
