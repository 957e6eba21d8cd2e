"""A date typed into three boxes, by thumb: every slip has its own sentence and its own box.

The year's box also takes a whole date that was pasted: 2026/9/1, 20260901, 令和8年9月1日, R8.9.1.
Day and month are never swapped and a year is never completed: what is not clear is asked for.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from kizuna.lib.text import fold_value
from municipalities.domain.dates import DateProblem, parse_date

DUE, BIRTH = "due", "birth"
_NAMES = {DUE: ("出産予定日", "due date"), BIRTH: ("お子さんの生年月日", "child's birth date")}
_BOXES = {"year": "年", "month": "月", "day": "日"}
_YEAR = re.compile(r"(?:西暦 ?)?\d{4}|(?:令和?|平成?|昭和?|[RHSrhs]) ?(?:元|\d{1,2})")
_LONGEST = 100


class BoxProblem(DateProblem):
    """``box`` is the one to look at: year, month or day."""

    def __init__(self, box: str, code: str, message_ja: str, message_en: str) -> None:
        super().__init__(code, message_ja, message_en)
        self.box = box


@dataclass(frozen=True, slots=True)
class Boxes:
    """What stands in the three boxes, as typed."""

    year: str = ""
    month: str = ""
    day: str = ""

    def __bool__(self) -> bool:
        return any(_tidy(text) for text in (self.year, self.month, self.day))


def date_in(boxes: Boxes, what: str) -> date:
    """The one date that was typed. ``what`` is ``DUE`` or ``BIRTH``, for the sentences.

    Raises:
        BoxProblem: with a sentence for exactly this slip.
    """
    year, month, day = _tidy(boxes.year), _tidy(boxes.month), _tidy(boxes.day)
    if not (year or month or day):
        _missing(what)
    if pasted := _pasted(year, month, day):
        return pasted
    year = year.removesuffix("年").strip()
    month, day = month.removesuffix("月").strip(), day.removesuffix("日").strip()
    _all_filled(year, month, day, what)
    _check_numbers(month, day)
    try:
        return parse_date(f"{year}年{month}月{day}日")
    except DateProblem as problem:
        box = "year"
        if problem.code == "no_such_day":
            box = "day" if 1 <= int(month) <= 12 else "month"
        raise _at(box, problem) from None


def _tidy(text: str) -> str:
    return fold_value(text[: _LONGEST + 1])


def _pasted(year: str, month: str, day: str) -> date | None:
    """The whole date in the year's box, if that is where it stands."""
    if _YEAR.fullmatch(year.removesuffix("年").strip()) or not year:
        return None
    try:
        met = parse_date(year)
    except DateProblem as problem:
        if month or day:
            return None
        if re.fullmatch(r"\w{1,7}", year):  # not even the beginning of a date: a year, misspelt
            return None
        raise _at("year", problem) from None
    typed = (month.removesuffix("月").lstrip("0"), day.removesuffix("日").lstrip("0"))
    if (month or day) and typed != (str(met.month), str(met.day)):
        raise BoxProblem(
            "year",
            "two_dates",
            "「年」の欄に日付が全部入っています。「年」だけにするか、「月」と「日」を空にしてください。",
            "The whole date stands in the box for the year. Leave the year alone there, or empty "
            "the other two boxes.",
        )
    return met


def _all_filled(year: str, month: str, day: str, what: str) -> None:
    name_ja, name_en = _NAMES[what]
    if year:
        _check_year(year)
    for box, text in (("year", year), ("month", month), ("day", day)):
        if not text:
            raise BoxProblem(
                box,
                f"no_{box}",
                f"{name_ja}の「{_BOXES[box]}」を入力してください。",
                f"Enter the {box} of the {name_en}.",
            )


def _check_year(year: str) -> None:
    if not _YEAR.fullmatch(year) or not year.isprintable() or _foreign(year):
        raise BoxProblem(
            "year",
            "year_form",
            "「年」は「2026」のように4桁の数字で入力してください。「令和8」でも大丈夫です。",
            "Enter the year with four digits, such as 2026.",
        )


def _check_numbers(month: str, day: str) -> None:
    for box, text, last in (("month", month, 12), ("day", day, 31)):
        if not re.fullmatch(r"\d{1,2}", text, re.ASCII):
            raise BoxProblem(
                box,
                f"{box}_form",
                f"「{_BOXES[box]}」は1から{last}までの数字で入力してください。",
                f"Enter the {box} as a number from 1 to {last}.",
            )


def _foreign(text: str) -> bool:
    return any(sign.isdecimal() and not sign.isascii() for sign in text)


def _missing(what: str) -> NoReturn:
    name_ja, name_en = _NAMES[what]
    raise BoxProblem("year", "required", f"{name_ja}を入力してください。", f"Enter the {name_en}.")


def _at(box: str, problem: DateProblem) -> BoxProblem:
    return BoxProblem(box, problem.code, problem.message_ja, problem.message_en)
