"""The next seven days say what is held, and do not call a day quiet that nobody has looked at."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from delivery.models import Forecast, Hold
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import DAY, NOON

TOMORROW = DAY + timedelta(days=1)
QUIET = "この日のために、することはありません。"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def naomi(db: None) -> StaffUser:
    return world.make_naomi()


@pytest.fixture
def client(naomi: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(naomi, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def test_a_day_without_a_forecast_is_not_called_quiet(client: Client, aoba: Municipality) -> None:
    shown = client.get("/npo/days/").content.decode()
    assert "することがあるかどうかは、まだ分かりません。" in shown
    assert QUIET not in shown


def test_the_next_seven_days_name_what_is_held(
    client: Client, naomi: StaffUser, aoba: Municipality
) -> None:
    with in_municipality(aoba.pk):
        Forecast.objects.create(
            municipality=aoba, run_day=TOMORROW, channel="email", expected=9, made_at=NOON
        )
        Hold.objects.create(
            municipality=aoba, run_day=TOMORROW, kind="pause", reason="確認中", waiting=9,
            asked_by=naomi,
        )  # fmt: skip
    shown = client.get("/npo/days/").content.decode()
    assert "1団体</h3>" in shown.replace("\n", "").replace("  ", "")
    assert "青葉市</a>" in shown
    assert "一時停止中" in shown
    assert QUIET not in shown
    with in_municipality(aoba.pk):
        Hold.objects.update(resumed_at=NOON, resumed_by=naomi)
    assert QUIET in client.get("/npo/days/").content.decode()
