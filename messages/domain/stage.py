"""A stage: the place of one day in a pregnancy or a child's life. Every text belongs to one stage.

Pregnancy is counted as obstetrics counts it: completed weeks and days from the first day of the
last period, the due date being 40 weeks 0 days (day 280). A child's day 0 is the day of birth.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is being counted: a pregnancy (anchor: due date) or a child (anchor: birth date)."""

    PREGNANCY = "pregnancy"
    CHILD = "child"


class Unit(StrEnum):
    """What a stage's number counts. The values are also the folders of ``content/ja``."""

    PREGNANCY_DAY = "pregnancy_day"
    LIFE_DAY = "life_day"
    LIFE_MONTH = "life_month"
    BIRTHDAY = "birthday"


FIRST_PREGNANCY_DAY = 28
"""4 weeks 0 days: earlier, hardly anybody knows of the pregnancy."""

LAST_PREGNANCY_DAY = 293
"""41 weeks 6 days: afterwards the course holds silently until a birth date is given."""

DUE_DAY = 280

# A course may run to the end of the school year at 18, hence a day short of the 19th birthday.
_RANGE = {
    Unit.PREGNANCY_DAY: (FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY),
    Unit.LIFE_DAY: (0, 6938),
    Unit.LIFE_MONTH: (1, 227),
    Unit.BIRTHDAY: (1, 18),
}

# Leading zeros are refused: two keys for one stage would be two texts for one day.
_KEY = re.compile(
    r"p(?P<week>[1-9][0-9]?)w(?P<weekday>[0-6])d"
    r"|(?P<letter>[dmy])(?P<number>0|[1-9][0-9]{0,4})",
    re.ASCII,
)
_LETTER = {"d": Unit.LIFE_DAY, "m": Unit.LIFE_MONTH, "y": Unit.BIRTHDAY}


@dataclass(frozen=True, order=True, slots=True)
class Stage:
    """``number`` counts completed days, months or years; see ``Unit``.

    Raises ``ValueError`` for a number no course can reach.
    """

    unit: Unit
    number: int

    def __post_init__(self) -> None:
        first, last = _RANGE[self.unit]
        if not first <= self.number <= last:
            raise ValueError(f"{self.unit} runs from {first} to {last}, not to {self.number}.")

    @property
    def kind(self) -> Kind:
        return Kind.PREGNANCY if self.unit is Unit.PREGNANCY_DAY else Kind.CHILD

    @property
    def key(self) -> str:
        """The short name used in file names and addresses: ``p12w3d``, ``d45``, ``m7``, ``y1``."""
        match self.unit:
            case Unit.PREGNANCY_DAY:
                week, day = divmod(self.number, 7)
                return f"p{week}w{day}d"
            case Unit.LIFE_DAY:
                return f"d{self.number}"
            case Unit.LIFE_MONTH:
                return f"m{self.number}"
            case Unit.BIRTHDAY:
                return f"y{self.number}"

    @classmethod
    def parse(cls, key: str) -> "Stage":
        """The stage of a key. Raises ``ValueError`` with a sentence fit for an editor."""
        found = _KEY.fullmatch(key)
        if not found:
            raise ValueError(
                f"「{key}」は時期として読めません。"
                "p12w3d（妊娠12週3日）、d45（生後45日）、m7（生後7か月）、y1（1歳）のように書きます。"
            )
        if found["week"]:
            unit, number = Unit.PREGNANCY_DAY, int(found["week"]) * 7 + int(found["weekday"])
        else:
            unit, number = _LETTER[found["letter"]], int(found["number"])
        first, last = _RANGE[unit]
        if not first <= number <= last:
            span = f"{cls(unit, first).key} から {cls(unit, last).key}"
            raise ValueError(f"「{key}」は範囲の外です。{span} までです。")
        return cls(unit, number)

    @property
    def label_ja(self) -> str:
        """As parents say it; from the first birthday on, months are told with the years."""
        match self.unit:
            case Unit.PREGNANCY_DAY:
                return f"妊娠{week_day_label(self.number)}"
            case Unit.LIFE_DAY:
                return f"生後{self.number}日"
            case Unit.LIFE_MONTH:
                years, months = divmod(self.number, 12)
                if not years:
                    return f"生後{months}か月"
                return f"{years}歳{months}か月" if months else f"{years}歳"
            case Unit.BIRTHDAY:
                return f"{self.number}歳のお誕生日"

    @property
    def label_en(self) -> str:
        match self.unit:
            case Unit.PREGNANCY_DAY:
                week, day = divmod(self.number, 7)
                return f"{_count(week, 'week')} {_count(day, 'day')} pregnant"
            case Unit.LIFE_DAY:
                return f"{_count(self.number, 'day')} old"
            case Unit.LIFE_MONTH:
                return f"{_count(self.number, 'month')} old"
            case Unit.BIRTHDAY:
                ending = {1: "st", 2: "nd", 3: "rd"}.get(self.number, "th")
                return f"{self.number}{ending} birthday"


def week_day_label(day: int) -> str:
    """Completed weeks and days, e.g. 87 → 「12週3日」."""
    week, rest = divmod(day, 7)
    return f"{week}週{rest}日"


def pregnancy_month(day: int) -> int:
    """The Japanese month of pregnancy (妊娠nか月): ordinal, four weeks each. 0w0d–3w6d is month 1,
    15w6d is month 4, 16w0d is month 5, 40w0d and later is month 11."""
    return day // 28 + 1


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
