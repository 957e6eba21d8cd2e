"""A contract that ends with the fiscal year: its last month's end is still taken, and nothing after it."""

from datetime import date, datetime

import pytest
import time_machine

from delivery.facts import count_yesterday, take_month_ends
from delivery.models import AudienceFact, MonthEnd
from kizuna.lib import clock
from municipalities.models import ContractEnd, Municipality
from municipalities.services.contract_end import close_due, tell
from municipalities.tenancy.scope import in_municipality
from tests import world

LAST = date(2027, 3, 31)


@pytest.fixture
def aoba(db: None) -> Municipality:
    aoba = world.make_municipality()
    world.make_family(aoba, birth_date=date(2026, 10, 1), starts_on=date(2026, 10, 2))
    return aoba


def night(day: date) -> None:
    """What runs at half past two: contracts are closed by the first tick after midnight."""
    with time_machine.travel(datetime.combine(day, datetime.min.time(), clock.TOKYO), tick=False):
        close_due(day)
        take_month_ends(day)
        count_yesterday(day)


def ends(aoba: Municipality) -> list[date]:
    with in_municipality(aoba.pk):
        found = MonthEnd.objects.filter(dimension="all").order_by("month_end")
        return list(found.values_list("month_end", flat=True))


def test_the_year_s_last_figure_is_there(aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        tell(aoba, world.make_npo_staff("operator"), LAST, "満了")
    for day in (date(2027, 3, 1), date(2027, 4, 1)):
        night(day)
    assert ends(aoba)[-1] == LAST
    with in_municipality(aoba.pk):
        assert MonthEnd.objects.get(month_end=LAST, dimension="all").readers == 1
        assert AudienceFact.objects.filter(on=LAST, dimension="all").exists()
        assert ContractEnd.objects.exists()


def test_no_month_after_the_end_is_counted(aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        tell(aoba, world.make_npo_staff("operator"), LAST, "満了")
    for day in (date(2027, 4, 1), date(2027, 4, 20), date(2027, 5, 1)):
        night(day)
    assert ends(aoba)[-1] == LAST
    with in_municipality(aoba.pk):
        assert not AudienceFact.objects.filter(on__gt=LAST).exists()
