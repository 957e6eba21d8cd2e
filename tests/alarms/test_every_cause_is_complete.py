"""Every cause has somebody it is told to, a page where it is mended, words, and a part in the docs."""

from pathlib import Path

import pytest
from django.test import Client

from delivery.alarms import wording
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Cause, Told
from delivery.models import Alarm
from municipalities.domain.npo_roles import NpoRole, may
from municipalities.models import Municipality
from tests import world
from tests.console.days import DAY

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
CAUSES = pytest.mark.parametrize("cause", CATALOGUE.values(), ids=lambda one: one.code)


@CAUSES
def test_somebody_s_role_owns_it_and_may_open_the_page_of_its_repair(cause: Cause) -> None:
    owners = [role for role in NpoRole if may(role, cause.owner)]
    assert owners
    assert cause.place.act is not None
    assert all(may(role, cause.place.act) for role in owners)
    assert (cause.inside is not None) == (Told.MANAGERS in cause.told)


@CAUSES
def test_the_page_of_its_repair_is_there(cause: Cause, db: None) -> None:
    aoba = world.make_municipality()
    client = Client()
    client.force_login(world.make_naomi(), backend="django.contrib.auth.backends.ModelBackend")
    for municipality in (aoba, None):
        alarm = Alarm(cause=cause.code, municipality=municipality, opened_on=DAY)
        assert client.get(cause.place.address(alarm)).status_code == 200
    if cause.inside:
        inside = Alarm(cause=cause.code, municipality=aoba, opened_on=DAY)
        assert cause.inside.address(inside).startswith("/console/aoba/")


@CAUSES
def test_the_documents_say_what_to_do(cause: Cause) -> None:
    assert f"`{cause.code}`" in OPERATIONS.read_text(encoding="utf-8")


def test_an_alarm_of_another_day_leads_to_that_day(db: None) -> None:
    aoba: Municipality = world.make_municipality()
    alarm = Alarm(
        cause="unexplained", municipality=aoba, opened_on=DAY, facts={"day": "2026-11-23"}
    )
    assert CATALOGUE["unexplained"].place.address(alarm).endswith("/2026-11-23/")
    assert wording.cause_of(alarm) is CATALOGUE["unexplained"]
