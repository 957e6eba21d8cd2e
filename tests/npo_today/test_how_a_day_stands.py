"""One state for each municipality's day, the most urgent of what is true."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from delivery.domain.standing import ORDER, Facts, Standing, Tone, late_facts, standing, tone
from kizuna.lib import clock

NINE = datetime(2026, 11, 25, 9, 0, tzinfo=clock.TOKYO)
OPENS = NINE.replace(hour=8)
DAY = Facts(
    NINE,
    OPENS,
    NINE.replace(hour=21),
    has_run=True,
    planned_at=OPENS - timedelta(minutes=50),
    swept_at=NINE - timedelta(seconds=30),
)


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({"sent": 10}, Standing.DONE),
        ({}, Standing.NOTHING_DUE),
        ({"sent": 10, "pending": 5, "recent": 10}, Standing.SENDING),
        ({"sent": 10, "pending": 5}, Standing.STUCK),
        ({"pending": 5, "held": "pause"}, Standing.HELD),
        ({"pending": 5, "held": "asked"}, Standing.STOP_ASKED),
        ({"pending": 5, "held": "resume"}, Standing.RESUME_ASKED),
        ({"planned_at": None, "held": "pause", "service": "preparing"}, Standing.PREPARING),
        (
            {"planned_at": None, "held": "pause", "now": NINE.replace(hour=7, minute=5)},
            Standing.HELD,
        ),
        ({"skipped": 5, "stopped": "whole"}, Standing.STOPPED),
        ({"skipped": 5, "stopped": "part"}, Standing.STOPPED),
        ({"skipped": 5, "pending": 3, "stopped": "part", "held": "pause"}, Standing.HELD),
        ({"skipped": 5, "pending": 3, "stopped": "part", "recent": 1}, Standing.SENDING),
        ({"skipped": 5, "pending": 3, "stopped": "part"}, Standing.STUCK),
        ({"sent": 5, "held": "pause"}, Standing.DONE),
        ({"failed": 3}, Standing.NOTHING_SENT),
        ({"sent": 500, "failed": 19}, Standing.DONE),
        ({"sent": 500, "failed": 20}, Standing.FAILING),
        ({"sent": 1000, "failed": 30}, Standing.DONE),
        ({"sent": 5, "unexplained": 1}, Standing.DIFFERENCE),
        ({"planned_at": None}, Standing.UNPLANNED),
        ({"planned_at": None, "service": "preparing"}, Standing.PREPARING),
        ({"service": "paused"}, Standing.SERVICE_PAUSED),
        ({"pending": 5, "now": NINE.replace(hour=21, minute=11)}, Standing.OVERDUE),
        ({"pending": 5, "now": NINE.replace(hour=7, minute=30)}, Standing.READY),
        ({"planned_at": None, "now": NINE.replace(hour=7, minute=5)}, Standing.PLANNING),
        (
            {"planned_at": None, "has_run": False, "now": NINE.replace(hour=6)},
            Standing.NOT_BEGUN,
        ),
    ],
)
def test_the_most_urgent_of_what_is_true_is_said(
    changes: dict[str, object], stands: Standing
) -> None:
    assert standing(replace(DAY, **changes)) is stands  # type: ignore[arg-type]


def test_a_day_whose_figures_are_old_is_not_called_stuck() -> None:
    old = replace(DAY, pending=5, swept_at=NINE - timedelta(minutes=12))
    assert standing(old) is Standing.SENDING
    assert late_facts(old) == timedelta(minutes=12)


def test_figures_are_not_late_before_the_sending_begins_nor_after_it() -> None:
    early = replace(DAY, pending=5, swept_at=None, now=OPENS - timedelta(minutes=5))
    done = replace(DAY, sent=5, swept_at=OPENS)
    assert not late_facts(early)
    assert not late_facts(done)


def test_whatever_needs_somebody_stands_before_the_rest() -> None:
    tones = [tone(one) for one in sorted(Standing, key=ORDER.__getitem__)]
    assert tones == sorted(tones, key=[Tone.CARE, Tone.WAIT, Tone.GOOD].index)
