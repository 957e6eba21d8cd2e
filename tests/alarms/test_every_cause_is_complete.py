"""Every cause has somebody it is told to, a page where it is mended, words, and a part in the docs."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

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


SAMPLE: dict[str, str | int | float] = {
    "channel": "email", "count": 1204, "minutes": 11, "time": "07:00", "owed": 312, "pending": 1204,
    "failed": 51, "share": 5.1, "usual": 0.8, "day": "2026-11-25", "name": "I9", "expected": 312,
    "planned": 200, "stage": "m9", "readers": 41, "before": 100, "days": 60, "wrong": "DKIM",
    "wish": "resume", "municipalities": 3, "domain": "aoba.example.jp", "link": "https://www.example.jp/",
}  # fmt: skip


@CAUSES
@pytest.mark.parametrize("language", ["ja", "en"])
def test_its_sentence_has_all_its_numbers(cause: Cause, language: str) -> None:
    with translation.override(language):
        said = wording.sentence(Alarm(cause=cause.code, facts=SAMPLE))
    assert "%" not in said.replace("5.1%", "").replace("0.8%", "")
    assert ("予定の数と台帳" in said) == (cause.code == "invariant_broken" and language == "ja")
