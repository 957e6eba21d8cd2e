"""The dates a reader types on the own page: read from the form, judged, said back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from messages.views.day_in_words import stage_today
from municipalities.domain.boxes import Boxes
from municipalities.domain.dates import DateProblem
from municipalities.domain.plausible import check_due_and_birth
from municipalities.domain.signup import BORN, PREGNANT, Anchor, Mistake, judge_anchor
from municipalities.domain.words import Relation
from municipalities.models import Course
from municipalities.services.courses import Dates
from municipalities.views.leave_forms import day_words

MOST_CHILDREN = 5
ALREADY = (
    "この日付は登録されています。ふたごのときは、登録してあるお子さんの日付を直す画面で、人数を選べます。",
    "This date is registered already. For twins, change the number of children there.",
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as typed. ``state``: pregnant, born, or not chosen yet."""

    state: str = ""
    boxes: Boxes = field(default_factory=Boxes)
    weeks: str = ""
    children: str = "1"
    relation: str = Relation.UNDISCLOSED

    @classmethod
    def of(cls, post: Mapping[str, str], state: str = "") -> "Typed":
        """From a form that was sent; a ``state`` that is known beforehand is not asked for."""
        return cls(
            state=state or post.get("state", ""),
            boxes=Boxes(*(post.get(box, "")[:200] for box in ("year", "month", "day"))),
            weeks=post.get("weeks", "")[:200],
            children=post.get("children", "1"),
            relation=post.get("relation", Relation.UNDISCLOSED),
        )

    @classmethod
    def known(cls, state: str, day: date | None, children: int) -> "Typed":
        """What is written down already, to be corrected."""
        boxes = Boxes(str(day.year), str(day.month), str(day.day)) if day else Boxes()
        return cls(state=state, boxes=boxes, children=str(children))

    def hidden(self) -> dict[str, str]:
        """The same for the second screen, which sends it once more."""
        return {
            "state": self.state,
            "year": self.boxes.year,
            "month": self.boxes.month,
            "day": self.boxes.day,
            "weeks": self.weeks,
            "children": self.children,
            "relation": self.relation,
        }


def judge(
    typed: Typed, *, on: date, last_birthday: int, course: Course | None = None
) -> Dates | list[Mistake]:
    """What was meant, or all that is to be mended. With ``course`` it must fit what is known."""
    mistakes: list[Mistake] = []
    anchor = judge_anchor(typed.state, typed.boxes, typed.weeks, on=on, last_birthday=last_birthday)
    if isinstance(anchor, Mistake):
        mistakes.append(anchor)
    elif course and course.due_date and anchor.birth_date:
        try:
            check_due_and_birth(course.due_date, anchor.birth_date)
        except DateProblem as problem:
            mistakes.append(Mistake.of("year", problem))
    if typed.children not in {str(number) for number in numbers()}:
        mistakes.append(_not_offered("children", "「お子さんの数」"))
    if typed.relation not in set(Relation):
        mistakes.append(_not_offered("relation", "「あなたは」"))
    if mistakes or not isinstance(anchor, Anchor):
        return mistakes
    return Dates(
        due=anchor.due_date,
        birth=anchor.birth_date,
        children=int(typed.children),
        is_provisional=anchor.is_provisional,
    )


def already() -> Mistake:
    """The date is one of the reader's own already."""
    return Mistake("year", "already", *ALREADY)


def numbers() -> range:
    """How many children one pregnancy or birth may have here."""
    return range(1, MOST_CHILDREN + 1)


def said_back(dates: Dates, on: date) -> list[str]:
    """What was understood: the date, where that puts today, and how many children."""
    anchor = day_words(dates.anchor)
    place = {"place": stage_today(dates.due, dates.birth, on)}
    lines = [
        (_("Date of birth: %(day)s") if dates.birth else _("Due date: %(day)s")) % {"day": anchor},
        _("Today is: %(place)s") % place,
    ]
    if dates.is_provisional:
        lines[0] = _("Due date, for now: about %(day)s") % {"day": anchor}
    if dates.children > 1:
        lines.append(_("%(count)s children") % {"count": dates.children})
    return lines


def state_of(course: Course) -> str:
    """Which of the two dates counts for it."""
    return BORN if course.birth_date else PREGNANT


def _not_offered(field_name: str, name_ja: str) -> Mistake:
    return Mistake(
        field_name,
        "not_offered",
        f"{name_ja}は、画面にあるものから選んでください。",
        f"Choose one of the answers that are offered ({field_name}).",
    )
