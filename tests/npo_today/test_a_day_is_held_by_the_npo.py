"""The NPO lets one municipality's day wait, go on or end; more than a thousand need two persons."""

from datetime import timedelta

import pytest
from django.test import Client

from delivery import broadcasting, enforcing, holding, ledger, running
from delivery.holding import Asked, Obstacle, Refused
from delivery.ledger import Shift
from delivery.models import DailyFact, Delivery, FrozenRequest, Hold, Lane
from kizuna.lib import clock
from municipalities.models import StaffAct, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text

WHY = "原稿に誤りがあるため"


@pytest.fixture
def ready(morning: Morning) -> Morning:
    """Two mails and a LINE message are planned, nothing is sent."""
    make_text("d45")
    make_family(morning.municipality, email="one@example.jp")
    make_family(morning.municipality, email="two@example.jp")
    make_family(morning.municipality, line=world.line_id(1))
    morning.plan()
    return morning


@pytest.fixture
def naomi(db: None) -> StaffUser:
    return world.make_naomi()


@pytest.fixture
def olga(db: None) -> StaffUser:
    return world.make_npo_staff("operator")


def asked(morning: Morning, by: StaffUser, channel: str = "") -> Asked:
    return Asked(morning.municipality, morning.on, channel, WHY, by)


def hold(morning: Morning, by: StaffUser, channel: str = "") -> Hold:
    with in_municipality(morning.municipality.pk):
        return holding.pause(asked(morning, by, channel))


def held(morning: Morning) -> dict[str, bool]:
    with in_municipality(morning.municipality.pk):
        return dict(Lane.objects.values_list("channel", "is_held"))


def test_what_is_held_is_served_by_nobody_until_it_goes_on(
    ready: Morning, naomi: StaffUser
) -> None:
    made = hold(ready, naomi)
    assert made.waiting == 3
    assert running._dispatch("next_lane", channel="email") == []
    assert running._dispatch("oldest_due") == []
    assert ready.states() == [("planned", "held")] * 3
    with in_municipality(ready.municipality.pk):
        holding.resume(made.pk, naomi, "直しました")
    assert held(ready) == {"email": False, "line": False}
    ready.send()
    assert ready.states() == [("sent", ""), ("sent", ""), ("planned", "")]


def test_one_channel_waits_and_the_other_goes_on(ready: Morning, naomi: StaffUser) -> None:
    hold(ready, naomi, "line")
    assert held(ready) == {"email": False, "line": True}
    assert [channel for channel, _ in running._dispatch("oldest_due")] == ["email"]


def test_a_batch_in_a_worker_s_hands_stops_before_the_next_mail(
    ready: Morning, naomi: StaffUser
) -> None:
    with in_municipality(ready.municipality.pk):
        shift = Shift(ready.on, "email", "me")
        claimed = ledger.claim(shift, 10)
        assert len(claimed) == 2
        holding.pause(asked(ready, naomi))
        assert ledger.pre_mark(shift, [row[0] for row in claimed]) == set()
        rows = Delivery.objects.filter(channel="email")
        assert {(row.state, row.reason, row.claims) for row in rows} == {("planned", "held", 0)}


def test_whoever_joins_later_waits_too(ready: Morning, naomi: StaffUser) -> None:
    hold(ready, naomi)
    make_family(ready.municipality, email="late@example.jp")
    ready.plan()
    running.sweep()
    assert ready.states() == [("planned", "held")] * 4


def test_a_lane_made_later_begins_held(morning: Morning, naomi: StaffUser) -> None:
    make_text("d45")
    make_family(morning.municipality, email="one@example.jp")
    hold(morning, naomi)
    morning.plan()
    assert held(morning) == {"email": True}


def test_a_broadcast_of_a_held_municipality_waits_in_the_same_lane(
    ready: Morning, naomi: StaffUser, olga: StaffUser
) -> None:
    hold(ready, naomi)
    one = world.make_broadcast(
        ready.municipality,
        state="approved",
        is_urgent=True,
        send_at=clock.now() - timedelta(hours=1),
        approved_at=clock.now() - timedelta(hours=1),
        approved_by=olga,
    )
    assert sum(broadcasting.plan(ready.municipality.pk, one.pk).values()) == 3
    assert running._dispatch("next_lane", channel="email") == []


def test_held_to_the_last_hour_it_is_late_because_it_was_held(
    ready: Morning, naomi: StaffUser
) -> None:
    hold(ready, naomi)
    with in_municipality(ready.municipality.pk):
        Delivery.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    running.sweep()
    assert ready.states() == [("skipped", "late_held")] * 3


def test_a_few_are_stopped_by_one_person_and_for_good(ready: Morning, naomi: StaffUser) -> None:
    with in_municipality(ready.municipality.pk):
        made = holding.stop(asked(ready, naomi))
    assert made.agreed_by == naomi
    assert ready.states() == [("skipped", "stopped_by_npo")] * 3
    make_family(ready.municipality, email="late@example.jp")
    ready.plan()
    running.sweep()
    assert ready.states() == [("skipped", "stopped_by_npo")] * 4
    with in_municipality(ready.municipality.pk):
        assert DailyFact.objects.get(channel="email").count == 3


def test_many_are_stopped_by_two_and_wait_until_then(
    ready: Morning, naomi: StaffUser, olga: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "waiting", lambda *_: 1_001)
    with in_municipality(ready.municipality.pk):
        made = holding.stop(asked(ready, naomi))
    assert made.agreed_at is None
    assert ready.states() == [("planned", "held")] * 3
    with in_municipality(ready.municipality.pk):
        with pytest.raises(Refused) as refused:
            holding.agree(made.pk, naomi)
        assert refused.value.obstacle is Obstacle.SOMEBODY_ELSE
        holding.agree(made.pk, olga)
    assert ready.states() == [("skipped", "stopped_by_npo")] * 3


