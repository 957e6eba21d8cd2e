"""Pausing a service ends the day: with many waiting it is the second person who does it."""

from typing import Any

import pytest
from django.test import Client

from delivery import holding, ledger
from delivery.ledger import Shift
from delivery.models import DailyFact, Delivery, Hold
from municipalities.models import StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.delivery.conftest import Morning

PAGE = "/npo/municipality/aoba/service/"


@pytest.fixture
def ready(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> Morning:
    """Three mails wait; more than two are many."""
    world.make_text("d45")
    for at in range(3):
        world.make_family(morning.municipality, email=f"r{at}@example.jp")
    morning.plan()
    monkeypatch.setattr(holding, "MANY", 2)
    return morning


def door(user: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pause(user: StaffUser) -> int:
    return int(press(user).status_code)


def press(user: StaffUser) -> Any:
    return door(user).post(PAGE, {"wish": "pause", "reason": "庁舎の移転"})


def service(morning: Morning) -> str:
    morning.municipality.refresh_from_db()
    return morning.municipality.service


def hold(morning: Morning, by: StaffUser, channel: str = "") -> None:
    with in_municipality(morning.municipality.pk):
        holding.pause(holding.Asked(morning.municipality, morning.on, channel, "原稿の誤り", by))


def test_one_person_is_led_to_the_hold(ready: Morning) -> None:
    naomi = world.make_naomi()
    shown = door(naomi).get(PAGE).content.decode()
    assert "きょうは3件が待っています。2件を超えて見送るには、もう1人の確認が必要です。" in shown
    assert f"/npo/today/aoba/{ready.on}/hold/" in shown
    assert 'value="pause"' not in shown
    assert pause(naomi) == 409
    assert service(ready) == "live"


def test_whoever_holds_the_day_is_the_first_and_another_pauses(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi)
    assert pause(naomi) == 409
    assert service(ready) == "live"
    assert pause(olga) == 302
    assert service(ready) == "paused"


def test_a_hold_of_one_channel_is_not_enough(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi, "email")
    assert pause(olga) == 409


def test_a_few_are_left_out_by_one(ready: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "MANY", 3)
    assert pause(world.make_naomi()) == 302
    assert service(ready) == "paused"


def test_going_on_tells_that_today_is_planned_at_once(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi)
    pause(olga)
    assert "きょうの分をすぐに予定し" in door(naomi).get(PAGE).content.decode()


def test_the_day_ends_and_stays_ended_when_the_service_goes_on(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi)
    assert pause(olga) == 302
    assert ready.states() == [("skipped", "service_paused")] * 3
    with in_municipality(ready.municipality.pk):
        closed = Hold.objects.get()
        assert (closed.ended_by, closed.withdrawn_by, closed.resumed_at) == ("service", olga, None)
        fact = DailyFact.objects.get()
        assert (fact.state, fact.reason, fact.count) == ("skipped", "service_paused", 3)
    shown = door(naomi).get("/npo/holds/").content.decode()
    assert "サービスの休止により終了" in shown
    assert 'value="resume"' not in shown
    door(naomi).post(PAGE, {"wish": "resume", "reason": "もどりました"})
    assert service(ready) == "live"
    ready.plan()
    ready.send()
    assert ready.states() == [("skipped", "service_paused")] * 3


def test_a_stop_that_was_asked_for_ends_with_the_service(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    with in_municipality(ready.municipality.pk):
        holding.stop(holding.Asked(ready.municipality, ready.on, "", "原稿の誤り", naomi))
    assert pause(olga) == 302
    with in_municipality(ready.municipality.pk):
        assert set(Hold.objects.values_list("kind", "ended_by")) == {
            ("stop", "service"),
            ("pause", "service"),
        }


def test_what_is_being_handed_over_ends_and_what_is_only_in_hand_does_not(
    ready: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "MANY", 3)
    with in_municipality(ready.municipality.pk):
        shift = Shift(ready.on, "email", "me")
        taken = [row[0] for row in ledger.claim(shift, 2)]
        assert ledger.pre_mark(shift, taken[:1]) == {taken[0]}
    assert pause(world.make_naomi()) == 302
    with in_municipality(ready.municipality.pk):
        assert ledger.pre_mark(shift, taken[1:]) == set()
        rows = dict(Delivery.objects.values_list("id", "state"))
    assert sorted(rows.values()) == ["sending", "skipped", "skipped"]
    assert rows[taken[0]] == "sending"


def test_before_the_planning_the_hold_stays_for_when_the_service_goes_on(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    world.make_text("d45")
    world.make_family(morning.municipality, email="r@example.jp")
    monkeypatch.setattr(holding, "MANY", 0)
    hold(morning, naomi)
    assert pause(olga) == 302
    door(naomi).post(PAGE, {"wish": "resume", "reason": "もどりました"})
    morning.plan()
    morning.send()
    assert morning.states() == [("planned", "held")]


def test_what_one_has_stopped_already_counts(
    ready: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    naomi = world.make_naomi()
    world.make_family(ready.municipality, line=world.line_id(1))
    ready.plan()
    monkeypatch.setattr(holding, "MANY", 4)
    with in_municipality(ready.municipality.pk):
        holding.stop(holding.Asked(ready.municipality, ready.on, "line", "原稿の誤り", naomi))
    monkeypatch.setattr(holding, "MANY", 3)
    assert pause(naomi) == 409
    assert "あなたがきょう中止した1件も" in door(naomi).get(PAGE).content.decode()
    assert service(ready) == "live"


def test_a_hold_lifted_meanwhile_is_told_and_the_reason_is_kept(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    hold(ready, naomi)
    with in_municipality(ready.municipality.pk):
        pk = Hold.objects.get().pk
        holding.resume(pk, naomi, "直しました")
        holding.agree_to_resume(pk, olga)
    answer = press(olga)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert f"まだ休止していません。{olga.name}さんが、きょうの配信を再開したためです。" in shown
    assert 'role="alert" tabindex="-1" autofocus' in shown
    assert "<title>できませんでした：" in shown.replace("\n", "").replace("  ", "")
    assert 'value="庁舎の移転"' in shown
    assert service(ready) == "live"


def test_whoever_holds_the_day_reads_who_pauses_the_service(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    world.make_npo_staff("editor", "edith@npo.example.jp")
    hold(ready, naomi)
    shown = door(naomi).get(PAGE).content.decode()
    assert "あなたが、きょうの配信を一時停止しています。" in shown
    assert f"<li>{olga.name}</li>" in shown
    assert "edith" not in shown
    assert f"/npo/today/aoba/{ready.on}/hold/" not in shown


def test_a_person_may_hold_what_the_program_holds_after_a_restore(ready: Morning) -> None:
    naomi, olga = world.make_naomi(), world.make_npo_staff("operator")
    with in_municipality(ready.municipality.pk):
        holding.pause_unasked(ready.municipality, ready.on, "restored")
    assert f"/npo/today/aoba/{ready.on}/hold/" in door(naomi).get(PAGE).content.decode()
    hold(ready, naomi)
    assert pause(olga) == 302
