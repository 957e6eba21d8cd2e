"""One edition's texts: the base text, the local blocks with their senders' heads, the footer.

Pure and quick: once a base text has been seen, rendering it for another municipality only fills in
names. Nothing personal goes in; the reader's own stop link is a mark the mail sender replaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape

from messages.domain import placeholders
from messages.domain.placeholders import CONTACT, Template, fill
from messages.domain.plain_text import tidy_line
from messages.domain.stage import Stage
from messages.rendering.fragments import Fragments, fragments
from messages.rendering.letterhead import (
    MY_URL,
    STOP_URL,
    Frame,
    Letterhead,
    frame,
    neutral_title,
    without_mark,
)

__all__ = ["MY_URL", "STOP_URL", "Letterhead", "Part", "Rendered", "edition_values", "render"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """``heading`` is the visible sender head of a local block, or "" for the base text."""

    heading: str
    source: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """``mail_text`` and ``mail_html`` hold ``STOP_URL`` and ``MY_URL``; the LINE text is the same
    for all. Where the stage is not told, the subject and each form's first line are neutral."""

    subject: str
    mail_text: str
    mail_html: str
    line_text: str
    web_html: str


@dataclass(frozen=True, slots=True)
class _Section:
    """A part after reading: its head, plain and escaped, and its body in four forms."""

    heading: str
    heading_html: str
    body: Fragments


def render(
    subject: str,
    parts: Sequence[Part],
    values: Mapping[str, str],
    letterhead: Letterhead,
    lang: str = "ja",
) -> Rendered:
    """Compose the four forms. Never raises on any text; ``check_text`` tells what is wrong with it.

    ``values`` are plain text by placeholder name; ``lang`` is the language of the texts.
    """
    plain = {name: _clean(value) for name, value in values.items()}
    escaped = {name: escape(value) for name, value in plain.items()}
    title = _filled(_subject(subject), plain)
    sections = [_section(part.heading, part.source) for part in parts]
    surround = frame(letterhead)
    outside = title if letterhead.tells_the_stage else neutral_title(letterhead)
    # A subject tells the title of a text mail; where it is neutral, the title moves inside.
    titles = (title,) if outside == title else (outside, title)
    return Rendered(
        subject=outside,
        mail_text=_mail_text(titles if len(titles) > 1 else (), sections, plain, surround),
        mail_html=_mail_html(titles, sections, escaped, surround, escape(lang)),
        line_text=_line_text(titles, sections, plain, surround),
        web_html=_web_html(title, sections, escaped, escape(lang)),
    )


def edition_values(
    letterhead: Letterhead, stage: Stage, on: date, lang: str = "ja"
) -> dict[str, str]:
    """The value of every placeholder for one municipality, stage and day, and of its register.

    Stage and day are said in English in an English text, and in Japanese in any other.
    """
    is_english = lang == "en"
    return {
        **{CONTACT + name: value for name, value in letterhead.contacts},
        "自治体名": letterhead.municipality_name,
        "サービス名": letterhead.service_name,
        "時期": stage.label_en if is_english else stage.label_ja,
        "今日": f"{_MONTHS[on.month - 1]} {on.day}" if is_english else f"{on.month}月{on.day}日",
        "問い合わせ先": letterhead.contact,
    }


@lru_cache(maxsize=2048)
def _section(heading: str, source: str) -> _Section:
    """Below a sender's head (level 2), the text's own headings are one level deeper."""
    head = without_mark(_clean(heading))
    return _Section(head, escape(head), fragments(source, 3 if head else 2))


@lru_cache(maxsize=2048)
def _subject(subject: str) -> Template:
    return placeholders.parse(_clean(subject)).pieces


@lru_cache(maxsize=4096)
def _clean(text: str) -> str:
    return tidy_line(text)


def _filled(template: Template, values: Mapping[str, str]) -> str:
    return without_mark(fill(template, values))


def _mail_text(
    titles: Sequence[str],
    sections: Sequence[_Section],
    values: Mapping[str, str],
    surround: Frame,
) -> str:
    blocks = _plain_blocks([(s.heading, s.body.mail_text) for s in sections], values)
    return "\n\n".join([*titles, *blocks, surround.text_foot])


def _line_text(
    titles: Sequence[str],
    sections: Sequence[_Section],
    values: Mapping[str, str],
    surround: Frame,
) -> str:
    blocks = _plain_blocks([(s.heading, s.body.line_text) for s in sections], values)
    return "\n\n".join(block for block in (*titles, *blocks, surround.line_foot) if block)


def _plain_blocks(parts: list[tuple[str, Template]], values: Mapping[str, str]) -> list[str]:
    blocks: list[str] = []
    for heading, body in parts:
        blocks += [f"【{heading}】"] if heading else []
        blocks.append(_filled(body, values))
    return blocks


def _japanese_in(lang: str) -> str:
    """The attribute of what is Japanese within a text of that language."""
    return "" if lang == "ja" else ' lang="ja"'


def _web_html(
    title: str, sections: Sequence[_Section], values: Mapping[str, str], lang: str
) -> str:
    out = [f'<article class="letter" lang="{lang}"><h1>{escape(title)}</h1>']
    for section in sections:
        body = _filled(section.body.web_html, values)
        if section.heading:
            body = (
                f'<section class="letter-local"{_japanese_in(lang)}>'
                f"<h2>{section.heading_html}</h2>{body}</section>"
            )
        out.append(body)
    return "".join([*out, "</article>"])


def _mail_html(
    titles: Sequence[str],
    sections: Sequence[_Section],
    values: Mapping[str, str],
    surround: Frame,
    lang: str,
) -> str:
    """``titles``: what the program shows of it, and the heading inside; mostly one and the same."""
    out: list[str] = []
    for section in sections:
        body = _filled(section.body.mail_html, values)
        if section.heading:
            body = (
                f'<section{_japanese_in(lang)} style="margin:32px 0 0;padding:0 0 0 12px;'
                'border-left:4px solid #8a8a8a">'
                '<h2 style="margin:0 0 12px;font-size:20px;line-height:1.5">'
                f"{section.heading_html}</h2>{body}</section>"
            )
        out.append(body)
    outside, title = escape(titles[0]), escape(titles[-1])
    return (
        f'<!DOCTYPE html><html lang="{lang}" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        f'<title>{outside}</title></head><body style="margin:0;padding:0">'
        # Gmail drops the attributes of <html>, so the language is told again here.
        f'<div lang="{lang}" dir="ltr" style="max-width:600px;margin:0 auto;padding:16px;'
        'font-family:sans-serif;font-size:16px;line-height:1.8;overflow-wrap:anywhere">'
        f"{surround.html_head}<main>"
        f'<h1 style="margin:0 0 20px;font-size:22px;line-height:1.5">{title}</h1>'
        f"{''.join(out)}</main>{surround.html_foot}</div></body></html>\n"
    )