def test_channel_by_channel_is_the_whole_day(
    ready: Morning, naomi: StaffUser, olga: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two mails and a LINE message, each few enough for one person, are together too many."""
    monkeypatch.setattr(holding, "MANY", 2)
    with in_municipality(ready.municipality.pk):
        assert holding.stop(asked(ready, naomi, "line")).agreed_at is None


def test_what_one_person_has_stopped_counts_with_what_waits(
    ready: Morning, naomi: StaffUser, olga: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_municipality(ready.municipality.pk):
        assert holding.stop(asked(ready, naomi, "line")).agreed_by == naomi
        monkeypatch.setattr(holding, "MANY", 2)
        assert holding.at_stake(ready.municipality, ready.on, olga) == 2
        assert holding.stop(asked(ready, naomi, "email")).agreed_at is None


def test_one_channel_of_many_that_wait_goes_on_by_two(
    ready: Morning, naomi: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hold(ready, naomi, "line")
    monkeypatch.setattr(holding, "MANY", 2)
    with in_municipality(ready.municipality.pk):
        assert holding.resume(made.pk, naomi, "直しました").resumed_at is None


def test_a_pause_of_both_ends_with_the_stop_of_the_last_channel(
    ready: Morning, naomi: StaffUser
) -> None:
    made = hold(ready, naomi)
    with in_municipality(ready.municipality.pk):
        holding.stop(asked(ready, naomi, "line"))
        assert Hold.objects.get(pk=made.pk).withdrawn_at is None
        assert sorted(ready.states())[0] == ("planned", "held")
        holding.stop(asked(ready, naomi, "email"))
        assert Hold.objects.get(pk=made.pk).withdrawn_at is not None


def test_a_stop_taken_back_leaves_the_day_on_hold(
    ready: Morning, naomi: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "waiting", lambda *_: 1_001)
    with in_municipality(ready.municipality.pk):
        made = holding.stop(asked(ready, naomi))
        holding.withdraw(made.pk, naomi)
    assert held(ready) == {"email": True, "line": True}


def test_many_go_on_when_two_say_so(
    ready: Morning, naomi: StaffUser, olga: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hold(ready, naomi)
    monkeypatch.setattr(holding, "waiting", lambda *_: 1_001)
    with in_municipality(ready.municipality.pk):
        assert holding.resume(made.pk, naomi, "直しました").resumed_at is None
        with pytest.raises(Refused):
            holding.resume(made.pk, naomi, "直しました")
    assert held(ready) == {"email": True, "line": True}
    with in_municipality(ready.municipality.pk):
        assert holding.agree_to_resume(made.pk, olga).resumed_by == olga
    assert held(ready) == {"email": False, "line": False}


def test_before_the_planning_the_expected_are_counted(morning: Morning, naomi: StaffUser) -> None:
    make_text("d45")
    make_family(morning.municipality, email="one@example.jp")
    assert hold(morning, naomi).waiting == 1


def test_yesterday_and_the_day_after_tomorrow_cannot_be_held(
    ready: Morning, naomi: StaffUser
) -> None:
    for days in (-1, 2):
        day = ready.on + timedelta(days=days)
        with in_municipality(ready.municipality.pk), pytest.raises(Refused) as refused:
            holding.pause(Asked(ready.municipality, day, "", WHY, naomi))
        assert refused.value.obstacle is Obstacle.NOT_THAT_DAY


def test_holding_what_is_held_is_refused(ready: Morning, naomi: StaffUser) -> None:
    hold(ready, naomi)
    with pytest.raises(Refused) as refused:
        hold(ready, naomi, "line")
    assert refused.value.obstacle is Obstacle.ALREADY


def test_the_municipality_reads_who_did_it_and_why(ready: Morning, naomi: StaffUser) -> None:
    made = hold(ready, naomi, "email")
    with in_municipality(ready.municipality.pk):
        act = StaffAct.objects.get(act="npo.paused")
    assert (act.staff, act.purpose, act.about) == (naomi, WHY, f"hold {made.pk}")
    assert act.details == {"day": ready.on.isoformat(), "channel": "email", "count": 2}


def test_the_municipality_s_own_page_says_that_it_waits(ready: Morning, naomi: StaffUser) -> None:
    hold(ready, naomi)
    client = Client(headers={"accept-language": "ja"})
    client.force_login(
        world.make_staff(ready.municipality),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    shown = client.get("/console/aoba/").content.decode()
    assert "NPOが配信を一時停止しています" in shown


def test_the_day_after_nothing_of_a_held_day_is_asked_again(
    ready: Morning, naomi: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(ready, naomi)
    with in_municipality(ready.municipality.pk):
        FrozenRequest.objects.create(
            municipality=ready.municipality,
            run_day=ready.on,
            channel="line",
            retry_key="00000000-0000-0000-0000-000000000001",
            delivery_ids=[1],
            body_sealed=b"x",
            not_before=clock.now() + timedelta(hours=1),
            repeat_until=clock.now() + timedelta(hours=20),
        )
        monkeypatch.setattr(clock, "today", lambda: ready.on + timedelta(days=1))
        enforcing.enforce(ready.on)
        one = FrozenRequest.objects.get()
        assert one.repeat_until <= clock.now()
    assert held(ready) == {"email": False, "line": False}
