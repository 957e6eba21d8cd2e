"""planned = sent + skipped + failed + unclear + pending, and a difference is shown, not hidden."""

import json
from io import StringIO

from django.core.management import call_command

from delivery.domain.outcome import Refused, Unclear
from delivery.models import DailyFact, Lane
from delivery.reconciliation import missing, reconcile, rollup
from kizuna.lib import clock
from municipalities.models import Subscription
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text


def a_mixed_morning(morning: Morning) -> None:
    make_text("d45")
    for name in ("sent", "refused", "unclear"):
        make_family(morning.municipality, email=f"{name}@example.jp")
    make_family(morning.municipality, paused_at=clock.now())
    morning.answers(refused=Refused("filtered"), unclear=Unclear("no_answer"))
    morning.plan()
    morning.send()
    make_family(morning.municipality)
    morning.plan()


def test_every_planned_delivery_is_found_again_in_one_of_five_places(morning: Morning) -> None:
    a_mixed_morning(morning)
    with in_municipality(morning.municipality.pk):
        [day] = reconcile(morning.on)
    assert (day.planned, day.sent, day.unclear, day.pending) == (5, 1, 1, 1)
    assert (day.skipped, day.failed) == ({"paused": 1}, {"filtered": 1})
    assert day.unexplained == 0


def test_a_row_that_vanished_would_be_seen(morning: Morning) -> None:
    a_mixed_morning(morning)
    with in_municipality(morning.municipality.pk):
        Lane.objects.update(planned=7)
        [day] = reconcile(morning.on)
    assert day.unexplained == 2


def test_a_reader_whom_the_plan_forgot_would_be_seen(morning: Morning) -> None:
    make_text("d45")
    forgotten = make_family(morning.municipality, stopped_at=clock.now())
    make_family(morning.municipality)
    morning.plan()
    with in_municipality(morning.municipality.pk):
        assert missing(morning.on) == {}
        Subscription.objects.filter(pk=forgotten.subscription.pk).update(stopped_at=None)
        assert missing(morning.on) == {"email": 1}


def test_the_day_s_facts_are_rebuilt_and_not_added_to(morning: Morning) -> None:
    a_mixed_morning(morning)
    with in_municipality(morning.municipality.pk):
        rollup(morning.on)
        rollup(morning.on)
        facts = {(f.state, f.reason): f.count for f in DailyFact.objects.all()}
    assert facts == {
        ("sent", ""): 1,
        ("failed", "filtered"): 1,
        ("unclear", "no_answer"): 1,
        ("skipped", "paused"): 1,
        ("planned", ""): 1,
    }


def test_the_command_says_the_same_as_json_and_as_a_table(morning: Morning) -> None:
    a_mixed_morning(morning)
    out = StringIO()
    call_command("reconcile", "--date", "today", "--format", "json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["date"] == morning.on.isoformat()
    assert said["rows"] == [
        {
            "municipality": "aoba",
            "channel": "email",
            "planned": 5,
            "sent": 1,
            "skipped": {"paused": 1},
            "failed": {"filtered": 1},
            "unclear": 1,
            "pending": 1,
            "unexplained": 0,
        }
    ]
    assert said["total"]["planned"] == 5

    table = StringIO()
    call_command("reconcile", "--date", "today", stdout=table)
    assert "aoba" in table.getvalue()
    assert "説明のつかない差" in table.getvalue()


def test_a_municipality_whose_planning_failed_is_not_green(morning: Morning) -> None:
    make_text("d45")
    make_family(morning.municipality)
    out = StringIO()
    call_command("reconcile", "--date", "today", "--format", "json", stdout=out)
    assert json.loads(out.getvalue())["total"]["unexplained"] == 1
