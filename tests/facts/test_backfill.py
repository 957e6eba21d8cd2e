"""Who was here before the history began has one span, from the registration on."""

import threading
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connections

from kizuna.lib import clock
from municipalities.models import Course, Endpoint, ReaderSpan, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.isolation.catalogue import as_owner
from tests.world import make_family, make_municipality

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

backfill: Any = import_module("municipalities.migrations.0012_f_spans")


def test_everybody_gets_the_span_that_the_tables_still_tell() -> None:
    aoba = make_municipality()
    names = ("running", "stopped", "closed", "blocked", "stopped and blocked later")
    families = {name: make_family(aoba, email=f"r{at}@example.jp") for at, name in enumerate(names)}
    begin, end = clock.now() - timedelta(days=90), clock.now() - timedelta(days=30)
    with in_municipality(aoba.pk):
        Subscription.objects.update(created_at=begin)
        for name in ("stopped", "stopped and blocked later"):
            mine = Subscription.objects.filter(pk=families[name].subscription.pk)
            mine.update(stopped_at=end)
        Course.objects.filter(pk=families["closed"].course.pk).update(closed_at=end)
        for name, at in (("blocked", end), ("stopped and blocked later", end + timedelta(days=1))):
            here = Endpoint.objects.filter(pk=families[name].endpoint.pk)
            here.update(blocked_at=at, blocked_reason="gone")
    with as_owner() as owner:
        owner.execute("TRUNCATE municipalities_readerspan")
        owner.commit()
    for _ in range(2):
        backfill.fill(connections["owner"])
    with in_municipality(aoba.pk):
        found = {one.subscription_id: one for one in ReaderSpan.objects.all()}
    assert {name: found[one.subscription.pk].ended_by for name, one in families.items()} == {
        "running": "", "stopped": "stopped", "closed": "closed", "blocked": "blocked",
        "stopped and blocked later": "stopped",
    }  # fmt: skip
    assert {one.from_at for one in found.values()} == {begin}
    assert {one.until_at for one in found.values()} == {None, end}


def test_whoever_changed_meanwhile_keeps_what_was_before() -> None:
    aoba = make_municipality()
    family = make_family(aoba)
    fresh = make_family(aoba, email="new@example.jp")
    begin = clock.now() - timedelta(days=90)
    with as_owner() as owner:
        owner.execute("TRUNCATE municipalities_readerspan")
        owner.commit()
    with in_municipality(aoba.pk):
        Subscription.objects.filter(pk=family.subscription.pk).update(created_at=begin)
        Subscription.objects.update(relation="around")
    backfill.fill(connections["owner"])
    with in_municipality(aoba.pk):
        mine = ReaderSpan.objects.filter(subscription_id=family.subscription.pk)
        before, after = mine.order_by("from_at")
        assert (before.from_at, before.until_at, before.ended_by) == (
            begin,
            after.from_at,
            "changed",
        )
        assert after.until_at is None
        assert ReaderSpan.objects.filter(subscription_id=fresh.subscription.pk).count() == 1


def test_a_long_transaction_makes_it_wait_and_others_pass() -> None:
    """Its lock is not queued for longer than two seconds; nothing stays behind."""
    aoba = make_municipality()
    make_family(aoba)
    done = threading.Event()

    def fill() -> None:
        try:
            backfill.fill(connections["owner"])
            done.set()
        finally:
            connections["owner"].close()

    with as_owner() as owner:
        owner.execute("TRUNCATE municipalities_readerspan")
        owner.commit()
        owner.execute("LOCK TABLE municipalities_course IN ROW EXCLUSIVE MODE")
        thread = threading.Thread(target=fill)
        thread.start()
        assert not done.wait(3)
        owner.rollback()
    thread.join(30)
    assert done.is_set()
    with in_municipality(aoba.pk):
        assert ReaderSpan.objects.count() == 1
    with as_owner() as owner:
        left = owner.execute("SELECT 1 FROM pg_policies WHERE policyname = 'backfill'").fetchall()
    assert left == []
