"""Each source is read once per process; afterwards only placeholders are filled in."""

from dataclasses import dataclass
from functools import lru_cache

from messages.domain.placeholders import Template
from messages.rendering import html, line, text, web
from messages.rendering.parse import parse


@dataclass(frozen=True, slots=True)
class Fragments:
    """One source in four forms, placeholders still open."""

    mail_html: Template
    mail_text: Template
    line_text: Template
    web_html: Template


@lru_cache(maxsize=1024)  # about 10 kB each: a full course with its local blocks of one morning
def fragments(source: str, heading_level: int) -> Fragments:
    """``heading_level`` is the HTML level of the source's own headings."""
    document = parse(source)
    return Fragments(
        mail_html=html.render(document, html.MAIL, heading_level),
        mail_text=text.render(document),
        line_text=line.render(document),
        web_html=web.render(document, heading_level),
    )
