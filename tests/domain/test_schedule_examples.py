"""The calendar as a table that a midwife can check with a pregnancy wheel and a wall calendar."""

from datetime import date, timedelta

import pytest

from messages.domain.schedule import anchors_for, due_stages, falls_on, pregnancy_day, stage_on
from messages.domain.stage import Kind, Stage, pregnancy_month, week_day_label


def day(text: str) -> date:
    return date.fromisoformat(text)


# due date      on            week and day        month of pregnancy (妊娠nか月)
PREGNANCY = """
2026-10-01    2026-01-22    妊娠4週0日          2
2026-10-01    2026-01-28    妊娠4週6日          2
2026-10-01    2026-01-29    妊娠5週0日          2
2026-10-01    2026-02-19    妊娠8週0日          3
2026-10-01    2026-03-22    妊娠12週3日         4
2026-10-01    2026-04-15    妊娠15週6日         4
2026-10-01    2026-04-16    妊娠16週0日         5
2026-10-01    2026-07-09    妊娠28週0日         8
2026-10-01    2026-09-10    妊娠37週0日         10
2026-10-01    2026-09-30    妊娠39週6日         10
2026-10-01    2026-10-01    妊娠40週0日         11
2026-10-01    2026-10-08    妊娠41週0日         11
2026-10-01    2026-10-14    妊娠41週6日         11
2027-01-05    2026-12-31    妊娠39週2日         10
2027-01-05    2027-01-01    妊娠39週3日         10
2028-03-01    2028-02-29    妊娠39週6日         10
2026-04-02    2026-03-31    妊娠39週5日         10
2026-04-02    2026-04-01    妊娠39週6日         10
"""

# born          on            stage
LIFE = """
2026-10-01    2026-10-01    生後0日
2026-10-01    2026-10-02    生後1日
2026-10-01    2026-10-08    生後7日
2026-10-01    2027-01-09    生後100日
2024-02-29    2024-03-01    生後1日
2025-12-31    2026-01-01    生後1日
2026-03-31    2026-04-02    生後2日
"""

# stage   born          falls on
CALENDAR = """
m1      2026-01-15    2026-02-15
m1      2026-01-28    2026-02-28
m1      2026-01-29    2026-02-28
m1      2026-01-30    2026-02-28
m1      2026-01-31    2026-02-28
m1      2028-01-31    2028-02-29
m1      2026-02-28    2026-03-28
m1      2026-03-31    2026-04-30
m2      2026-12-31    2027-02-28
m4      2026-10-31    2027-02-28
m6      2026-08-31    2027-02-28
m12     2024-02-29    2025-02-28
y1      2025-10-01    2026-10-01
y1      2024-02-28    2025-02-28
y1      2024-02-29    2025-03-01
y1      2024-03-01    2025-03-01
y2      2024-02-29    2026-03-01
y3      2024-02-29    2027-03-01
y4      2024-02-29    2028-02-29
y3      2023-12-31    2026-12-31
y3      2024-01-01    2027-01-01
y6      2020-04-01    2026-04-01
y6      2020-04-02    2026-04-02
"""

# stage   on            whose day it is
WHOSE = """
m1      2026-02-28    2026-01-28 2026-01-29 2026-01-30 2026-01-31
m1      2028-02-28    2028-01-28
m1      2028-02-29    2028-01-29 2028-01-30 2028-01-31
m1      2026-03-28    2026-02-28
m1      2026-03-29    nobody
m1      2026-03-31    nobody
m1      2028-03-29    2028-02-29
m1      2026-04-30    2026-03-30 2026-03-31
m1      2026-05-31    nobody
m2      2026-03-31    2026-01-31
m1      2026-01-31    2025-12-31
y1      2025-02-28    2024-02-28
y1      2025-03-01    2024-02-29 2024-03-01
y1      2026-03-01    2025-03-01
y4      2028-02-29    2024-02-29
y1      2028-02-29    nobody
y3      2027-03-01    2024-02-29 2024-03-01
p40w0d  2026-10-01    2026-10-01
p4w0d   2026-01-22    2026-10-01
d100    2027-01-09    2026-10-01
"""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.mark.parametrize(("due", "on", "label", "month"), rows(PREGNANCY))
def test_a_day_of_pregnancy(due: str, on: str, label: str, month: str) -> None:
    stage = stage_on(Kind.PREGNANCY, day(due), day(on))
    assert stage is not None
    assert (stage.label_ja, pregnancy_month(stage.number)) == (label, int(month))


@pytest.mark.parametrize(("born", "on", "label"), rows(LIFE))
def test_a_day_of_life(born: str, on: str, label: str) -> None:
    stage = stage_on(Kind.CHILD, day(born), day(on))
    assert stage is not None
    assert stage.label_ja == label


@pytest.mark.parametrize(("key", "born", "on"), rows(CALENDAR))
def test_a_month_or_birthday_by_the_calendar(key: str, born: str, on: str) -> None:
    assert falls_on(Stage.parse(key), day(born)) == day(on)


@pytest.mark.parametrize(("key", "on", "anchors"), [(r[0], r[1], r[2:]) for r in rows(WHOSE)])
def test_whose_day_it_is(key: str, on: str, anchors: list[str]) -> None:
    expected = () if anchors == ["nobody"] else tuple(day(anchor) for anchor in anchors)
    assert anchors_for(Stage.parse(key), day(on)) == expected


@pytest.mark.parametrize("on", ["2026-01-21", "2025-12-25", "2026-10-15", "2026-12-31"])
def test_outside_4w0d_to_41w6d_a_pregnancy_has_no_stage(on: str) -> None:
    assert stage_on(Kind.PREGNANCY, day("2026-10-01"), day(on)) is None


def test_before_the_day_of_birth_and_after_the_19th_year_a_child_has_no_stage() -> None:
    born = day("2026-10-01")
    assert stage_on(Kind.CHILD, born, day("2026-09-30")) is None
    assert stage_on(Kind.CHILD, born, day("2045-10-01")) is None


def test_the_last_period_lies_280_days_before_the_due_date() -> None:
    due = day("2026-10-01")
    last_period = day("2025-12-25")
    assert due - last_period == timedelta(days=280)
    assert pregnancy_day(due, last_period) == 0
    assert (
        week_day_label(pregnancy_day(due, last_period + timedelta(weeks=12, days=3))) == "12週3日"
    )


def test_a_corrected_due_date_moves_the_stage_by_the_same_number_of_days() -> None:
    on = day("2026-03-21")
    assert pregnancy_day(day("2026-10-01"), on) - pregnancy_day(day("2026-10-05"), on) == 4


def test_a_birthday_beats_a_month_and_a_month_beats_a_day() -> None:
    stages = [Stage.parse(key) for key in ("d365", "m12", "y1", "d92", "m3", "d0")]
    due = due_stages(stages, day("2026-10-01"))
    assert due[Kind.CHILD, day("2025-10-01")] == Stage.parse("y1")
    assert due[Kind.CHILD, day("2026-07-01")] == Stage.parse("m3")
    assert due[Kind.CHILD, day("2026-10-01")] == Stage.parse("d0")
    assert due == due_stages(reversed(stages), day("2026-10-01"))


def test_a_due_date_and_a_birth_date_on_the_same_day_are_two_courses() -> None:
    on = day("2026-10-01")
    due = due_stages([Stage.parse("p40w0d"), Stage.parse("d0")], on)
    assert set(due) == {(Kind.PREGNANCY, on), (Kind.CHILD, on)}
