"""Found in the register, written down, its first manager invited: both or nothing."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from municipalities.models import LocalGovernment, Municipality, StaffAct, StaffInvitation
from municipalities.services import founding
from municipalities.tenancy.scope import in_municipality
from tests import world

NEW = "/npo/municipalities/new/"
NAKANO = "/npo/municipalities/new/form/?code=131148"
PAGE = "/npo/municipality/aoba/"
SAID = {
    "name": "中野区",
    "kind": "city",
    "slug": "nakano",
    "service_name": "なかの子育て応援メール",
    "sends": "here",
    "manager_name": "中野 花",
    "manager_email": "Hana@city.nakano.example.jp",
}


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    "asked", ["中野区", "なかのく", "ナカノク", "131148", "13114", "東京 中野"]
)
def test_the_register_is_searched_by_name_reading_and_code(operator: Client, asked: str) -> None:
    shown = operator.get(NEW, {"q": asked}).content.decode()
    assert "東京都中野区" in shown
    assert "code=131148" in shown


@pytest.mark.usefixtures("register")
def test_what_is_here_already_is_not_offered_again(operator: Client) -> None:
    world.make_municipality("nakano", name="中野区", code_id="131148")
    shown = operator.get(NEW, {"q": "131148"}).content.decode()
    assert "すでにあります" in shown
    assert "code=131148" not in shown


def test_an_empty_register_says_how_to_load_it(operator: Client) -> None:
    assert "load_codes" in page(operator, NEW)


@pytest.mark.usefixtures("register")
def test_nothing_found_says_what_to_try(operator: Client) -> None:
    assert "かなの読み" in operator.get(NEW, {"q": "ほしぞら村"}).content.decode()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("code", "slug"),
    [
        ("131148", "nakano"),
        ("011002", "sapporo"),
        ("011011", "sapporo-chuo"),
        ("151076", "niigata-nishi"),
        ("010006", "hokkaido-pref"),
        ("130001", "tokyo-pref"),
    ],
)
def test_a_short_name_is_proposed(code: str, slug: str) -> None:
    assert founding.proposed_slug(LocalGovernment.objects.get(pk=code)) == slug


@pytest.mark.usefixtures("register")
def test_a_short_name_that_is_taken_gets_the_prefecture() -> None:
    world.make_municipality("date")
    fukushima = LocalGovernment.objects.get(name="伊達市", prefecture="福島県")
    assert founding.proposed_slug(fukushima) == "date-fukushima"


@pytest.mark.usefixtures("register")
def test_the_form_is_filled_in_from_the_register(operator: Client) -> None:
    shown = page(operator, NAKANO)
    assert 'value="中野区"' in shown
    assert 'value="nakano"' in shown


@pytest.mark.usefixtures("register")
def test_it_begins_being_prepared_and_its_manager_is_invited(operator: Client) -> None:
    answer = operator.post(NAKANO, SAID)
    assert answer["Location"] == "/npo/municipality/nakano/"
    made = Municipality.objects.get(slug="nakano")
    assert (made.service, made.code_id, made.mail_name) == (
        "preparing",
        "131148",
        "なかの子育て応援メール",
    )
    with in_municipality(made.pk):
        invited = StaffInvitation.objects.get()
        acts = set(StaffAct.objects.values_list("act", flat=True))
    assert (invited.email, invited.role) == ("hana@city.nakano.example.jp", "manager")
    assert acts == {"npo.founded", "staff.invited"}
    assert re.search(r"/accounts/invitation/", str(mail.outbox[0].body))
    shown = page(operator, "/npo/municipality/nakano/")
    assert "準備中" in shown
    assert "招待中 1人" in shown


@pytest.mark.usefixtures("register")
def test_where_the_mail_fails_nothing_is_written_and_nothing_typed_is_lost(
    operator: Client, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = operator.post(NAKANO, SAID)
    assert answer.status_code == 400
    assert 'value="なかの子育て応援メール"' in answer.content.decode()
    assert not Municipality.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "なかの"}, "a〜z"),
        ({"slug": "aoba"}, "ほかの自治体"),
        ({"name": ""}, "必須"),
        ({"manager_email": ""}, "どちらも入力する"),
        ({"manager_email": "hana@"}, "メールアドレス"),
        ({"contract_from": "2026-04-01", "contract_until": "2026-03-31"}, "契約の終わり"),
        ({"contract_from": "来年"}, "契約"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(
    operator: Client, aoba: Municipality, wrong: dict[str, str], sentence: str
) -> None:
    answer = operator.post("/npo/municipalities/new/form/", {**SAID, **wrong})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert Municipality.objects.count() == 1
    assert mail.outbox == []


@pytest.mark.usefixtures("register")
def test_what_is_left_empty_is_asked_for_by_its_name(operator: Client) -> None:
    answer = operator.post(NAKANO, SAID | {"service_name": "", "slug": ""})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "このフィールドは必須" not in shown
    for field in ("サービスの名前", "アドレスに使う短い名前"):
        assert f"「{field}」を入力してください。" in shown


@pytest.mark.usefixtures("register")
def test_a_prefecture_is_named_once(operator: Client) -> None:
    shown = page(operator, "/npo/municipalities/new/form/?code=140007")
    assert "神奈川県" in shown
    assert "神奈川県神奈川県" not in shown
    assert "神奈川県神奈川県" not in operator.get(NEW, {"q": "神奈川県"}).content.decode()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-04-01", "2027-03-31", "2026年4月1日から2027年3月31日まで"),
        ("", "2026-11-26", "2026年11月26日まで"),
        ("2026-04-01", "", "2026年4月1日から"),
    ],
)
def test_the_time_of_a_contract_reads_as_one_says_it(
    operator: Client, aoba: Municipality, first: str, last: str, said: str
) -> None:
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(
            contract_from=first or None, contract_until=last or None
        )
    [found] = re.findall(r"<dt>契約</dt>\s*<dd>\s*(.*?)\s*</dd>", page(operator, PAGE), re.S)
    assert found == said


def test_one_without_a_code_and_from_another_system(operator: Client) -> None:
    said = {
        **SAID,
        "kind": "hospital",
        "sends": "elsewhere",
        "manager_name": "",
        "manager_email": "",
    }
    operator.post("/npo/municipalities/new/form/", said)
    assert Municipality.objects.get().service == "external"
    shown = page(operator, "/npo/municipality/nakano/")
    assert "外部" in shown
    assert "公開する" not in shown
