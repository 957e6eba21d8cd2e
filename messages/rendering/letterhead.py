"""Who a message comes from, and the frame this puts around it.

The footer names the sender, a way to stop, the postal address and a contact: what the law asks of
advertising mail (特定電子メール法), shown although municipal information is exempt.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from messages.domain.plain_text import tidy, tidy_line

STOP_URL = "%%STOP_URL%%"
"""Stands where the sender puts the reader's own stop link (``delivery.channels.protocol``)."""

MY_URL = "%%MY_URL%%"
"""The same for the link into the reader's own page."""

_MARK = re.compile("%+(STOP|MY)_URL%+")
_OWN_LINKS = (
    ("配信を止める", STOP_URL),
    ("マイページ（変更・お休み・これまでのお便り）", MY_URL),
)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DEFAULT_COLOUR = "#b5485d"
_WEB = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """One municipality as its readers see it. ``contact`` and ``postal_address`` may have lines.

    ``signup_url`` is the municipality's page: registration, changes and stopping. ``entrance_url``
    is where a reader asks for the way into the own page: LINE has no links of one's own.
    ``tells_the_stage``: whether what shows before a message is opened may name the stage.
    ``contacts``: the register that its own texts quote from, name and value; no part of the frame.
    """

    municipality_name: str
    service_name: str
    contact: str
    postal_address: str
    brand_colour: str
    signup_url: str
    archive_url: str = ""
    entrance_url: str = ""
    tells_the_stage: bool = True
    contacts: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before and after the text, per channel."""

    html_head: str
    html_foot: str
    text_foot: str
    line_foot: str


@lru_cache(maxsize=2048)  # more than there are municipalities in Japan
def frame(head: Letterhead) -> Frame:
    """The frame of one municipality. An unfit colour or page address is left out, never shown."""
    name, service = without_mark(tidy_line(head.municipality_name)), service_of(head)
    pages = [(f"{service}のページ", head.signup_url), ("これまでのお便り", head.archive_url)]
    pages = [(label, url) for label, url in pages if _WEB.fullmatch(url)]
    colour = head.brand_colour if _COLOUR.fullmatch(head.brand_colour) else _DEFAULT_COLOUR
    why = f"このメールは、{name}の「{service}」に登録された方にお届けしています。"
    about = [("お問い合わせ", _lines(head.contact)), ("発行", name)]
    about = [(label, said) for label, said in about if said]
    address = _lines(head.postal_address)
    return Frame(
        html_head=_html_head(service, colour),
        html_foot=_html_foot(why, about, address, pages),
        text_foot=_text_foot(why, about, address, pages),
        line_foot=_line_foot(name, service, head),
    )


def service_of(head: Letterhead) -> str:
    return without_mark(tidy_line(head.service_name))


def without_mark(text: str) -> str:
    """Only the footer may ask for the reader's own links; a text that holds a mark must not."""
    return _MARK.sub(r"\1_URL", text) if STOP_URL in text or MY_URL in text else text


def neutral_title(head: Letterhead) -> str:
    """What may be seen over somebody's shoulder: from whom, and not that anybody is expecting."""
    return f"{service_of(head)}からのお便り"


def _lines(text: str) -> str:
    lines = (line.strip() for line in without_mark(tidy(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def _html_head(service: str, colour: str) -> str:
    return (
        '<header lang="ja"><p style="margin:0 0 20px;padding:12px 0 0;'
        f'border-top:4px solid {colour};font-size:14px">{escape(service)}</p></header>'
    )


def _html_foot(
    why: str, about: list[tuple[str, str]], address: str, pages: list[tuple[str, str]]
) -> str:
    links = [*_OWN_LINKS, *pages]
    rows = [escape(why) + "配信はいつでも停止できます。"]
    rows += [f'<a href="{escape(url)}">{escape(label)}</a>' for label, url in links]
    rows += [f"{label}：{escape(said)}" for label, said in about]
    rows += [escape(address)] if address else []
    shown = "".join(f'<p style="margin:0 0 8px">{row}</p>' for row in rows)
    shown = shown.replace("\n", "<br>")
    return (
        '<footer lang="ja" style="margin-top:32px;padding-top:16px;border-top:1px solid #8a8a8a;'
        f'font-size:14px">{shown}</footer>'
    )


def _text_foot(
    why: str, about: list[tuple[str, str]], address: str, pages: list[tuple[str, str]]
) -> str:
    links = [*_OWN_LINKS, *pages]
    blocks = [
        f"{why}\n配信はいつでも停止できます。",
        "\n".join(f"{label}\n{url}" for label, url in links),
        "\n".join([*(f"{label}：{said}" for label, said in about), address]).strip(),
    ]
    return "\n\n".join(["――――――――", *blocks]) + "\n"


def _line_foot(name: str, service: str, head: Letterhead) -> str:
    """Short: on LINE, stopping is done on the municipality's page."""
    pages = [("ご案内・配信を止めるには", head.signup_url), ("マイページ", head.entrance_url)]
    lines = [f"{label}\n{url}" for label, url in pages if _WEB.fullmatch(url)]
    return "\n".join(["――――――", f"{name}「{service}」", *lines])
