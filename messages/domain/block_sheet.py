"""Announcements as rows of a table that people edit in Excel: the columns, and a cell's meaning.

Ages are days in the table, so that every day can be written and none is rounded: 20週0日, 45日.
"""

import re
import unicodedata
from enum import StrEnum

from messages.domain.announcement import Content
from messages.domain.block_words import month_begins
from messages.domain.stage import Kind, week_day_label
from municipalities.domain.words import Audience


class Column(StrEnum):
    """By their headings, in the order of the table."""

    NUMBER = "番号"
    REVISION = "版"
    STATE = "状態"
    TITLE = "題名"
    BODY = "本文"
    KIND = "だれに"
    FIRST = "はじめの時期"
    LAST = "おわりの時期"
    FROM = "掲載開始日"
    UNTIL = "掲載終了日"
    AUDIENCE = "読む人"
    AREAS = "地区"
    POSITION = "順番"


NEEDED = frozenset({Column.TITLE, Column.BODY, Column.KIND, Column.FIRST, Column.LAST})
"""Without these columns a row says nothing."""

KINDS = {Kind.PREGNANCY: "妊娠中", Kind.CHILD: "お子さん"}
AUDIENCES = {
    Audience.EVERYONE: "みなさん",
    Audience.BIRTH_PARENT: "妊娠・出産した方",
    Audience.PARTNER: "パートナー",
    Audience.AROUND: "祖父母・まわりの方",
}
_ALSO_READ = {"産む人": Audience.BIRTH_PARENT, "まわりの人": Audience.AROUND}
"""As people say it, and as sheets had it that were downloaded earlier."""
LAST_LIFE_DAY = 6938
FARTHEST = 32_000

_PREGNANT = re.compile(r"(?:妊娠)?(\d{1,2})(?:週|w)(?:(\d)(?:日|d)?)?", re.ASCII)
_DAYS = re.compile(r"(?:生後)?(\d{1,4})(?:日目|日|d)?", re.ASCII)
_MONTHS = re.compile(r"(?:生後)?(\d{1,3})(?:か月|ヶ月|カ月|ヵ月|ケ月)(?:(\d{1,2})日)?", re.ASCII)
_YEARS = re.compile(r"(\d{1,2})歳(?:(\d{1,2})(?:か月|ヶ月|カ月|ヵ月|ケ月))?", re.ASCII)


class Unreadable(ValueError):
    """One cell cannot be taken; the text is a Japanese sentence."""


def day_words(kind: Kind, day: int) -> str:
    """A day as the table has it."""
    return week_day_label(day) if kind is Kind.PREGNANCY else f"{day}日"


def day_of(kind: Kind, text: str) -> int:
    """The day that a cell names. Raises Unreadable."""
    folded = _folded(text)
    day = _pregnancy_day(folded) if kind is Kind.PREGNANCY else _life_day(folded)
    if day is None:
        example = "「20週0日」" if kind is Kind.PREGNANCY else "「45日」「3か月」「1歳」"
        raise Unreadable(f"時期として読めません。{example}のように書きます。")
    return day


def kind_of(text: str) -> Kind:
    """Whom the range counts. Raises Unreadable."""
    found = {"妊娠": Kind.PREGNANCY, "妊婦": Kind.PREGNANCY, "子ども": Kind.CHILD}
    found |= {_folded(words): kind for kind, words in KINDS.items()}
    if (kind := found.get(_folded(text))) is None:
        raise Unreadable("「妊娠中」か「お子さん」と書きます。")
    return kind


def audience_of(text: str) -> Audience:
    """Whom the words speak to; nothing: everybody. Raises Unreadable."""
    found = _ALSO_READ | {_folded(words): audience for audience, words in AUDIENCES.items()}
    found[""] = Audience.EVERYONE
    if (audience := found.get(_folded(text))) is None:
        raise Unreadable(f"{'、'.join(AUDIENCES.values())}のどれかを書きます。")
    return audience


def areas_of(text: str, known: list[str]) -> tuple[str, ...]:
    """The areas of a cell, as the municipality writes them. Raises Unreadable."""
    names = tuple(dict.fromkeys(one.strip() for one in re.split(r"[、,，\n]", text) if one.strip()))
    if strange := [name for name in names if name not in known]:
        offered = f"使える地区：{'、'.join(known)}" if known else "地区の登録はありません"
        raise Unreadable(f"「{strange[0][:40]}」という地区はありません（{offered}）。")
    return names


def position_of(text: str) -> int:
    """The order; nothing: 0. Raises Unreadable."""
    folded = _folded(text) or "0"
    if not (folded.isascii() and folded.isdecimal()) or int(folded[:6]) > FARTHEST:
        raise Unreadable("0や10のような数で書きます。")
    return int(folded)


def whole_number(text: str) -> int | None:
    """A number of ours, or nothing. Raises Unreadable."""
    folded = _folded(text)
    if not folded:
        return None
    if not re.fullmatch(r"\d{1,15}", folded, re.ASCII):
        raise Unreadable("数ではありません。ダウンロードした表の値をそのまま残します。")
    return int(folded)


def cells(content: Content) -> dict[Column, object]:
    """What somebody may edit, as the table has it."""
    return {
        Column.TITLE: content.title,
        Column.BODY: content.body,
        Column.KIND: KINDS[content.kind],
        Column.FIRST: day_words(content.kind, content.first_day),
        Column.LAST: day_words(content.kind, content.last_day),
        Column.FROM: content.shown_from,
        Column.UNTIL: content.shown_until,
        Column.AUDIENCE: AUDIENCES[content.audience],
        Column.AREAS: "、".join(content.areas),
        Column.POSITION: content.position,
    }


def _pregnancy_day(text: str) -> int | None:
    if not (found := _PREGNANT.fullmatch(text)):
        return None
    week, day = int(found[1]), int(found[2] or 0)
    return week * 7 + day if week <= 45 and day <= 6 else None


def _life_day(text: str) -> int | None:
    if found := _DAYS.fullmatch(text):
        day = int(found[1])
    elif found := _MONTHS.fullmatch(text):
        day = month_begins(int(found[1])) + int(found[2] or 0)
    elif found := _YEARS.fullmatch(text):
        day = month_begins(int(found[1]) * 12 + int(found[2] or 0))
    else:
        return None
    return day if day <= LAST_LIFE_DAY else None


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).casefold())
