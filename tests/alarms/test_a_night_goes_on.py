"""One step of the night that fails is logged by its name and takes no other with it."""

from typing import Any

import pytest
import structlog

from delivery import facts, invariants, tasks
from delivery.alarms import watch
from kizuna.lib.logs import FIELDS
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import DAY, Rows, make_ledger, make_run


def broken(*_: Any) -> None:
    raise ZeroDivisionError


def test_the_steps_after_one_that_fails_are_taken(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    monkeypatch.setattr(invariants, "check_night", broken)
    monkeypatch.setattr(facts, "take_month_ends", broken)
    monkeypatch.setattr(facts, "count_yesterday", lambda _: taken.append("count"))
    monkeypatch.setattr(tasks, "count_benchmarks", lambda *_: taken.append("compare"))
    monkeypatch.setattr(watch, "look_at_night", lambda: taken.append("look"))
    with structlog.testing.capture_logs() as logged:
        tasks.nightly()
    failed = [one["task"] for one in logged if one["event"] == "step of the night failed"]
    assert failed == ["check_night", "take_month_ends"]
    assert taken == ["count", "compare", "look"]


def test_the_log_lets_the_broken_rule_s_name_through() -> None:
    assert {"task", "invariant"} <= FIELDS


def test_a_municipality_that_cannot_be_counted_keeps_no_other_from_it(
    aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    from delivery.models import DailyFact

    minato = world.make_minato()
    for one in (aoba, minato):
        make_run(one)
        make_ledger(one, Rows("email", "sent", 3))
    count = invariants._count_again
    calls: list[object] = []

    def breaks_for_the_first(on: Any) -> None:
        calls.append(on)
        if len(calls) == 1:
            raise ZeroDivisionError
        count(on)

    monkeypatch.setattr(invariants, "_count_again", breaks_for_the_first)
    invariants.check_night(DAY)
    counted = {}
    for one in (aoba, minato):
        with in_municipality(one.pk):
            counted[one.slug] = DailyFact.objects.count()
    assert counted == {"aoba": 0, "minato": 1}
