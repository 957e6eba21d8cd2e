"""A version that was wrong is taken back: the one before it is sent again."""

from datetime import timedelta

import pytest

from kizuna.lib import clock
from messages.domain.desk import DeskAct
from messages.models import TextEvent, TextVersion
from messages.services.compose import shelf
from messages.services.desk import DeskRefused, Refusal
from messages.services.withdrawal import consequence, withdraw
from municipalities.domain.words import Audience, Variant
from tests import world
from tests.desk.conftest import Desk

TODAY = clock.today()


def sent(desk: Desk) -> int | None:
    place = (desk.version.base_text.stage, Audience.EVERYONE, Variant.STANDARD)
    found = shelf(TODAY).get(place)
    return found.id if found else None


def refused(why: Refusal) -> "pytest.RaisesExc[DeskRefused]":
    return pytest.RaisesExc(DeskRefused, check=lambda error: error.refusal is why)


def test_the_version_before_is_sent_again(desk: Desk) -> None:
    wrong = world.make_text("d45", "まちがった文です。")
    assert sent(desk) == wrong.pk
    found = consequence(wrong, TODAY)
    assert (found.in_effect, found.instead, found.leaves_nothing) == (True, desk.version, False)
    withdraw(desk.erika, wrong.pk, "量の数字がまちがっていました。")
    assert sent(desk) == desk.version.pk
    event = TextEvent.objects.get(act=DeskAct.WITHDRAWN)
    assert (event.version_id, event.by_id) == (wrong.pk, desk.erika.pk)
    assert event.note == "量の数字がまちがっていました。"


def test_a_stage_is_left_without_a_text_only_when_said_twice(desk: Desk) -> None:
    assert consequence(desk.version, TODAY).leaves_nothing
    with refused(Refusal.LEAVES_NOTHING):
        withdraw(desk.erika, desk.version.pk, "まちがい")
    assert sent(desk) == desk.version.pk
    withdraw(desk.erika, desk.version.pk, "まちがい", said_twice=True)
    assert sent(desk) is None


def test_other_readers_words_fall_back_to_the_standard_ones(desk: Desk) -> None:
    easy = world.make_text("d45", "よく のみます。", variant="easy")
    found = consequence(easy, TODAY)
    assert (found.instead, found.leaves_nothing) == (desk.version, False)


def test_of_what_is_sent_later_the_day_on_which_it_begins_is_looked_at(desk: Desk) -> None:
    day = TODAY + timedelta(days=7)
    later = world.make_text("d45", "来週から。", effective_from=day)
    found = consequence(later, TODAY)
    assert (found.on, found.in_effect, found.instead) == (day, True, desk.version)
    withdraw(desk.erika, later.pk, "取りやめました。")
    assert sent(desk) == desk.version.pk


def test_what_another_version_overtakes_before_it_begins_changes_nothing(desk: Desk) -> None:
    later = world.make_text("d45", "来週から。", effective_from=TODAY + timedelta(days=7))
    world.make_text("d45", "あすから。", effective_from=TODAY + timedelta(days=1))
    assert not consequence(later, TODAY).in_effect


def test_a_stage_that_has_only_a_later_version_is_left_without_when_said_twice(desk: Desk) -> None:
    later = world.make_text("d46", "来週から。", effective_from=TODAY + timedelta(days=7))
    assert consequence(later, TODAY).leaves_nothing
    with refused(Refusal.LEAVES_NOTHING):
        withdraw(desk.erika, later.pk, "まちがい")


def test_a_reason_and_the_role_are_needed_and_it_happens_once(desk: Desk) -> None:
    wrong = world.make_text("d45", "まちがった文です。")
    with refused(Refusal.NO_REASON):
        withdraw(desk.erika, wrong.pk, "  ")
    with refused(Refusal.ROLE):
        withdraw(desk.rei, wrong.pk, "まちがい")
    withdraw(desk.erika, wrong.pk, "まちがい")
    with refused(Refusal.STATE):
        withdraw(desk.erika, wrong.pk, "まちがい")
    assert TextVersion.objects.filter(withdrawn_at__isnull=False).count() == 1
