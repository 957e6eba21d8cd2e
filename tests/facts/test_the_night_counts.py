"""The night counts by itself: yesterday, and on any day of the month the end of the last one."""

import pytest

from delivery import tasks
from delivery.facts import recount_month_end, taken_month_end
from delivery.facts.month_end import month_end_before
from delivery.models import AudienceFact, RetentionFact
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.facts.lives import make_span
from tests.world import make_municipality

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_night_counts_yesterday_and_takes_the_month_s_end() -> None:
    aoba = make_municipality()
    end = month_end_before(clock.today())
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(created_at=clock.at(end, clock.now().time()))
        make_span(aoba)
    for _ in range(2):
        tasks.nightly()
    with in_municipality(aoba.pk):
        assert AudienceFact.objects.get(dimension="all").readers == 1
        assert RetentionFact.objects.filter(weeks=0).get().at_risk == 1
        taken = taken_month_end(end)
        assert taken[0].readers == 1
        assert recount_month_end(aoba, end) == taken
