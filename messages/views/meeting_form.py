"""The form of a meeting: what was typed and what it means; and a meeting in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from kizuna.lib import clock
from messages.domain.plain_text import tidy, tidy_line
from messages.models import Meeting
from messages.services.meetings import Details
from messages.views.day_in_words import in_english
from municipalities.domain.dates import DateProblem, parse_date
from municipalities.domain.size_class import FROM_100, FROM_300, FROM_1000, UNDER_100

TITLE_LIMIT = 80
PLACE_LIMIT = 200
MOST_TOPICS = 12
INVITATION_LIMIT = 4_000
LONGEST_LINE = 1_000
LONGEST_TEXT = 20_000

Mistakes = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """As it stands in the boxes; ``topics`` has one a line."""

    title: str = ""
    day: str = ""
    begins: str = "14:00"
    ends: str = "16:00"
    place: str = ""
    topics: str = ""
    invitation: str = ""
    answer_by: str = ""

    @classmethod
    def of(cls, post: Mapping[str, str]) -> "Typed":
        """From a form that was sent."""
        lines = {
            name: tidy_line(post.get(name, "")[:LONGEST_LINE])
            for name in ("title", "day", "begins", "ends", "place", "answer_by")
        }
        texts = {name: tidy(post.get(name, "")[:LONGEST_TEXT]) for name in ("topics", "invitation")}
        return cls(**lines, **texts)

    @classmethod
    def known(cls, one: Meeting) -> "Typed":
        """What is written down."""
        start, end = (timezone.localtime(at, clock.TOKYO) for at in (one.starts_at, one.ends_at))
        return cls(
            title=one.title,
            day=f"{start:%Y-%m-%d}",
            begins=f"{start:%H:%M}",
            ends=f"{end:%H:%M}",
            place=one.place,
            topics="\n".join(one.topics),
            invitation=one.invitation,
            answer_by=one.answer_by.isoformat() if one.answer_by else "",
        )


def judge(typed: Typed) -> tuple[Details | None, Mistakes]:
    """What was meant; or None with everything that is to be mended."""
    mistakes = _line(typed.title, "title", TITLE_LIMIT, _("Write what the meeting is called."))
    day = _day(typed.day, "day", mistakes)
    begins, ends = (_time(getattr(typed, name), name, mistakes) for name in ("begins", "ends"))
    if begins and ends and ends <= begins:
        mistakes.append(("ends", _("It ends after it begins, on the same day.")))
    missing = _("Write the room, or the address of the call.")
    mistakes += _line(typed.place, "place", PLACE_LIMIT, missing)
    topics = tuple(line.strip() for line in typed.topics.splitlines() if line.strip())
    if len(topics) > MOST_TOPICS or any(len(topic) > TITLE_LIMIT for topic in topics):
        words = _("Up to %(count)s topics, one a line, each of up to %(most)s characters.")
        mistakes.append(("topics", words % {"count": MOST_TOPICS, "most": TITLE_LIMIT}))
    if len(typed.invitation) > INVITATION_LIMIT:
        words = _("The invitation is too long: up to %(most)s characters.")
        mistakes.append(("invitation", words % {"most": INVITATION_LIMIT}))
    answer_by = _day(typed.answer_by, "answer_by", mistakes) if typed.answer_by else None
    if answer_by and day and answer_by > day:
        words = _("The last day for an answer is not after the meeting.")
        mistakes.append(("answer_by", words))
    if mistakes or not (day and begins and ends):
        return None, mistakes
    starts_at, ends_at = clock.at(day, begins), clock.at(day, ends)
    details = Details(
        typed.title, starts_at, ends_at, typed.place, topics, typed.invitation.strip(), answer_by
    )
    return details, []


def when_said(one: Meeting) -> str:
    """Day and hours, in Japan."""
    start, end = (timezone.localtime(at, clock.TOKYO) for at in (one.starts_at, one.ends_at))
    return _("%(day)s, %(begin)s to %(end)s") % {
        "day": date_format(start, "DATE_FORMAT"),
        "begin": time_format(start, "H:i"),
        "end": time_format(end, "H:i"),
    }


def size_said(size: str) -> str:
    """A size class, by the births of a year."""
    return {
        UNDER_100: _("under 100 births a year"),
        FROM_100: _("100 to 299 births a year"),
        FROM_300: _("300 to 999 births a year"),
        FROM_1000: _("1,000 births a year and more"),
    }.get(size, _("births not known"))


def _line(text: str, name: str, most: int, missing: str) -> Mistakes:
    if not text:
        return [(name, missing)]
    if len(text) > most:
        return [(name, _("This is too long: up to %(most)s characters.") % {"most": most})]
    return []


def _day(text: str, name: str, mistakes: Mistakes) -> date | None:
    try:
        return parse_date(text)
    except DateProblem as problem:
        mistakes.append((name, problem.message_en if in_english() else problem.message_ja))
        return None


def _time(text: str, name: str, mistakes: Mistakes) -> time | None:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  a wall-clock time
    except ValueError:
        mistakes.append((name, _("Write the time like 14:00.")))
        return None
