"""Dates as parents and officers in Japan type them: one parser for forms, files and the API.

A date is never guessed. What could be read two ways, or is not a date, is refused with a sentence
that names what was seen and how to write it.
"""

import re
from datetime import date, timedelta
from typing import NoReturn

from kizuna.lib.text import fold_value
from municipalities.domain.problem import ValueProblem


class DateProblem(ValueProblem):
    """A text that is no date, or a date that cannot be meant."""


_ERAS: tuple[tuple[str, str, date, date | None], ...] = (
    ("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    ("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    ("令和", "R", date(2019, 5, 1), None),
)

# Hyphen look-alikes that keyboards and spreadsheets put between numbers.
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─", "-"))
# \d means 0 to 9 below: parse_date has refused the digits of other scripts before.
_MONTH_DAY = r"(?: ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{1,2})| ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日)"
_WESTERN = re.compile(rf"(?:西暦 ?)?(\d{{4}}){_MONTH_DAY}")
_COMPACT = re.compile(r"([12]\d{3})(\d\d)(\d\d)")
_ERA_NAME = "令和?|平成?|昭和?|[RHSrhs]"
_ERA = re.compile(rf"({_ERA_NAME}) ?(元|\d{{1,2}}){_MONTH_DAY}")
_ONE_DATE = re.compile(rf"(?<!\d)(?:\d{{4}}|元|\d{{1,2}}){_MONTH_DAY}")
_TWO_COMPACT = re.compile(r"\d{8}\D+\d{8}")
_LONGEST = 100
"""Characters; nothing longer is a date, and it is not worth folding."""

_HINT_JA = "「2026-05-01」か「令和8年5月1日」のように書いてください。"
_HINT_EN = "Write it like 2026-05-01."


_REFUSED: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    (
        "with_time",
        re.compile(r"\d(?::\d\d| ?時)"),
        "日付に時刻がついています。時刻を消して、日付だけを書いてください。",
        "There is a time after the date. Remove it and leave the date alone.",
    ),
    (
        "kanji_digits",
        re.compile("[〇零一二三四五六七八九十百千]"),
        "漢数字は読み取れません。数字は「5」のように算用数字で書いてください。",
        "Kanji numerals cannot be read. Use digits such as 5.",
    ),
    (
        "no_year",
        re.compile(r"\d{1,2} ?[-/.] ?\d{1,2}|\d{1,2} ?月 ?\d{1,2} ?日"),
        f"年がありません。{_HINT_JA}",
        f"The year is missing. {_HINT_EN}",
    ),
    (
        "no_day",
        re.compile(
            rf"(?:\d{{4}}|(?:{_ERA_NAME}) ?(?:元|\d{{1,2}}))(?: ?[-/.年] ?\d{{1,2}} ?月?| ?年)?"
        ),
        f"「日」まで入っていません。{_HINT_JA}",
        f"The day is missing. {_HINT_EN}",
    ),
    (
        "ambiguous",
        re.compile(r"\d{1,3} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,4} ?日?|\d{6,8}"),
        f"どれが年・月・日か決められません。年は4桁で、年・月・日の順にして、{_HINT_JA}",
        f"It is unclear which part is the year, the month and the day. {_HINT_EN}",
    ),
)


def parse_date(text: str) -> date:
    """The one date a text names.

    Raises:
        DateProblem: empty, no date, no such day, two dates, or readable in two ways.
    """
    if len(text) > _LONGEST:
        _no_format()
    written = fold_value(text).translate(_HYPHENS)
    if not written:
        raise DateProblem("required", "日付が空です。日付を入れてください。", "Enter a date.")
    if any(sign.isdecimal() and not sign.isascii() for sign in written):
        raise DateProblem(
            "digits",
            "日本語では使わない種類の数字が入っています。0から9の数字で書いてください。",
            "These digits cannot be read. Use 0 to 9.",
        )
    if found := _WESTERN.fullmatch(written) or _COMPACT.fullmatch(written):
        year, month, day = (int(part) for part in found.groups() if part)
        return _existing(year, month, day)
    if found := _ERA.fullmatch(written):
        name, year_of_era, month_of, day_of = (part for part in found.groups() if part)
        return _in_era(name, year_of_era, int(month_of), int(day_of))
    return _refuse(written)


def era_year(day: date) -> str:
    """「令和8年」 for a day since 1926-12-25; 「1900年」 before."""
    for name, _, first, _last in reversed(_ERAS):
        if day >= first:
            return f"{name}{day.year - first.year + 1}年"
    return f"{day.year}年"


def in_japanese(day: date) -> str:
    """「2026年5月1日」."""
    return f"{day.year}年{day.month}月{day.day}日"


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateProblem(
            "no_such_day",
            f"{year}年{month}月{day}日はありません。日付を確かめてください。",
            f"There is no day {year}-{month:02}-{day:02}. Check the date.",
        ) from None


def _in_era(written: str, year_of_era: str, month: int, day: int) -> date:
    name, _, first, last = next(
        era for era in _ERAS if written[0] == era[0][0] or written.upper() == era[1]
    )
    count = 1 if year_of_era == "元" else int(year_of_era)
    if count == 0:
        raise DateProblem(
            "era_year_zero",
            f"{name}0年はありません。{name}は1年（元年）からです。年を確かめてください。",
            "An era begins with its year 1. Check the year.",
        )
    met = _existing(first.year + count - 1, month, day)
    if met < first or (last and met > last):
        bound = f"{in_japanese(last)}まで" if last and met > last else f"{in_japanese(first)}から"
        raise DateProblem(
            "era_over" if met > first else "era_not_begun",
            f"{name}は{bound}です。{era_year(met)}{month}月{day}日であれば、"
            "そのように書いてください。",
            f"That day is outside the era. If you mean {met.isoformat()}, write it so.",
        )
    return met


def _refuse(written: str) -> NoReturn:
    """Find the sentence that helps most; the order goes from the surest sign to the vaguest."""
    if len(_ONE_DATE.findall(written)) > 1 or _TWO_COMPACT.search(written):
        raise DateProblem(
            "two_dates",
            "日付が2つ入っています。1つだけにしてください。",
            "There are two dates. Leave one.",
        )
    if serial := re.fullmatch(r"([1-9]\d{4})(?:\.\d{1,12})?", written):
        meant = date(1899, 12, 30) + timedelta(days=int(serial[1]))
        raise DateProblem(
            "excel_serial",
            f"「{serial[1]}」は、Excelが日付（{in_japanese(meant)}）を数えている番号です。"
            "セルの表示形式を「日付」か「文字列」にして、日付が見える形で保存してください。",
            f"{serial[1]} is the number a spreadsheet keeps for {meant.isoformat()}. "
            "Format the cell as a date or as text and save again.",
        )
    for code, sign, message_ja, message_en in _REFUSED:
        whole = code in {"no_year", "no_day", "ambiguous"}
        if sign.fullmatch(written) if whole else sign.search(written):
            raise DateProblem(code, message_ja, message_en)
    _no_format()


def _no_format() -> NoReturn:
    raise DateProblem(
        "no_date", f"日付として読み取れません。{_HINT_JA}", f"This is not a date. {_HINT_EN}"
    )
