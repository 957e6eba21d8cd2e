"""The NPO sees every municipality's day, from facts and runs, those in trouble first."""

import pytest
from django.db import ProgrammingError
from django.test import Client

from municipalities.models import Municipality, Reader
from municipalities.tenancy.scope import across_for_npo
from tests import world
from tests.console.days import DAY, Rows, make_facts, make_run


@pytest.fixture
def naomi(db: None) -> Client:
    client = Client()
    client.force_login(world.make_naomi(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_all_municipalities_with_their_figures_and_the_sum(
    naomi: Client, aoba: Municipality
) -> None:
    minato = world.make_minato()
    for one, count in ((aoba, 1000), (minato, 200)):
        make_run(one, finished=True)
        make_facts(one, DAY, Rows("email", "sent", count), Rows("line", "skipped", 1, "paused"))
    shown = naomi.get("/npo/").content.decode()
    assert "本日 1,202件中 1,200件 送信 — 99%" in shown
    assert "説明のつかない差 0" in shown
    assert "配信中の2団体のうち、2団体が送り終わりました。" in shown
    assert "story good" in shown


def test_those_in_trouble_stand_first(naomi: Client, aoba: Municipality) -> None:
    minato = world.make_minato()
    make_run(aoba, finished=True)
    make_facts(aoba, DAY, Rows("email", "sent", 10))
    make_run(minato, finished=True)
    make_facts(minato, DAY, Rows("email", "failed", 10, "policy"))
    shown = naomi.get("/npo/").content.decode()
    assert shown.index("みなと町") < shown.index("青葉市")
    assert "1件も送れていない" in shown
    assert "確認が必要な自治体 1団体" in shown


def test_a_run_that_should_exist_and_does_not_is_trouble(naomi: Client, aoba: Municipality) -> None:
    assert "準備がおくれている" in naomi.get("/npo/").content.decode()


def test_municipalities_that_have_ended_are_not_listed(naomi: Client, aoba: Municipality) -> None:
    world.make_municipality("mukashi", name="むかし村", service="ended")
    assert "むかし村" not in naomi.get("/npo/").content.decode()


def test_before_the_first_municipality_it_says_who_adds_one(naomi: Client) -> None:
    assert "最初の自治体は、システムの担当者が追加します。" in naomi.get("/npo/").content.decode()


def test_behind_this_door_readers_are_closed(aoba: Municipality) -> None:
    world.make_family(aoba)
    with pytest.raises(ProgrammingError, match="permission denied"), across_for_npo():
        Reader.objects.count()
