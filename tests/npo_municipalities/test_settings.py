"""An operator's settings of a municipality: only what was touched is written, and noted."""

import re
from typing import Any

import pytest
from django.test import Client

from municipalities.models import Municipality, StaffAct
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.npo_municipalities.dns_server import Zone, good_zone, name_server

PAGE = "/npo/municipality/aoba/settings/"


def fields(client: Client) -> dict[str, str]:
    """What a browser would send back of the page, untouched."""
    shown = client.get(PAGE).content.decode()
    form = shown.split("<form")[-1]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            sent[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>([^<]*)</textarea>', form):
        sent[name] = text.strip()
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def noted(one: Municipality) -> list[Any]:
    with in_municipality(one.pk):
        return [act.details for act in StaffAct.objects.filter(act="npo.settings_changed")]


def test_what_is_not_touched_stays_as_a_colleague_changed_it(
    operator: Client, aoba: Municipality
) -> None:
    sent = fields(operator)
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(contact="新しい課 111-1111")
    sent |= {
        "loss_help": "こころの相談 000-0000\n保健センター 000-0001",
        "areas": "北\n 南  地区 \n北",
        "send_time": "07:30",
        "contract_until": "令和9年3月31日",
    }
    assert operator.post(PAGE, sent).status_code == 302
    aoba.refresh_from_db()
    assert aoba.contact == "新しい課 111-1111"
    assert aoba.areas == ["北", "南 地区"]
    assert aoba.send_time.hour == 7
    assert str(aoba.contract_until) == "2027-03-31"
    assert noted(aoba) == [{"fields": ["areas", "contract_until", "loss_help", "send_time"]}]


def test_saving_without_a_change_leaves_no_trace(operator: Client, aoba: Municipality) -> None:
    assert operator.post(PAGE, fields(operator)).status_code == 302
    assert noted(aoba) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "必須"),
        ({"send_time": "朝"}, "08:00"),
        ({"send_time": "09:00", "last_hour": "08:00"}, "始まりより前"),
        ({"mail_address": "kosodate"}, "@"),
        ({"dkim_selector": "_x"}, "セレクター"),
        ({"brand_colour": "青"}, "#rrggbb"),
        ({"privacy_url": "ページ"}, "https://"),
        ({"last_birthday": "30"}, "1から18"),
        ({"contract_from": "2026-04-01", "contract_until": "2026-03-31"}, "契約の終わり"),
        ({"areas": "長" * 41}, "40文字以内"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_typed_is_lost(
    operator: Client, aoba: Municipality, wrong: dict[str, str], sentence: str
) -> None:
    answer = operator.post(PAGE, fields(operator) | {"service_name": "書きかけの名前"} | wrong)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert "書きかけの名前" in answer.content.decode()
    aoba.refresh_from_db()
    assert aoba.service_name == "あおば子育てメール"


def test_a_running_service_moves_to_a_domain_only_once_it_is_set_up(
    operator: Client, settings: Any
) -> None:
    aoba = world.make_municipality()
    sent = fields(operator) | {"mail_address": "a@new.example.jp", "dkim_selector": "kizuna"}
    settings.SPF_INCLUDE = "_spf.npo.example.jp"
    with name_server(Zone()) as empty:
        settings.DNS_RESOLVER = empty.address
        answer = operator.post(PAGE, sent)
    assert answer.status_code == 400
    assert "new.example.jp のSPF" in answer.content.decode()
    with name_server(good_zone("new.example.jp")) as zone:
        settings.DNS_RESOLVER = zone.address
        assert operator.post(PAGE, sent).status_code == 302
    aoba.refresh_from_db()
    assert aoba.mail_address == "a@new.example.jp"


def test_a_programme_takes_part_in_none(operator: Client, aoba: Municipality) -> None:
    ken = world.make_municipality("ken-pref", name="あおば県", kind="prefecture")
    operator.post(PAGE, fields(operator) | {"programme": str(ken.pk)})
    aoba.refresh_from_db()
    assert aoba.programme == ken
    operator.post(PAGE, fields(operator) | {"kind": "prefecture"})
    aoba.refresh_from_db()
    assert aoba.programme is None
