"""Whether a due date or a birth date can be meant, before anything is planned from it.

Days are counted as the calendar of stages counts them: the due date is day 280 (40w0d), and the
last text arrives on the last birthday of the municipality's programme.
"""

from datetime import date, timedelta

from municipalities.domain.dates import DateProblem, in_japanese

DAYS_TO_TERM = 280
DAYS_OVERDUE = 14
"""After 42w0d a pregnancy has ended; the person is asked for the birth date instead."""

DAYS_EARLY = 140
"""A birth more than twenty weeks before term belongs to another due date."""

_LONG_PAST = 140
_PARENT_AGE = 15


def check_due_date(due: date, on: date) -> None:
    """Accept a due date from 14 days ago to 280 days ahead of ``on``.

    Raises:
        DateProblem: ``due_far``, ``due_passed`` or ``due_long_past``.
    """
    days = (due - on).days
    if days > DAYS_TO_TERM:
        limit = on + timedelta(days=DAYS_TO_TERM)
        raise DateProblem(
            "due_far",
            f"{in_japanese(due)}が予定日だと、今日はまだ妊娠0週より前になります。"
            f"今日の時点で入れられるのは{in_japanese(limit)}までです。年と月を確かめてください。",
            f"With that due date today is before week 0. The latest possible is "
            f"{limit.isoformat()}. Check the year and the month.",
        )
    if -days > _LONG_PAST:
        raise DateProblem(
            "due_long_past",
            f"出産予定日の{in_japanese(due)}は{-days}日前です。年を確かめてください。"
            "生まれているときは「生まれています」を選び、お子さんの生年月日を入れます。",
            f"That due date is {-days} days ago. Check the year, or give the birth date instead.",
        )
    if -days > DAYS_OVERDUE:
        week, day = divmod(DAYS_TO_TERM - days, 7)
        raise DateProblem(
            "due_passed",
            f"{in_japanese(due)}が予定日だと、今日は妊娠{week}週{day}日になります。"
            "もう生まれていますか。"
            "生まれているときは「生まれています」を選び、お子さんの生年月日を入れます。",
            f"With that due date today is {week} weeks and {day} days. Has the baby been born? "
            "Then choose that and give the birth date.",
        )


def check_birth_date(birth: date, on: date, last_birthday: int) -> None:
    """Accept a birth date from the day ``on`` back to the child whose last birthday is ``on``.

    Raises:
        DateProblem: ``birth_future``, ``birth_parent`` or ``birth_too_early``.
    """
    if birth > on:
        raise DateProblem(
            "birth_future",
            f"生年月日の{in_japanese(birth)}は、今日より先です。"
            "これから生まれるときは「妊娠中」を選び、出産予定日を入れます。",
            "That birth date is after today. If the baby is not born yet, give the due date.",
        )
    if on <= _birthday(birth, last_birthday):
        return
    if on.year - birth.year >= _PARENT_AGE:
        raise DateProblem(
            "birth_parent",
            f"{in_japanese(birth)}は、{on.year - birth.year}年前の日付です。"
            "ご自身ではなく、お子さんの生年月日を入れてください。",
            "That day is too long ago. Give the child's birth date, not your own.",
        )
    raise DateProblem(
        "birth_too_early",
        f"このサービスは{last_birthday}歳の誕生日までです。"
        f"{in_japanese(birth)}生まれのお子さんは、その日を過ぎています。",
        f"This service ends on birthday {last_birthday}, which has passed for that birth date.",
    )


def check_due_and_birth(due: date, birth: date) -> None:
    """Where both are given they must belong to one pregnancy; a very early birth does.

    Raises:
        DateProblem: ``due_and_birth_apart``.
    """
    after = (birth - due).days
    if not -DAYS_EARLY <= after <= 2 * DAYS_OVERDUE:
        raise DateProblem(
            "due_and_birth_apart",
            f"出産予定日と生年月日が{abs(after)}日離れています。2つの日付を確かめてください。",
            f"The due date and the birth date are {abs(after)} days apart. Check both.",
        )


def _birthday(birth: date, number: int) -> date:
    try:
        return birth.replace(year=birth.year + number)
    except ValueError:
        # Born on 29 February, and that year has none: the calendar of stages greets on 1 March.
        return date(birth.year + number, 3, 1)
