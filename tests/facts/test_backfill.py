"""Who was here before the history began has one span, from the registration on."""

from datetime import timedelta

import pytest

import municipalities
from kizuna.lib import clock, sqlfile
from municipalities.models import Course, Endpoint, ReaderSpan, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.isolation.catalogue import as_owner
from tests.world import make_family, make_municipality

pytestmark = pytest.mark.django_db(transaction=True)


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
        owner.execute(sqlfile.load(municipalities.__file__, "spans_backfill"))
        owner.commit()
    with in_municipality(aoba.pk):
        found = {one.subscription_id: one for one in ReaderSpan.objects.all()}
    assert {name: found[one.subscription.pk].ended_by for name, one in families.items()} == {
        "running": "", "stopped": "stopped", "closed": "closed", "blocked": "blocked",
        "stopped and blocked later": "stopped",
    }  # fmt: skip
    assert {one.from_at for one in found.values()} == {begin}
    assert {one.until_at for one in found.values()} == {None, end}
