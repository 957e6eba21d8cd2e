"""Blocks for our own pages: semantic HTML without styles, and real ruby."""

from messages.domain.placeholders import Template
from messages.rendering import html
from messages.rendering.document import Document

_STYLE = html.Style()


def render(document: Document, heading_level: int) -> Template:
    return html.render(document, _STYLE, heading_level)
