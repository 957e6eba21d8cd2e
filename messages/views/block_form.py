"""The form of an announcement: what was typed, and what it means. Nothing typed is ever dropped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from kizuna.lib.text import fold_value
from messages.domain.announcement import TITLE_LIMIT, Content
from messages.domain.block_words import DAYS_ALONE_UNTIL, month_begins, months_and_days
from messages.domain.plain_text import tidy_line, unify_lines
from messages.domain.stage import Kind
from messages.rendering.check import SOURCE_LIMIT
from messages.views.day_in_words import in_english
from municipalities.domain.dates import DateProblem, parse_date
from municipalities.domain.words import Audience

LONGEST_LINE = 400
LONGEST_BODY = SOURCE_LIMIT * 5
LAST_LIFE_DAY = 6938
FARTHEST = 32_000
MOST_AREAS = 200
LONGEST_AREA = 40

Mistakes = list[tuple[str, str]]
"""The field, and the sentence beside it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """As it stands in the boxes. ``…_big`` are weeks of pregnancy or months of life."""

    title: str = ""
    body: str = ""
    kind: str = ""
    first_big: str = ""
    first_days: str = ""
    last_big: str = ""
    last_days: str = ""
    shown_from: str = ""
    shown_until: str = ""
    audience: str = Audience.EVERYONE
    position: str = "0"
    areas: tuple[str, ...] = ()

    @classmethod
    def of(cls, post: QueryDict) -> "Typed":
        """From a form that was sent."""
        lines = {
            one.name: post.get(one.name, "")[:LONGEST_LINE]
            for one in fields(cls)
            if one.name not in ("body", "areas")
        }
        areas = tuple(area[:LONGEST_LINE] for area in post.getlist("areas")[:MOST_AREAS])
        body = unify_lines(post.get("body", "")[:LONGEST_BODY])
        return cls(**lines, body=body, areas=areas)

    @classmethod
    def known(cls, content: Content) -> "Typed":
        """What is written down, as somebody would type it."""
        first, last = (_boxes(content, day) for day in (content.first_day, content.last_day))
        return cls(
            title=content.title,
            body=content.body,
            kind=content.kind,
            first_big=first[0],
            first_days=first[1],
            last_big=last[0],
            last_days=last[1],
            shown_from=_typed_day(content.shown_from),
            shown_until=_typed_day(content.shown_until),
            audience=content.audience,
            position=str(content.position),
            areas=content.areas,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Every field once more, for a page that carries it hidden."""
        lines = [
            (one.name, str(getattr(self, one.name))) for one in fields(self) if one.name != "areas"
        ]
        return lines + [("areas", area) for area in self.areas]


def judge(typed: Typed) -> tuple[Content | None, Mistakes]:
    """What was meant; or None and everything that keeps it from being kept at all.

    Unfinished words are no mistake here: a draft may hold them.
    """
    mistakes: Mistakes = []
    if len(tidy_line(typed.title)) > TITLE_LIMIT:
        words = _("The title is too long: up to %(most)s characters.") % {"most": TITLE_LIMIT}
        mistakes.append(("title", words))
    if len(typed.body) > SOURCE_LIMIT:
        words = _("The text is too long: up to %(most)s characters.") % {"most": SOURCE_LIMIT}
        mistakes.append(("body", words))
    days = range_of(typed, mistakes)
    window = _window(typed, mistakes)
    position = _number(typed.position or "0")
    if position is None or position > FARTHEST:
        mistakes.append(("position", _("Enter the order as a number, such as 0 or 10.")))
    if any(len(area) > LONGEST_AREA or "\x00" in area for area in typed.areas):
        mistakes.append(("areas", _("Choose one of those that are offered.")))
    if typed.audience not in set(Audience):
        mistakes.append(("audience", _("Choose one of those that are offered.")))
    if mistakes or days is None:
        return None, mistakes
    content = Content(
        title=tidy_line(typed.title),
        body=typed.body.replace("\x00", ""),
        kind=Kind(typed.kind),
        first_day=days[0],
        last_day=days[1],
        shown_from=window["shown_from"],
        shown_until=window["shown_until"],
        audience=Audience(typed.audience),
        areas=typed.areas,
        position=position or 0,
    )
    return content, []


def range_of(typed: Typed, mistakes: Mistakes) -> tuple[int, int] | None:
    """Its first and last day; None and the mistakes where that cannot be said."""
    if typed.kind not in set(Kind):
        mistakes.append(("kind", _("Choose pregnancy or child.")))
        return None
    kind = Kind(typed.kind)
    first = _day(kind, "first", typed.first_big, typed.first_days, mistakes)
    last = _day(kind, "last", typed.last_big, typed.last_days, mistakes)
    if first is None or last is None:
        return None
    if first > last:
        mistakes.append(("last_big", _("The end of the range comes before its beginning.")))
        return None
    return first, last


def _day(kind: Kind, end: str, big: str, days: str, mistakes: Mistakes) -> int | None:
    """One end of the range. Days alone are a child's age in days."""
    whole = _number(big) if big.strip() else 0
    rest = _number(days) if days.strip() else 0
    alone = kind is Kind.CHILD and not big.strip()
    most_days = LAST_LIFE_DAY if alone else 6 if kind is Kind.PREGNANCY else 30
    if not big.strip() and not (alone and days.strip()):
        mistakes.append((f"{end}_big", _missing(kind)))
        return None
    if whole is None or whole > (45 if kind is Kind.PREGNANCY else 227):
        mistakes.append((f"{end}_big", _missing(kind)))
        return None
    if rest is None or rest > most_days:
        words = _("Enter the days as a number from 0 to %(most)s.") % {"most": most_days}
        mistakes.append((f"{end}_days", words))
        return None
    return whole * 7 + rest if kind is Kind.PREGNANCY else month_begins(whole) + rest


def _missing(kind: Kind) -> str:
    if kind is Kind.PREGNANCY:
        return _("Enter the weeks as a number from 4 to 41.")
    return _("Enter the months as a number, such as 3. Days alone are fine as well.")


def _window(typed: Typed, mistakes: Mistakes) -> Mapping[str, date | None]:
    found: dict[str, date | None] = {"shown_from": None, "shown_until": None}
    for name, text in (("shown_from", typed.shown_from), ("shown_until", typed.shown_until)):
        if not text.strip():
            continue
        try:
            found[name] = date_near(text)
        except DateProblem as problem:
            mistakes.append((name, problem.message_en if in_english() else problem.message_ja))
    begin, end = found["shown_from"], found["shown_until"]
    if begin and end and begin > end:
        mistakes.append(("shown_until", _("The last day comes before the first day.")))
    return found


def date_near(text: str) -> date:
    """The date that was typed, where a calendar of courses can still reckon with it.

    Raises:
        DateProblem: no date, or one of another century.
    """
    day = parse_date(text)
    if not 2000 <= day.year < 2100:
        raise DateProblem(
            "far_away",
            "2000年から2099年までの日付を入れてください。",
            "Enter a date from 2000 to 2099.",
        )
    return day


def _number(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,5}) ?(?:週|か月|ヶ月|カ月|月|日)?", fold_value(text), re.ASCII)
    return int(found[1]) if found else None


def _boxes(content: Content, day: int) -> tuple[str, str]:
    if content.kind is Kind.PREGNANCY:
        return str(day // 7), str(day % 7)
    if content.last_day <= DAYS_ALONE_UNTIL:
        return "", str(day)
    months, days = months_and_days(day)
    return str(months), str(days)


def _typed_day(day: date | None) -> str:
    return f"{day.year}/{day.month}/{day.day}" if day else ""
