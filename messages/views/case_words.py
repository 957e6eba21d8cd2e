"""Cases of the exchange in words, and what is typed about them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from messages.domain.announcement import TITLE_LIMIT
from messages.domain.plain_text import tidy, tidy_line
from messages.models import ExchangeCase
from messages.rendering.check import SOURCE_LIMIT
from messages.services.cases import ANNOUNCEMENT, FLYER, PRACTICE, SEASONS, SORTS, Offer
from messages.views.block_said import range_words

RESULT_LIMIT = 400
LONGEST_LINE = 1_000
LONGEST_BODY = SOURCE_LIMIT * 2

Mistakes = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """As it stands in the form. ``block`` is the number of the announcement it was taken from."""

    sort: str = PRACTICE
    title: str = ""
    body: str = ""
    result: str = ""
    season: str = ""
    block: str = ""

    @classmethod
    def of(cls, post: Mapping[str, str]) -> "Typed":
        """From a form that was sent."""
        line = {
            name: post.get(name, "")[:LONGEST_LINE] for name in ("sort", "title", "season", "block")
        }
        return cls(
            body=tidy(post.get("body", "")[:LONGEST_BODY]),
            result=tidy(post.get("result", "")[:LONGEST_LINE]),
            **line,
        )

    @classmethod
    def known(cls, case: ExchangeCase) -> "Typed":
        """What is written down, to be changed."""
        return cls(case.sort, case.title, case.body, case.result, case.season)


def judge(typed: Typed) -> tuple[Offer | None, Mistakes]:
    """What was meant; or None with all that is to be mended."""
    title, result = tidy_line(typed.title), typed.result.strip()
    mistakes: Mistakes = []
    if not title:
        mistakes.append(("title", _("Write a title, so that others find it.")))
    elif len(title) > TITLE_LIMIT:
        words = _("The title is too long: up to %(most)s characters.") % {"most": TITLE_LIMIT}
        mistakes.append(("title", words))
    if not typed.body.strip():
        mistakes.append(("body", _("Write what others may take over.")))
    elif len(typed.body) > SOURCE_LIMIT:
        words = _("The text is too long: up to %(most)s characters.") % {"most": SOURCE_LIMIT}
        mistakes.append(("body", words))
    if len(result) > RESULT_LIMIT:
        words = _("What came of it is too long: up to %(most)s characters.")
        mistakes.append(("result", words % {"most": RESULT_LIMIT}))
    if typed.sort not in SORTS or typed.season not in SEASONS:
        mistakes.append(("sort", _("Choose one of the answers that are offered.")))
    if mistakes:
        return None, mistakes
    return Offer(typed.sort, title, typed.body.strip(), result, typed.season, _block(typed)), []


def sort_said(sort: str) -> str:
    """What kind of case it is."""
    return {
        ANNOUNCEMENT: _("Announcement"),
        FLYER: _("Words for a flyer"),
        PRACTICE: _("Practice"),
    }.get(sort, sort)


def season_said(season: str) -> str:
    """When in the year it fits."""
    return {
        "": _("all year"),
        "spring": _("spring"),
        "summer": _("summer"),
        "autumn": _("autumn"),
        "winter": _("winter"),
        "april": _("April, the new fiscal year"),
    }.get(season, season)


def case_range(case: ExchangeCase) -> str:
    """For whom by stage; nothing where it has none."""
    if case.first_day is None or case.last_day is None:
        return ""
    return range_words(case.kind, case.first_day, case.last_day)


def _block(typed: Typed) -> int | None:
    return int(typed.block) if typed.block.isascii() and typed.block.isdecimal() else None
