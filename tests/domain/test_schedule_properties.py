"""The calendar holds for every anchor date from 1950 to 2100, not only for those we thought of."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from messages.domain.schedule import anchors_for, due_stages, falls_on, stage_on
from messages.domain.stage import Kind, Stage, Unit

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
STAGES = st.one_of(
    st.builds(Stage, st.just(Unit.PREGNANCY_DAY), st.integers(28, 293)),
    st.builds(Stage, st.just(Unit.LIFE_DAY), st.integers(0, 6938)),
    st.builds(Stage, st.just(Unit.LIFE_MONTH), st.integers(1, 227)),
    st.builds(Stage, st.just(Unit.BIRTHDAY), st.integers(1, 18)),
)
COUNTED = {Unit.PREGNANCY_DAY, Unit.LIFE_DAY}
STANDARD_RHYTHM = [
    *(Stage(Unit.PREGNANCY_DAY, day) for day in range(28, 294)),
    *(Stage(Unit.LIFE_DAY, day) for day in range(101)),
    *(Stage(Unit.LIFE_DAY, day) for day in range(103, 365, 3)),
    *(Stage(Unit.LIFE_DAY, day) for day in range(371, 730, 7)),
    *(Stage(Unit.LIFE_DAY, day) for day in range(735, 1095, 14)),
    *(Stage(Unit.LIFE_MONTH, month) for month in range(1, 36)),
    *(Stage(Unit.BIRTHDAY, year) for year in (1, 2, 3)),
]


@given(STAGES, DAYS)
def test_the_day_a_stage_falls_on_finds_the_anchor_again(stage: Stage, anchor: date) -> None:
    assert anchor in anchors_for(stage, falls_on(stage, anchor))


@given(STAGES, DAYS)
def test_every_anchor_found_for_a_day_meets_the_stage_on_that_day(stage: Stage, on: date) -> None:
    assert all(falls_on(stage, anchor) == on for anchor in anchors_for(stage, on))


@given(STAGES, DAYS)
def test_an_anchor_meets_a_stage_on_no_other_day_nearby(stage: Stage, anchor: date) -> None:
    day = falls_on(stage, anchor)
    others = [day + timedelta(days=shift) for shift in range(-32, 33) if shift]
    assert not [other for other in others if anchor in anchors_for(stage, other)]


@given(STAGES, DAYS)
def test_anchors_are_consecutive_and_at_most_four(stage: Stage, on: date) -> None:
    anchors = anchors_for(stage, on)
    assert len(anchors) <= (1 if stage.unit in COUNTED else 4)
    assert [day - anchors[0] for day in anchors] == [timedelta(days=n) for n in range(len(anchors))]


@given(st.sampled_from(Kind), DAYS, st.integers(-400, 8000))
def test_the_stage_of_a_day_is_the_one_that_falls_on_it(
    kind: Kind, anchor: date, shift: int
) -> None:
    on = anchor + timedelta(days=shift)
    stage = stage_on(kind, anchor, on)
    if stage:
        assert (stage.kind, falls_on(stage, anchor)) == (kind, on)
        assert anchors_for(stage, on) == (anchor,)
    else:
        reached = range(-252, 14) if kind is Kind.PREGNANCY else range(6939)
        assert shift not in reached


@given(DAYS)
@settings(max_examples=40)
def test_nobody_is_due_two_stages_and_nobody_due_is_left_out(on: date) -> None:
    due = due_stages(STANDARD_RHYTHM, on)
    met = {(s.kind, anchor) for s in STANDARD_RHYTHM for anchor in anchors_for(s, on)}
    assert set(due) == met
    assert all(falls_on(stage, anchor) == on for (_, anchor), stage in due.items())
