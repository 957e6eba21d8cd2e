"""A municipality goes live when everything is in its place, and not before."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from kizuna.demo.load import CONTENT
from kizuna.lib import clock
from messages.content_files import read_course
from messages.services import starting
from messages.services.publish import publish_many
from municipalities.domain.roles import Role
from municipalities.models import Municipality, SenderCheck, StaffAct, StaffUser
from municipalities.services import going_live
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.emulators.line_server import LineServer
from tests.npo_municipalities.dns_server import good_zone, name_server

PAGE = "/npo/municipality/aoba/"


def page(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def change(one: Municipality, **fields: Any) -> None:
    with in_municipality(one.pk):
        Municipality.objects.filter(pk=one.pk).update(**fields)


def left(one: Municipality) -> set[str]:
    one.refresh_from_db()
    with across_for_npo():
        return {str(step) for step in starting.look(one, clock.today()).left}


@pytest.fixture
def ready(aoba: Municipality) -> Municipality:
    """Everything is there."""
    publish_many(read_course(CONTENT).files, effective_from=date(2020, 1, 1))
    change(aoba, loss_help="こころの相談 000", privacy_url="https://aoba.example.jp/privacy")
    world.align(aoba)
    world.make_block(aoba)
    world.make_staff(aoba, Role.MANAGER, "m@aoba.example.jp")
    world.make_staff(aoba, Role.APPROVER, "a@aoba.example.jp")
    aoba.refresh_from_db()
    return aoba


def test_what_is_open_is_listed_with_the_way_to_it(operator: Client, aoba: Municipality) -> None:
    assert left(aoba) == {
        "domain", "loss_help", "privacy", "texts", "second_approver", "announcement",
    }  # fmt: skip
    shown = page(operator)
    assert "公開まであと6つ" in shown
    for part in ("settings/#id_loss_help", "settings/#id_privacy_url", "domain/", "invite/"):
        assert f"{PAGE}{part}" in shown
    assert "start/" not in shown


def test_with_everything_in_place_it_goes_live_by_one_press(
    operator: Client, ready: Municipality
) -> None:
    assert left(ready) == set()
    assert f"{PAGE}start/" in page(operator)
    operator.post(f"{PAGE}start/")
    ready.refresh_from_db()
    assert ready.service == "live"
    with in_municipality(ready.pk):
        assert StaffAct.objects.filter(act="npo.started").count() == 1
    operator.post(f"{PAGE}start/")
    with in_municipality(ready.pk):
        assert StaffAct.objects.filter(act="npo.started").count() == 1


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        ({"mail_address": ""}, "channel"),
        ({"mail_address": "kosodate@new.example.jp"}, "domain"),
        ({"dkim_selector": "other"}, "domain"),
        ({"contact": ""}, "contact"),
        ({"postal_address": ""}, "contact"),
        ({"loss_help": ""}, "loss_help"),
        ({"privacy_url": ""}, "privacy"),
        ({"last_birthday": 18}, "texts"),
    ],
)
def test_one_thing_missing_keeps_it_from_starting(
    operator: Client, ready: Municipality, fields: dict[str, Any], step: str
) -> None:
    change(ready, **fields)
    assert left(ready) == {step}
    operator.post(f"{PAGE}start/")
    ready.refresh_from_db()
    assert ready.service == "preparing"


def test_the_contact_says_which_half_of_it_is_missing(
    operator: Client, ready: Municipality
) -> None:
    office, street = f"{PAGE}settings/#id_contact", f"{PAGE}settings/#id_postal_address"
    change(ready, postal_address="")
    assert street in page(operator)
    assert office not in page(operator)
    change(ready, contact="", postal_address="青葉市本町1-1")
    assert office in page(operator)
    assert street not in page(operator)


def test_done_or_not_the_texts_are_told_in_numbers(operator: Client, ready: Municipality) -> None:
    there = starting.places(clock.today()).there
    assert 0 < there < 533
    assert left(ready) == set()
    assert f"標準の533の時期のうち、{there}に原稿があります" in page(operator)


def test_an_answer_of_last_month_is_asked_again(ready: Municipality) -> None:
    with in_municipality(ready.pk):
        old = SenderCheck.objects.get()
        late = clock.now() + timedelta(days=31)
    assert old.aligned
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: late)
        assert left(ready) == {"domain"}


def test_by_line_alone_no_domain_is_asked_for_but_that_line_answers(
    operator: Client, ready: Municipality, line: LineServer
) -> None:
    change(ready, mail_address="")
    assert left(ready) == {"channel"}
    channel_id = world.give_line(ready).channel_id
    assert left(ready) == {"line"}
    assert f"{PAGE}line/" in page(operator)
    operator.post(f"{PAGE}start/")
    ready.refresh_from_db()
    assert ready.service == "preparing"

    line.control("channels", {"channel_id": channel_id, "channel_secret": f"{ready.pk:032x}"})
    operator.post(f"{PAGE}line/try/")
    assert left(ready) == set()
    operator.post(f"{PAGE}start/")
    ready.refresh_from_db()
    assert ready.service == "live"


def test_beside_mail_a_line_account_must_answer_too(ready: Municipality) -> None:
    world.give_line(ready)
    assert left(ready) == {"line"}


def test_who_was_live_before_stays_live_and_can_go_on_after_a_pause(operator: Client) -> None:
    aoba = world.make_municipality()
    world.give_line(aoba)
    assert "まだ確かめていません" in page(operator)
    operator.post(f"{PAGE}service/", {"wish": "pause", "reason": "庁舎の移転"})
    operator.post(f"{PAGE}service/", {"wish": "resume", "reason": "移転が終わった"})
    aoba.refresh_from_db()
    assert aoba.service == "live"


@pytest.mark.parametrize("wrong", [{"channel_id": "abc"}, {"secret": "short"}])
def test_a_channel_that_is_none_is_refused(
    operator: Client, aoba: Municipality, wrong: dict[str, str]
) -> None:
    said = {"channel_id": "1650000000", "secret": "0" * 32, **wrong}
    answer = operator.post(f"{PAGE}line/", said)
    assert answer.status_code == 400
    assert ("0" * 32) not in answer.content.decode()


def test_a_partner_manager_takes_nothing_live(partner: Client, ready: Municipality) -> None:
    assert "start/" not in page(partner)
    assert partner.post(f"{PAGE}start/").status_code == 403


def test_samples_that_nobody_reviewed_are_told(operator: Client, ready: Municipality) -> None:
    assert "監修を受けていない見本" in page(operator)


def test_a_pause_has_a_reason_and_can_be_taken_back(operator: Client, olga: StaffUser) -> None:
    aoba = world.make_municipality()
    assert operator.post(f"{PAGE}service/", {"wish": "pause", "reason": " "}).status_code == 400
    operator.post(f"{PAGE}service/", {"wish": "pause", "reason": "庁舎の移転"})
    aoba.refresh_from_db()
    assert aoba.service == "paused"
    assert "休止中" in page(operator)
    operator.post(f"{PAGE}service/", {"wish": "pause", "reason": "もう一度"})
    operator.post(f"{PAGE}service/", {"wish": "resume", "reason": "移転が終わった"})
    aoba.refresh_from_db()
    assert aoba.service == "live"
    with in_municipality(aoba.pk):
        noted = list(StaffAct.objects.order_by("pk").values_list("act", "purpose", "staff"))
    assert noted == [
        ("npo.service_paused", "庁舎の移転", olga.pk),
        ("npo.service_resumed", "移転が終わった", olga.pk),
    ]


def test_one_from_another_system_comes_here_and_begins_to_be_prepared(operator: Client) -> None:
    aoba = world.make_municipality(service="external")
    assert "Kizuna" in page(operator, f"{PAGE}service/")
    operator.post(f"{PAGE}service/", {"wish": "pause", "reason": "古い画面から"})
    aoba.refresh_from_db()
    assert aoba.service == "external"
    operator.post(f"{PAGE}service/", {"wish": "prepare", "reason": "来年度から移る"})
    aoba.refresh_from_db()
    assert aoba.service == "preparing"
    assert "公開まであと" in page(operator)


def test_what_is_being_prepared_is_neither_paused_nor_let_go_on(
    operator: Client, aoba: Municipality, olga: StaffUser
) -> None:
    assert operator.get(f"{PAGE}service/").status_code == 302
    with across_for_npo(), pytest.raises(going_live.Refused):
        going_live.resume(aoba, olga, "x")


def test_the_domain_s_page_shows_what_to_publish_and_what_is_there(
    operator: Client, aoba: Municipality, settings: Any
) -> None:
    change(aoba, dkim_selector="kizuna")
    settings.SPF_INCLUDE = "_spf.npo.example.jp"
    assert "v=spf1 include:_spf.npo.example.jp -all" in page(operator, f"{PAGE}domain/")
    zone = good_zone("aoba.example.jp")
    del zone.texts["_dmarc.aoba.example.jp"]
    with name_server(zone):
        settings.DNS_RESOLVER = zone.address
        operator.post(f"{PAGE}domain/")
        assert "まだ整っていません" in page(operator, f"{PAGE}domain/")
        zone.texts["_dmarc.aoba.example.jp"] = ["v=DMARC1; p=none"]
        operator.post(f"{PAGE}domain/")
    shown = page(operator, f"{PAGE}domain/")
    assert "aoba.example.jp は整っています" in shown
    with in_municipality(aoba.pk):
        assert [one.aligned for one in SenderCheck.objects.order_by("pk")] == [False, True]
        details = StaffAct.objects.order_by("pk").values_list("details", flat=True)
        assert [one["aligned"] for one in details] == [False, True]
    assert "domain" not in left(aoba)


def test_the_domain_s_page_says_what_must_be_entered_first(
    operator: Client, partner: Client, aoba: Municipality, settings: Any
) -> None:
    settings.SPF_INCLUDE = ""
    shown = page(operator, f"{PAGE}domain/")
    assert "v=spf1" not in shown
    assert "SPF_INCLUDE" in shown
    assert f'href="{PAGE}settings/#id_dkim_selector"' in shown
    assert "セレクターは、運用担当が設定で入力します" in page(partner, f"{PAGE}domain/")


def test_without_an_address_the_domain_s_page_says_what_to_do(
    operator: Client, aoba: Municipality
) -> None:
    change(aoba, mail_address="")
    assert operator.post(f"{PAGE}domain/", follow=True).status_code == 200
    assert f"{PAGE}settings/" in page(operator, f"{PAGE}domain/")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (PAGE, "Steps until the start: 6"),
        (f"{PAGE}settings/", "Sending begins at"),
        (f"{PAGE}domain/", "What should stand there"),
        (f"{PAGE}partner/", "What the next one must know"),
        ("/npo/municipalities/", "Looked after by"),
        ("/npo/municipalities/new/form/", "Short name in addresses"),
        ("/npo/municipalities/external/", "There is no external municipality yet"),
    ],
)
@pytest.mark.usefixtures("aoba")
def test_the_pages_speak_english_too(operator: Client, address: str, words: str) -> None:
    shown = operator.get(address, headers={"accept-language": "en"}).content.decode()
    assert words in shown
