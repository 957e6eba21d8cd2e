"""Planned is what planning counted: a difference is in the line, the list, the day and the strip."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from delivery.models import DayFact, Run
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import DAY, NOON, Rows, make_facts, make_run


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def client(db: None) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(world.make_naomi(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def counted(town: Municipality, channel: str, planned: int, unexplained: int) -> None:
    with in_municipality(town.pk):
        DayFact.objects.create(
            municipality=town, run_day=DAY, channel=channel, planned=planned,
            unexplained=unexplained, counted_at=NOON,
        )  # fmt: skip


@pytest.fixture
def aoba(db: None) -> Municipality:
    """Three of 504 have no row; by LINE all is well."""
    aoba = world.make_municipality()
    make_run(aoba, finished=True)
    with in_municipality(aoba.pk):
        Run.objects.update(swept_at=NOON)
    make_facts(aoba, DAY, Rows("email", "sent", 501), Rows("line", "sent", 20))
    counted(aoba, "email", 504, 3)
    counted(aoba, "line", 20, 0)
    return aoba


def test_what_was_planned_and_is_not_there_is_counted_as_planned(
    client: Client, aoba: Municipality
) -> None:
    make_facts(world.make_minato(), DAY, Rows("line", "sent", 10))
    shown = client.get("/npo/").content.decode()
    assert "本日 534件中 531件 送信 — 99%" in shown
    assert "521 / 524" in shown
    assert "説明のつかない差 3" in shown


def test_the_day_s_own_headline_says_the_same_as_its_table(
    client: Client, aoba: Municipality
) -> None:
    shown = client.get(f"/npo/today/aoba/{DAY}/").content.decode()
    assert "524件中 521件 送信" in shown
    # A time: it is not the figure that the table calls 予定.
    assert "<dt>予定をつくった時刻</dt>" in shown


def test_one_channel_asked_for_alone_has_its_own_difference(
    client: Client, aoba: Municipality
) -> None:
    assert "20 / 20" in client.get("/npo/?channel=line").content.decode()
    assert "501 / 504" in client.get("/npo/?channel=email").content.decode()


def test_doubled_rows_are_more_than_was_planned(client: Client, db: None) -> None:
    minato = world.make_minato()
    make_run(minato, finished=True)
    make_facts(minato, DAY, Rows("line", "sent", 12))
    counted(minato, "line", 10, 2)
    assert "12 / 10" in client.get("/npo/").content.decode()


def test_the_strip_is_not_green_on_such_a_day(client: Client, aoba: Municipality) -> None:
    assert "説明のつかない差 1日" in client.get("/npo/").content.decode()
