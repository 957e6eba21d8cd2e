"""All municipalities wait by one act, and go on by two persons with one reason."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from delivery import enforcing, holding_many, ledger
from delivery.models import DayFact, Hold, Lane, Run
from municipalities.models import Municipality, StaffAct, StaffUser
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.console.days import DAY, NOON, Rows, make_facts, make_ledger, make_run
from tests.npo_today.lanes import make_lane

EVERYWHERE, TOGETHER = "/npo/holds/everywhere/", "/npo/holds/together/"
MARK = re.compile(r'name="mark" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def olga(db: None) -> StaffUser:
    return world.make_npo_staff("operator", "olga@npo.example.jp")


@pytest.fixture
def otto(db: None) -> StaffUser:
    return world.make_npo_staff("operator", "otto@npo.example.jp")


def door(user: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sending(town: Municipality, count: int) -> Municipality:
    """So many wait by mail."""
    make_run(town)
    with in_municipality(town.pk):
        Run.objects.update(swept_at=NOON)
        DayFact.objects.create(
            municipality=town, run_day=DAY, channel="email", planned=count, unexplained=0,
            counted_at=NOON,
        )  # fmt: skip
    make_lane(town, "email", count)
    make_facts(town, DAY, Rows("email", "planned", count))
    return town


@pytest.fixture
def towns(db: None) -> list[Municipality]:
    """700 and 800 wait; one is done, one is not running."""
    done = world.make_municipality("kita", name="北町")
    make_run(done, finished=True)
    make_facts(done, DAY, Rows("email", "sent", 10))
    world.make_municipality("minami", name="南町", service="paused")
    return [sending(world.make_municipality(), 700), sending(world.make_minato(), 800)]


def holds(town: Municipality) -> list[Hold]:
    with in_municipality(town.pk):
        return list(Hold.objects.order_by("pk"))


def acts(town: Municipality) -> list[tuple[str, str]]:
    with in_municipality(town.pk):
        return list(StaffAct.objects.order_by("pk").values_list("act", "purpose"))


def everything(client: Client, reason: str = "原稿に誤り") -> str:
    return client.post(EVERYWHERE, {"reason": reason}, follow=True).content.decode()


def posted(client: Client, **typed: str) -> str:
    return client.post(TOGETHER, typed, follow=True).content.decode()


def ask(client: Client, which: str = "all", reason: str = "直した") -> str:
    typed = {"which": which, "reason": reason}
    look = posted(client, act="look", **typed)
    found = MARK.search(look)
    assert found, look
    return posted(client, act="do", mark=found[1], **typed)


def test_the_page_says_how_many_wait_where_before_anything_is_done(
    olga: StaffUser, towns: list[Municipality]
) -> None:
    client = door(olga)
    assert EVERYWHERE in client.get("/npo/").content.decode()
    shown = client.get(EVERYWHERE).content.decode()
    assert "2団体の1,500件が、再開するまで待ちます。" in shown
    assert "理由を書いてください" in everything(client, " ")
    assert holds(towns[0]) == []


def test_one_person_holds_all_that_still_send_and_each_reads_why(
    olga: StaffUser, towns: list[Municipality]
) -> None:
    shown = everything(door(olga))
    assert "2団体で一時停止しました" in shown
    for town, waiting in zip(towns, (700, 800), strict=True):
        (one,) = holds(town)
        assert (one.kind, one.channel, one.run_day) == ("pause", "", DAY)
        assert (one.waiting, one.asked_by_id, one.asked_at) == (waiting, olga.pk, NOON)
        assert acts(town) == [("npo.paused", "原稿に誤り")]
        with in_municipality(town.pk):
            assert Lane.objects.get().is_held, "no batch is claimed after this moment"
            assert StaffAct.objects.get().about == f"hold {one.pk}"
    for slug in ("kita", "minami"):
        assert holds(Municipality.objects.get(slug=slug)) == []
    assert "きょう止められる配信は残っていません" in door(olga).get(EVERYWHERE).content.decode()


def test_holding_twice_holds_once_and_what_is_held_on_one_channel_is_held_on_the_other(
    olga: StaffUser, towns: list[Municipality]
) -> None:
    aoba = towns[0]
    with in_municipality(aoba.pk):
        Hold.objects.create(
            municipality=aoba, run_day=DAY, kind="pause", channel="line", reason="x", waiting=0
        )
    with across_for_npo():
        assert holding_many.pause_all(olga, "誤り") == 2
        assert holding_many.pause_all(olga, "誤り") == 0
    assert [one.channel for one in holds(aoba)] == ["line", ""]


def test_a_thousand_in_sum_go_on_by_two_persons_with_one_reason(
    olga: StaffUser, otto: StaffUser, towns: list[Municipality]
) -> None:
    everything(door(olga))
    look = posted(door(olga), act="look", which="all", reason="直した")
    assert "2団体の1,500件を再開します。" in look
    assert holds(towns[0])[0].resume_asked_by_id is None
    assert "もう1人が同意すると再開します" in ask(door(olga))
    assert {one.resumed_at for town in towns for one in holds(town)} == {None}
    mine = door(olga).get(TOGETHER).content.decode()
    assert "同意して、すべて再開する" not in mine
    shown = door(otto).get(TOGETHER).content.decode()
    assert "operatorさんが、2団体の1,500件の再開を頼んでいます。" in shown
    mark = MARK.search(shown)
    assert mark
    agreed = {"act": "agree", "person": str(olga.pk), "mark": mark[1]}
    assert "別の人の同意が必要です" in posted(door(olga), **agreed)
    assert "2件の一時停止を解除しました" in posted(door(otto), **agreed)
    for town in towns:
        (one,) = holds(town)
        assert (one.resume_asked_by_id, one.resumed_by_id) == (olga.pk, otto.pk)
        assert (one.resumed_at, one.resume_asked_at) == (NOON, NOON)
        assert acts(town)[1:] == [("npo.resume_asked", "直した"), ("npo.resumed", "直した")]


def test_the_next_sweep_frees_what_goes_on(
    olga: StaffUser, towns: list[Municipality], monkeypatch: pytest.MonkeyPatch
) -> None:
    aoba = towns[0]
    make_ledger(aoba, Rows("email", "planned", 2))
    monkeypatch.setattr(holding_many, "MANY", 2000)
    everything(door(olga))
    with in_municipality(aoba.pk):
        enforcing.enforce(DAY)
    assert "2件の一時停止を解除しました" in ask(door(olga))
    with in_municipality(aoba.pk):
        enforcing.enforce(DAY)
        assert not Lane.objects.get().is_held
        assert ledger.run("reconcile", run_day=DAY) == [("email", "planned", "", 2)]


def test_the_question_is_taken_back_for_all(olga: StaffUser, towns: list[Municipality]) -> None:
    everything(door(olga))
    ask(door(olga))
    mark = MARK.search(door(olga).get(TOGETHER).content.decode())
    assert mark
    told = posted(door(olga), act="keep", person=str(olga.pk), mark=mark[1])
    assert "2件の一時停止を続けます" in told
    assert holds(towns[0])[0].resume_asked_at is None
    assert acts(towns[0])[-1][0] == "npo.resume_withdrawn"


def test_only_what_a_restore_held_may_go_on_alone(
    olga: StaffUser, towns: list[Municipality]
) -> None:
    aoba, minato = towns
    with in_municipality(aoba.pk):
        Hold.objects.create(
            municipality=aoba, run_day=DAY, kind="pause", reason="restored", waiting=700
        )
    with in_municipality(minato.pk):
        Hold.objects.create(
            municipality=minato,
            run_day=DAY,
            kind="pause",
            reason="誤り",
            waiting=800,
            asked_by=olga,
        )
    assert "1団体、700件" in door(olga).get(TOGETHER).content.decode()
    assert "1件の一時停止を解除しました" in ask(door(olga), "restored")
    assert holds(aoba)[0].resumed_by_id == olga.pk
    assert holds(minato)[0].resumed_at is None


def test_what_came_since_one_looked_is_not_let_go_on_unseen(
    olga: StaffUser, towns: list[Municipality]
) -> None:
    everything(door(olga))
    typed = {"which": "all", "reason": "直した"}
    mark = MARK.search(posted(door(olga), act="look", **typed))
    assert mark
    with in_municipality(towns[0].pk):
        Hold.objects.create(
            municipality=towns[0], run_day=DAY + timedelta(days=1), kind="pause", reason="別件",
            waiting=5,
        )  # fmt: skip
    shown = posted(door(olga), act="do", mark=mark[1], **typed)
    assert "ご覧になってから状況が変わりました" in shown
    assert {one.resume_asked_by_id for one in holds(towns[0])} == {None}


def test_nothing_typed_is_lost_and_nothing_is_guessed(
    olga: StaffUser, towns: list[Municipality]
) -> None:
    everything(door(olga))
    client = door(olga)
    assert 'value="確認ずみ"' in posted(client, act="look", which="?", reason="確認ずみ")
    assert "理由を書いてください" in posted(client, act="look", which="all", reason="")
    assert client.post(TOGETHER, {"act": "nonsense"}).status_code == 400
    assert client.post(TOGETHER, {"act": "agree", "person": "x"}).status_code == 422


def test_who_may_not_hold_sees_no_button(db: None) -> None:
    partner = door(world.make_npo_staff("partner"))
    assert EVERYWHERE not in partner.get("/npo/").content.decode()
    assert TOGETHER not in partner.get("/npo/holds/").content.decode()
    assert partner.post(EVERYWHERE, {"reason": "x"}).status_code == 403
