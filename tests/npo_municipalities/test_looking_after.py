"""Who looks after a municipality, handing over, notes, programmes, the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from delivery.models import Alarm
from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import (
    Assignment,
    Municipality,
    PartnerNote,
    StaffAct,
    StaffInvitation,
    StaffUser,
)
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.npo_municipalities.conftest import client_of

LIST = "/npo/municipalities/"
PAGE = "/npo/municipality/aoba/"


def page(client: Client, address: str = PAGE, **asked: str) -> str:
    return client.get(address, asked).content.decode()


def assignments() -> list[tuple[int, bool, str]]:
    with across_for_npo():
        found = Assignment.objects.order_by("pk")
        return [(one.partner_id, one.until is None, one.handover) for one in found]


def give(client: Client, person: StaffUser | None, handover: str = "") -> Any:
    number = str(person.pk) if person else ""
    return client.post(f"{PAGE}partner/", {"partner": number, "handover": handover})


@pytest.mark.usefixtures("aoba")
def test_a_municipality_is_given_to_somebody_and_handed_over(
    partner: Client, paul: StaffUser, olga: StaffUser
) -> None:
    assert "まだありません" in page(partner)
    give(partner, paul)
    assert give(partner, olga, "秋に異動あり。新しい係長は4月から。").status_code == 302
    assert assignments() == [
        (paul.pk, False, "秋に異動あり。新しい係長は4月から。"),
        (olga.pk, True, ""),
    ]
    shown = page(partner)
    assert "秋に異動あり" in shown
    assert "引き継ぎ" in shown
    give(partner, None)
    assert [is_open for _, is_open, _ in assignments()] == [False, False]


@pytest.mark.usefixtures("aoba")
def test_only_who_looks_after_municipalities_can_be_given_one(
    partner: Client, paul: StaffUser
) -> None:
    give(partner, paul)
    editor = world.make_npo_staff("editor")
    for person, sentence in ((editor, "担当になれません"), (paul, "いまの担当と同じ")):
        answer = give(partner, person, "書いたこと")
        assert answer.status_code == 400
        assert sentence in answer.content.decode()
        assert "書いたこと" in answer.content.decode()
    assert client_of(editor).post(f"{PAGE}partner/", {"partner": ""}).status_code == 403


@pytest.mark.usefixtures("aoba")
def test_what_was_said_is_written_down_and_dates_the_last_contact(
    partner: Client, paul: StaffUser
) -> None:
    day = clock.today() - timedelta(days=3)
    partner.post(f"{PAGE}note/", {"kind": "call", "on": day.isoformat(), "text": "予算の相談"})
    later = {"kind": "note", "on": clock.today().isoformat(), "text": "提案の下書き"}
    partner.post(f"{PAGE}note/", later)
    shown = page(partner)
    assert "予算の相談" in shown
    assert f"最後の連絡：{day.year}年{day.month}月{day.day}日" in shown
    assert f"{day.year}年{day.month}月{day.day}日" in page(partner, LIST)
    with across_for_npo():
        assert set(PartnerNote.objects.values_list("by_id", flat=True)) == {paul.pk}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"on": "きのう"}, "日付"),
        ({"on": "2099-01-01"}, "先の日にち"),
        ({"text": " "}, "内容を短く"),
        ({"text": "長" * 2001}, "2000文字以内"),
    ],
)
@pytest.mark.usefixtures("aoba")
def test_a_note_that_cannot_be_is_asked_again_with_what_was_typed(
    partner: Client, typed: dict[str, str], sentence: str
) -> None:
    said = {"kind": "visit", "on": "2026-11-01", "text": "話したこと", **typed}
    answer = partner.post(f"{PAGE}note/", said)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert said["text"].strip()[:2000] in answer.content.decode()
    with across_for_npo():
        assert not PartnerNote.objects.exists()


def test_the_list_is_narrowed_by_words_state_partner_and_programme(
    partner: Client, paul: StaffUser, aoba: Municipality
) -> None:
    world.make_minato()
    give(partner, paul)

    def names(**asked: str) -> set[str]:
        shown = page(partner, LIST, **asked)
        return {name for name in ("青葉市", "みなと町", "むかし村") if name in shown}

    world.make_municipality("mukashi", name="むかし村", service="ended")
    assert names() == {"青葉市", "みなと町"}
    assert names(q="青葉") == {"青葉市"}
    assert names(q="すくすく") == {"みなと町"}
    assert names(state="preparing") == {"青葉市"}
    assert names(state="ended") == {"むかし村"}
    assert names(who="mine") == {"青葉市"}
    assert names(who="nobody") == {"みなと町"}
    assert names(who=str(paul.pk)) == {"青葉市"}
    assert names(q="どこにもない") == set()
    assert "条件に合う自治体はありません" in page(partner, LIST, q="どこにもない")


def test_a_long_list_has_pages(partner: Client) -> None:
    for number in range(52):
        world.make_municipality(f"town{number:02}", name=f"町{number:02}号")
    first, second = page(partner, LIST), page(partner, LIST, page="2")
    assert "町49号" in first
    assert "町50号" not in first
    assert "町51号" in second


def test_an_empty_list_says_who_adds_the_first(partner: Client, db: None) -> None:
    assert "最初の自治体は" in page(partner, LIST)


def test_municipalities_join_a_prefecture_s_programme_and_leave_it(
    operator: Client, aoba: Municipality
) -> None:
    world.make_municipality("ken-pref", name="あおば県", kind="prefecture")
    members = "/npo/municipality/ken-pref/members/"
    assert "青葉市" in page(operator, members)
    operator.post(members, {"member": str(aoba.pk)})
    aoba.refresh_from_db()
    assert aoba.programme
    assert aoba.programme.slug == "ken-pref"
    assert "青葉市" in page(operator, "/npo/municipality/ken-pref/")
    assert "あおば県" in page(operator)
    assert "青葉市" in page(operator, LIST, **{"in": str(aoba.programme_id)})
    operator.post(members, {"member": str(aoba.pk)})
    operator.post(members, {"member": str(aoba.pk), "wish": "out"})
    operator.post(members, {"member": "999999", "wish": "out"})
    aoba.refresh_from_db()
    assert aoba.programme is None
    with in_municipality(aoba.pk):
        acts = list(StaffAct.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["npo.programme_joined", "npo.programme_left"]


def test_a_programme_of_the_register_is_offered_its_own_prefecture_s_first(
    operator: Client, register: None
) -> None:
    world.make_municipality("kanagawa", name="神奈川県", kind="prefecture", code_id="140007")
    world.make_municipality("nakano", name="中野区", code_id="131148")
    world.make_municipality("yokohama", name="横浜市", code_id="141003")
    world.make_municipality("hospital", name="港病院市")
    shown = page(operator, "/npo/municipality/kanagawa/members/")
    offered = sorted(["中野区", "横浜市", "港病院市"], key=shown.index)
    assert offered == ["横浜市", "中野区", "港病院市"]
    of_the_prefecture = page(operator, LIST, q="14")
    assert "横浜市" in of_the_prefecture
    assert "中野区" not in of_the_prefecture


def test_whoever_may_not_is_told_whom_to_ask(partner: Client, aoba: Municipality) -> None:
    answer = partner.get(f"{PAGE}settings/")
    assert answer.status_code == 403
    assert "NPOの方は代表か運用担当に" in answer.content.decode()


def test_a_city_has_no_members(operator: Client, aoba: Municipality) -> None:
    minato = world.make_minato()
    operator.post(f"{PAGE}members/", {"member": str(minato.pk)})
    minato.refresh_from_db()
    assert minato.programme is None


def test_an_operator_invites_the_second_who_agrees(operator: Client, aoba: Municipality) -> None:
    said = {"name": "承認 次郎", "email": "Jiro@aoba.example.jp", "role": "approver"}
    assert operator.post(f"{PAGE}invite/", said).status_code == 302
    again = operator.post(f"{PAGE}invite/", said)
    assert again.status_code == 400
    assert "すでに招待されています" in again.content.decode()
    with in_municipality(aoba.pk):
        assert StaffInvitation.objects.get().email == "jiro@aoba.example.jp"
    assert operator.post(f"{PAGE}invite/", {**said, "email": ""}).status_code == 400
    assert operator.post(f"{PAGE}invite/", {**said, "role": "viewer"}).status_code == 400


def test_of_the_municipality_s_staff_only_numbers_are_seen(
    operator: Client, aoba: Municipality
) -> None:
    world.make_staff(aoba, Role.MANAGER, "himitsu@aoba.example.jp")
    shown = page(operator)
    assert "1人（うち管理者 1人）" in shown
    assert "himitsu" not in shown


def test_what_needs_somebody_stands_on_the_page_until_it_is_seen_to(
    partner: Client, aoba: Municipality
) -> None:
    assert "alarm-" not in page(partner)
    now = clock.now()
    with across_for_npo():
        alarm = Alarm.objects.create(
            cause="gone", municipality=aoba, opened_on=clock.today(), opened_at=now, seen_at=now,
            state="no_data",
        )  # fmt: skip
        other = Alarm.objects.create(
            cause="gone", opened_on=clock.today(), opened_at=now, seen_at=now
        )
    shown = page(partner)
    assert f"/npo/alarms/#alarm-{alarm.pk}" in shown
    assert f"#alarm-{other.pk}" not in shown
    with across_for_npo():
        Alarm.objects.filter(pk=alarm.pk).update(done_at=now)
    assert "alarm-" not in page(partner)
