"""The page: what is open, in whose hands, done and quiet; and that it says when nobody looks."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from delivery.alarms import watch
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Finding, State
from municipalities.domain.npo_roles import NpoRole
from municipalities.models import Assignment, Municipality, StaffUser
from municipalities.tenancy.scope import across_for_npo
from tests import world
from tests.alarms.morning import HALF_PAST_NINE, change, every, forget_asking, open_ones
from tests.console.days import DAY

STUCK: dict[str, Any] = {"channel": "email", "pending": 1204, "minutes": 6}
PAGE = "/npo/alarms/"


def find(code: str, *found: Finding) -> None:
    with across_for_npo():
        watch.settle(CATALOGUE[code], found, HALF_PAST_NINE, is_answered=True)
        watch.note(CATALOGUE[code], "ok")


def client_of(user: StaffUser, language: str = "ja") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def operator(db: None) -> StaffUser:
    return world.make_npo_staff(NpoRole.OPERATOR)


@pytest.fixture
def client(operator: StaffUser) -> Client:
    return client_of(operator)


def shown(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_alarm_with_its_numbers_and_the_way_to_its_repair(
    client: Client, aoba: Municipality
) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    page = shown(client)
    assert "対応が必要なことが1件あります" in page
    assert "送信が止まっています" in page
    assert "メール：6分間、1件も送れていません。残り1,204件です。" in page
    assert "その日の配信へ" in page
    assert 'href="/npo/today/aoba/2026-11-25/"' in page
    assert "story care" in page


def test_when_nothing_needs_anybody_it_says_so(client: Client, aoba: Municipality) -> None:
    find("run_stuck")
    page = shown(client)
    assert "対応が必要なことはありません。" in page
    assert "story good" in page


def test_when_nobody_has_ever_looked_it_says_so_and_nothing_is_good(client: Client) -> None:
    page = shown(client)
    assert "まだ一度も確かめていません。" in page
    assert "story good" not in page


def test_when_nobody_looks_any_more_it_says_since_when(client: Client) -> None:
    find("run_stuck")
    forget_asking()
    page = shown(client)
    assert "だれも確かめていません。" in page
    assert "story good" not in page
    assert "対応が必要なことはありません。" not in page


def test_no_data_and_error_are_states_of_their_own(client: Client) -> None:
    find("beat_stopped", Finding(about="?", state=State.NO_DATA))
    find("run_stuck", Finding(about="?", state=State.ERROR))
    page = shown(client)
    assert "データなし" in page
    assert "確認に失敗" in page
    assert "わかりません。確かめるためのデータがありません。" in page


def test_done_leaves_the_list_and_says_who(client: Client, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    pk = open_ones()[0].pk
    answer = client.post(f"{PAGE}{pk}/done/", {"back": "whose=mine&cause="}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[0][0] == f"{PAGE}?whose=mine&cause="
    assert "対応済みにしました。" in page
    assert "11月25日に対応：operator" in page.replace("2026年", "")
    assert every()[0].done_at == HALF_PAST_NINE
    assert every()[0].closed_at is None
    client.post(f"{PAGE}{pk}/again/")
    assert every()[0].done_at is None


def test_quiet_for_a_day_leaves_the_list_and_comes_back(client: Client, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    pk = open_ones()[0].pk
    client.post(f"{PAGE}{pk}/quiet/")
    assert every()[0].quiet_until == HALF_PAST_NINE + timedelta(days=1)
    page = shown(client)
    assert "対応が必要なことはありません。" in page
    assert "まで通知なし" in page
    change(every()[0], quiet_until=HALF_PAST_NINE)
    assert "対応が必要なことが1件あります" in shown(client)


def test_what_has_closed_meanwhile_cannot_be_done(client: Client, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    pk = open_ones()[0].pk
    find("run_stuck")
    answer = client.post(f"{PAGE}{pk}/done/", follow=True)
    assert "その間に、自動で閉じていました。" in answer.content.decode()
    assert every()[0].done_at is None


def test_what_is_in_another_role_s_hands_is_seen_and_not_handled(aoba: Municipality) -> None:
    editor = client_of(world.make_npo_staff(NpoRole.EDITOR))
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert "対応しました" not in shown(editor)
    pk = open_ones()[0].pk
    assert editor.post(f"{PAGE}{pk}/done/").status_code == 403
    assert every()[0].done_at is None


def test_an_unknown_act_is_not_found(client: Client, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    assert client.post(f"{PAGE}{open_ones()[0].pk}/erase/").status_code == 404


def test_a_way_back_leads_nowhere_else(client: Client, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    answer = client.post(f"{PAGE}{open_ones()[0].pk}/done/", {"back": "//evil.example"})
    assert answer.headers["Location"] == PAGE


def test_my_hands(aoba: Municipality) -> None:
    partner = world.make_npo_staff(NpoRole.PARTNER)
    minato = world.make_minato()
    contract: dict[str, Any] = {"days": 60, "day": "2027-01-24"}
    find("contract_ends", Finding(aoba.pk, facts=contract), Finding(minato.pk, facts=contract))
    find("run_stuck", Finding(minato.pk, "email", STUCK))
    client = client_of(partner)
    page = shown(client, f"{PAGE}?whose=mine")
    assert "送信が止まっています" not in page.split("見守っていること", maxsplit=1)[0]
    assert "青葉市" in page
    assert "みなと町" in page
    with across_for_npo():
        Assignment.objects.create(municipality=aoba, partner_id=partner.pk, since=DAY)
    page = shown(client, f"{PAGE}?whose=mine")
    assert "青葉市" in page
    assert "みなと町" not in page


def test_of_many_ten_are_shown_and_all_on_a_page_of_their_own(
    client: Client, aoba: Municipality
) -> None:
    towns = [world.make_municipality(f"town{n}", name=f"第{n:02}町") for n in range(60)]
    find("run_stuck", *(Finding(one.pk, "email", STUCK) for one in towns))
    page = shown(client)
    assert "対応が必要なことが60件あります" in page
    assert page.count("残り1,204件です。") == 10
    assert "60件すべてを見る" in page
    assert shown(client, f"{PAGE}?cause=run_stuck").count("残り1,204件です。") == 50
    assert shown(client, f"{PAGE}?cause=run_stuck&page=2").count("残り1,204件です。") == 10


def test_an_unknown_cause_or_page_in_the_address_is_no_fault(client: Client) -> None:
    for query in ("cause=nothing", "cause=run_stuck", "cause=run_stuck&page=x", "whose=x"):
        assert client.get(f"{PAGE}?{query}").status_code == 200


def test_every_question_is_listed_in_english_too(operator: StaffUser, aoba: Municipality) -> None:
    find("run_stuck", Finding(aoba.pk, "email", STUCK))
    page = shown(client_of(operator, "en"))
    assert "E-mail: nothing was sent for 6 minutes, 1,204 are left." in page
    for cause in CATALOGUE.values():
        assert str(cause.title).replace("'", "&#x27;") in page


def test_what_a_former_version_asked_is_shown_by_its_name(client: Client) -> None:
    find("run_stuck", Finding())
    change(open_ones()[0], cause="moon_phase", quiet_until=HALF_PAST_NINE + timedelta(hours=1))
    assert "moon_phase" in shown(client)


def test_whoever_is_only_told_reads_in_whose_hands_it_is(
    client: Client, aoba: Municipality
) -> None:
    find("nothing_sent", Finding(aoba.pk, "email", {"channel": "email", "owed": 300}))
    hands = "担当：運用担当 （自治体担当（JKP）にも知らせます）"
    page = " ".join(shown(client).split())
    assert hands in page
    assert "対応しました</button>" in page
    assert "対応ずみの記録は" not in page
    partner = " ".join(shown(client_of(world.make_npo_staff(NpoRole.PARTNER))).split())
    assert hands in partner
    assert "対応しました</button>" not in partner
    assert "対応ずみの記録は、運用担当がつけます。" in partner
