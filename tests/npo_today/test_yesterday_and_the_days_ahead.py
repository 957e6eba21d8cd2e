"""Beside today stand yesterday's sum, who came and went, and what the next days expect."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from delivery.models import FlowFact, Forecast
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import DAY, NOON, Rows, make_facts

ONE_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def client(db: None) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(world.make_naomi(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def towns(db: None) -> list[Municipality]:
    return [world.make_municipality(), world.make_minato()]


def page(client: Client) -> str:
    return " ".join(client.get("/npo/").content.decode().split())


def test_yesterday_is_summed_over_all_municipalities(
    client: Client, towns: list[Municipality]
) -> None:
    for town in towns:
        make_facts(
            town, DAY - ONE_DAY,
            Rows("email", "sent", 1200), Rows("line", "failed", 3, "blocked"),
            Rows("email", "skipped", 7, "paused"),
        )  # fmt: skip
        with in_municipality(town.pk):
            FlowFact.objects.create(
                municipality=town, on=DAY - ONE_DAY, flow="registered", channel="line", count=11
            )
    make_facts(towns[0], DAY - 2 * ONE_DAY, Rows("email", "sent", 5))
    shown = page(client)
    assert "11月24日・火</strong> 2,420件中 2,400件 送信" in shown
    assert "（送れなかった 6件、送らなかった 14件）" in shown
    assert "<li>新規登録 22</li>" in shown


def test_what_was_not_counted_is_not_called_nothing(
    client: Client, towns: list[Municipality]
) -> None:
    shown = page(client)
    assert "予定はありませんでした。" in shown
    assert "<li>新規登録 0</li>" not in shown


def test_the_next_days_say_what_is_expected_and_which_nobody_has_looked_at(
    client: Client, towns: list[Municipality]
) -> None:
    for town in towns:
        with in_municipality(town.pk):
            Forecast.objects.create(
                municipality=town, run_day=DAY + ONE_DAY, channel="email", expected=1300,
                without_text=2, made_at=NOON,
            )  # fmt: skip
    shown = page(client)
    assert "見込み 2,600件" in shown
    assert "原稿なし 4人" in shown
    assert shown.count("見込みはまだ") == 6
    assert 'href="/npo/days/#day-7"' in shown
