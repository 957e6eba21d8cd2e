"""What a sign-up asks for, judged: the date of the course, and whom to write to.

Pure: the day is passed in. A mistake carries the id of the field it belongs to, so that the page
can lead there.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from kizuna.lib.text import fold_value
from municipalities.domain.addresses import AddressProblem, Email, normalise_email
from municipalities.domain.boxes import BIRTH, DUE, Boxes, BoxProblem, date_in
from municipalities.domain.dates import DateProblem
from municipalities.domain.plausible import DAYS_TO_TERM, check_birth_date, check_due_date
from municipalities.domain.problem import ValueProblem
from municipalities.domain.words import Relation, Variant

PREGNANT, BORN = "pregnant", "born"
LAST_WEEK = 41
MIDDLE_OF_THE_WEEK = 3
"""Somebody "in week 12" is between 12w0d and 12w6d: the middle is never more than three days off."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date a course hangs on. ``is_provisional``: worked out from a week, to be asked again."""

    due_date: date | None = None
    birth_date: date | None = None
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: the id of its field, a code for tests, the sentence in two languages."""

    field: str
    code: str
    message_ja: str
    message_en: str

    @classmethod
    def of(cls, field: str, problem: ValueProblem) -> "Mistake":
        return cls(field, problem.code, problem.message_ja, problem.message_en)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to, and how."""

    email: Email
    relation: Relation
    variant: Variant
    area: str


def judge_anchor(
    state: str, boxes: Boxes, weeks: str, *, on: date, last_birthday: int
) -> Anchor | Mistake:
    """The anchor that was typed, or the one thing to mend first."""
    if state not in {PREGNANT, BORN}:
        return Mistake(
            "state-pregnant",
            "no_state",
            "「妊娠中」か「生まれています」のどちらかを選んでください。",
            "Choose whether you are pregnant or the baby is born.",
        )
    try:
        if state == BORN:
            birth = date_in(boxes, BIRTH)
            check_birth_date(birth, on, last_birthday)
            return Anchor(birth_date=birth)
        if not boxes and fold_value(weeks[:100]):
            return Anchor(due_date=due_from_week(weeks, on), is_provisional=True)
        due = date_in(boxes, DUE)
        check_due_date(due, on)
        return Anchor(due_date=due)
    except BoxProblem as problem:
        return Mistake.of(problem.box, problem)
    except DateProblem as problem:
        return Mistake.of("weeks" if problem.code == "week_form" else "year", problem)


def due_from_week(text: str, on: date) -> date:
    """The due date of somebody who is in this completed week of pregnancy, give or take three days.

    Raises:
        DateProblem: ``week_form``.
    """
    week = re.fullmatch(r"(?:妊娠 ?)?(\d{1,2}) ?(?:週目?)?", fold_value(text[:100]), re.ASCII)
    if week is None or int(week[1]) > LAST_WEEK:
        raise DateProblem(
            "week_form",
            f"妊娠の週数は、0から{LAST_WEEK}までの数字で入力してください。",
            f"Enter the week of pregnancy as a number from 0 to {LAST_WEEK}.",
        )
    return on + timedelta(days=DAYS_TO_TERM - int(week[1]) * 7 - MIDDLE_OF_THE_WEEK)


def judge_contact(
    address: str,
    relation: str,
    variant: str,
    area: str,
    *,
    areas: Collection[str],
    ours: Collection[str],
) -> Contact | list[Mistake]:
    """Whom to write to, or everything that is to be mended. ``ours`` are the service's own addresses."""
    mistakes: list[Mistake] = []
    email = None
    try:
        email = normalise_email(address)
        if email.key in ours:
            raise AddressProblem(
                "ours",
                "これは配信に使っているアドレスです。ご自身のメールアドレスを入れてください。",
                "This is the service's own address. Enter your own.",
            )
    except AddressProblem as problem:
        mistakes.append(Mistake.of("address", problem))
    # A radio button gives one of these and nothing else; an empty answer is an answer.
    if (relation or Relation.UNDISCLOSED) not in set(Relation):
        mistakes.append(_not_offered("relation", "「あなたは」"))
    if (variant or Variant.STANDARD) not in set(Variant):
        mistakes.append(_not_offered("variant", "「ことば」"))
    if area and area not in areas:
        mistakes.append(_not_offered("area", "「お住まいの地域」"))
    if mistakes or email is None:
        return mistakes
    return Contact(
        email,
        Relation(relation or Relation.UNDISCLOSED),
        Variant(variant or Variant.STANDARD),
        area,
    )


def _not_offered(field: str, name_ja: str) -> Mistake:
    return Mistake(
        field,
        "not_offered",
        f"{name_ja}は、画面にあるものから選んでください。",
        f"Choose one of the answers that are offered ({field}).",
    )
