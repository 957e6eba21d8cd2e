"""Blocks as a LINE text: plain, and every address on a line of its own, where it can be tapped."""

import re
from collections.abc import Iterator

from messages.domain.placeholders import Piece, Template, Text
from messages.rendering.document import Document
from messages.rendering.text import Address, Run, render_plain

# Closing signs stay with the words; a line that begins with 。 looks broken.
_CLOSING = re.compile("[。、．，.,！？!?」』）)】〉》］]+")


def render(document: Document) -> Template:
    return render_plain(document, _below)


def _below(run: Run) -> Iterator[Piece]:
    waiting = ""
    for piece in run:
        rest = piece
        if waiting and isinstance(piece, Text) and (closing := _CLOSING.match(piece.text)):
            yield Text(closing.group())
            rest = Text(piece.text[closing.end() :])
        if waiting:
            yield Text(f"\n{waiting}\n")
            waiting = ""
        if isinstance(rest, Address):
            waiting = rest.url
        else:
            yield rest
    if waiting:
        yield Text(f"\n{waiting}")
