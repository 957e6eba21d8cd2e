"""The demo's invented year behind it adds up as a real one does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from delivery import figures
from kizuna.demo import past
from kizuna.demo.families import families
from kizuna.demo.places import PLACES
from kizuna.lib import clock
from messages.domain.stage import Stage, Unit
from municipalities.models import Municipality
from municipalities.services.enrol import Consent, enrol_many

pytestmark = pytest.mark.django_db

STAGES = [
    *(Stage(Unit.PREGNANCY_DAY, day) for day in range(70, 290, 7)),
    *(Stage(Unit.LIFE_MONTH, month) for month in range(1, 36)),
]


@pytest.fixture
def months(aoba: Municipality) -> list[figures.Month]:
    """Of 120 families, as the demo's head sees them first."""
    today = clock.today()
    enrol_many(
        aoba,
        families(replace(PLACES[0], readers=120), STAGES, today),
        starts_on=today - timedelta(days=30),
        consent=Consent(source="demo", text_version="demo-1"),
    )
    past.remember(aoba, today, births=60)
    last = figures.latest(aoba.pk)
    assert last is not None
    return figures.months(last, 13, aoba.pk)


def test_nobody_is_active_who_never_registered(months: list[figures.Month]) -> None:
    active = [one for one in months if one.active]
    assert len(active) >= 11
    for one in active:
        assert one.active is not None
        assert one.active.readers <= one.registrations, one.month_end


def test_flows_begin_with_the_first_reader_s_month(months: list[figures.Month]) -> None:
    began: date = clock.today() - timedelta(days=past.DAYS)
    assert months[-1].registrations == sum(one.flows.get("registered", 0) for one in months)
    assert months[0].month_end >= began.replace(day=1)
