"""The demo's invented year behind it adds up as a real one does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from delivery import figures
from delivery.facts import audience
from kizuna.demo import past
from kizuna.demo.families import families
from kizuna.demo.places import PLACES
from kizuna.lib import clock
from messages.domain.stage import Stage, Unit
from municipalities.models import Municipality, ReaderSpan
from municipalities.services.enrol import Consent, enrol_many

pytestmark = pytest.mark.django_db

STAGES = [
    *(Stage(Unit.PREGNANCY_DAY, day) for day in range(70, 290, 7)),
    *(Stage(Unit.LIFE_MONTH, month) for month in range(1, 36)),
]


@pytest.fixture
def months(aoba: Municipality) -> list[figures.Month]:
    """Of 300 families, as the demo's head sees them first."""
    today = clock.today()
    enrol_many(
        aoba,
        families(replace(PLACES[0], readers=300), STAGES, today),
        starts_on=today - timedelta(days=30),
        consent=Consent(source="demo", text_version="demo-1"),
    )
    past.remember(aoba, today, births=150)
    last = figures.latest(aoba.pk)
    assert last is not None
    return figures.months(last, 13, aoba.pk)


def test_nobody_is_active_who_never_registered(months: list[figures.Month]) -> None:
    active = [one for one in months if one.active]
    assert len(active) >= 11
    for one in active:
        assert one.active is not None
        assert one.active.readers <= one.registrations, one.month_end


def test_every_registration_is_counted_from_the_first_one_on(months: list[figures.Month]) -> None:
    end = audience.end_of(months[-1].month_end)
    known = ReaderSpan.objects.filter(from_at__lt=end).values("subscription_id").distinct().count()
    assert months[-1].registrations == known
