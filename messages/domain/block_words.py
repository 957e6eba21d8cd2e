"""A range of days as people say it, and back: 20週0日, 3か月5日.

A child's month has no fixed number of days. Here one is a twelfth of 365¼ days, rounded down, so
that 12か月 is day 365 and each day has exactly one name.
"""

from messages.domain.stage import FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY, Kind, week_day_label

DAYS_ALONE_UNTIL = 100
"""Up to the hundredth day a child's age is told in days."""


def month_begins(months: int) -> int:
    """The life day on which that month of life begins: 1 → 30, 3 → 91, 12 → 365, 36 → 1095."""
    return months * 1461 // 48


def months_and_days(day: int) -> tuple[int, int]:
    """The inverse: the completed months, and the days that are left."""
    months = day * 48 // 1461
    if month_begins(months + 1) <= day:
        months += 1
    return months, day - month_begins(months)


def range_ja(kind: Kind, first: int, last: int) -> str:
    """妊娠20週0日〜27週6日の人に."""
    return f"{_range_ja(kind, first, last)}の人に"


def range_en(kind: Kind, first: int, last: int) -> str:
    """To those who are 20w0d to 27w6d pregnant."""
    if kind is Kind.PREGNANCY:
        days = [f"{day // 7}w{day % 7}d" for day in _ends(first, last)]
        return f"to those who are {' to '.join(days)} pregnant"
    if last <= DAYS_ALONE_UNTIL:
        days = [str(day) for day in _ends(first, last)]
        return f"to those with a child {' to '.join(days)} days old"
    ages = ["{} months {} days".format(*months_and_days(day)) for day in _ends(first, last)]
    return f"to those with a child {' to '.join(ages)} old (day {first} to {last})"


def outside(kind: Kind, first: int, last: int, last_birthday: int) -> bool:
    """Whether nobody is ever in that range, by the calendar of the course."""
    begin, end = limits(kind, last_birthday)
    return last < begin or first > end


def limits(kind: Kind, last_birthday: int) -> tuple[int, int]:
    """The first and the last day on which a course can meet a text."""
    if kind is Kind.PREGNANCY:
        return FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY
    return 0, month_begins(last_birthday * 12) + 1


def _range_ja(kind: Kind, first: int, last: int) -> str:
    if kind is Kind.PREGNANCY:
        return "妊娠" + "〜".join(week_day_label(day) for day in _ends(first, last))
    if last <= DAYS_ALONE_UNTIL:
        return "生後" + "〜".join(f"{day}日" for day in _ends(first, last))
    ages = "〜".join("{}か月{}日".format(*months_and_days(day)) for day in _ends(first, last))
    return f"生後{ages}（{first}日目から{last}日目まで）"


def _ends(first: int, last: int) -> list[int]:
    return [first] if first == last else [first, last]
