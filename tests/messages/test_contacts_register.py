"""The register of contacts: one edit in April, made sure of by somebody, and never lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kizuna.lib import clock
from messages.models import Broadcast, Contact
from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffAct
from municipalities.tenancy.scope import in_municipality
from tests.world import make_block, make_contact, make_minato, make_municipality, make_staff

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TODAY = clock.today()


@pytest.fixture
def aoba() -> Municipality:
    return make_municipality()


def desk(municipality: Municipality, role: Role, email: str) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(make_staff(municipality, role, email), backend=BACKEND)
    return client


@pytest.fixture
def alice(aoba: Municipality) -> Client:
    return desk(aoba, Role.EDITOR, "alice@aoba.example.jp")


def stored(municipality: Municipality) -> list[tuple[str, str]]:
    with in_municipality(municipality.pk):
        return list(Contact.objects.order_by("name").values_list("name", "value"))


def page(client: Client, path: str = "") -> str:
    answer = client.get(f"/console/aoba/contacts/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, path: str, **typed: Any) -> Any:
    return client.post(f"/console/aoba/contacts/{path}", typed)


def seen(one: Contact) -> dict[str, str]:
    return {"seen_name": one.name, "seen_value": one.value}


def acts(municipality: Municipality) -> list[str]:
    with in_municipality(municipality.pk):
        return list(StaffAct.objects.order_by("pk").values_list("act", flat=True))


def test_a_new_entry_is_tidied_and_made_sure_of_by_who_wrote_it(
    aoba: Municipality, alice: Client
) -> None:
    answer = send(alice, "new/", name=" こころ\u200b ", value=" 03-1111-1111\n（平日） ")
    assert answer.status_code == 302
    assert stored(aoba) == [("こころ", "03-1111-1111 （平日）")]
    shown = page(alice)
    assert "{{窓口:こころ}}" in shown
    assert "(alice)" in shown
    assert acts(aoba) == ["contact.added"]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": "", "value": "x"}, "name", "名前を書いてください"),
        ({"name": "あ" * 21, "value": "x"}, "name", "20文字まで"),
        ({"name": "<b>", "value": "x"}, "name", "20文字まで"),
        ({"name": "a:b", "value": "x"}, "name", "20文字まで"),
        ({"name": "予防", "value": " "}, "value", "書いてください"),
        ({"name": "予防", "value": "国" * 201}, "value", "長すぎます"),
        ({"name": "予防", "value": "𠮷" * 101}, "value", "長すぎます"),
        ({"name": "予防", "value": "{{今日}}"}, "value", "差し込みは使えません"),
        ({"name": "予防", "value": "\ue000"}, "value", "外字"),
        ({"name": "予防", "value": "https://a.jp/ http://b.jp/"}, "value", "https:"),
        ({"name": "こころ", "value": "x"}, "name", "同じ名前"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(
    aoba: Municipality, alice: Client, typed: dict[str, str], field: str, said: str
) -> None:
    make_contact(aoba)
    shown = send(alice, "new/", **typed).content.decode()
    assert f'id="{field}-error"' in shown
    assert said in shown
    assert typed["name"] == "<b>" or f'value="{typed["name"]}"' in shown
    assert stored(aoba) == [("こころ", "03-1111-1111")]


def test_the_register_says_who_uses_what(aoba: Municipality, alice: Client) -> None:
    make_contact(aoba)
    make_contact(aoba, "予防接種")
    make_block(aoba, title="使うお知らせ", body="{{窓口：こころ}}へ")
    make_block(aoba, title="別のお知らせ", body="窓口は市役所です")
    make_block(aoba, title="取り下げた", body="{{窓口:こころ}}", state="withdrawn")
    make_block(
        aoba, title="終わった", body="{{窓口:こころ}}", shown_until=TODAY - timedelta(days=1)
    )
    with in_municipality(aoba.pk):
        Broadcast.objects.create(
            municipality=aoba, subject="台風のお知らせ", body="{{窓口:こころ}}"
        )
    shown = page(alice)
    assert "使うお知らせ" in shown
    assert "台風のお知らせ" in shown
    for other in ("別のお知らせ", "取り下げた", "終わった"):
        assert other not in shown
    assert "使っているお知らせはありません" in shown  # of the other one


def test_what_nobody_made_sure_of_for_half_a_year_stands_first(
    aoba: Municipality, alice: Client
) -> None:
    make_contact(aoba, "あ新しい", days=180)
    make_contact(aoba, "わ古い", days=181)
    make_contact(aoba, "んもっと古い", days=400)
    shown = page(alice)
    assert shown.index("んもっと古い") < shown.index("わ古い") < shown.index("あ新しい")
    assert shown.count("state care") == 2
    assert f"{(TODAY - timedelta(days=400)).year}年" in shown


def test_one_press_makes_sure_of_it(aoba: Municipality, alice: Client) -> None:
    one = make_contact(aoba, days=300)
    assert send(alice, f"{one.pk}/verify/", **seen(one)).status_code == 302
    with in_municipality(aoba.pk):
        one.refresh_from_db()
        assert one.verified_on == TODAY
        assert one.verified_by is not None
    assert "state care" not in page(alice)
    assert acts(aoba) == ["contact.verified"]


def test_nobody_makes_sure_of_a_number_that_was_not_on_the_page(
    aoba: Municipality, alice: Client
) -> None:
    one = make_contact(aoba, days=300)
    send(alice, f"{one.pk}/verify/", seen_name="こころ", seen_value="03-0000-0000")
    with in_municipality(aoba.pk):
        one.refresh_from_db()
    assert one.verified_on == TODAY - timedelta(days=300)


def test_a_change_says_where_it_goes_and_counts_as_made_sure_of(aoba: Municipality) -> None:
    akira = desk(aoba, Role.APPROVER, "akira@aoba.example.jp")
    one = make_contact(aoba, days=300)
    block = make_block(aoba, title="使うお知らせ", body="{{窓口:こころ}}")
    shown = page(akira, f"{one.pk}/")
    assert "使うお知らせ" in shown
    assert "次に用意する" in shown
    send(akira, f"{one.pk}/", name="こころ", value="03-2222-2222", **seen(one))
    assert stored(aoba) == [("こころ", "03-2222-2222")]
    with in_municipality(aoba.pk):
        one.refresh_from_db()
        block.refresh_from_db()
        assert StaffAct.objects.get().details == {
            "before": "03-1111-1111",
            "after": "03-2222-2222",
        }
    assert one.verified_on == TODAY
    assert block.state == "approved"


def test_the_second_of_two_sees_the_first_one_s_words_and_chooses(
    aoba: Municipality, alice: Client
) -> None:
    bob = desk(aoba, Role.EDITOR, "bob@aoba.example.jp")
    one = make_contact(aoba)
    send(bob, f"{one.pk}/", name="こころ", value="ボブの番号", **seen(one))

    answer = send(alice, f"{one.pk}/", name="こころ", value="アリスの番号", **seen(one))

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "ボブの番号" in shown
    assert "(bob)" in shown
    assert 'value="アリスの番号"' in shown
    assert stored(aoba) == [("こころ", "ボブの番号")]
    again = {"seen_name": "こころ", "seen_value": "ボブの番号"}
    assert (
        send(alice, f"{one.pk}/", name="こころ", value="アリスの番号", **again).status_code == 302
    )
    assert stored(aoba) == [("こころ", "アリスの番号")]


def test_who_changes_what_was_removed_meanwhile_loses_nothing(
    aoba: Municipality, alice: Client
) -> None:
    one = make_contact(aoba)
    send(alice, f"{one.pk}/remove/", **seen(one))
    answer = send(alice, f"{one.pk}/", name="こころ", value="新しい番号", **seen(one))
    assert answer.status_code == 409
    assert 'action="/console/aoba/contacts/new/"' in answer.content.decode()
    assert 'value="新しい番号"' in answer.content.decode()


def test_what_is_quoted_is_neither_removed_nor_called_something_else(
    aoba: Municipality, alice: Client
) -> None:
    one = make_contact(aoba)
    make_block(
        aoba,
        title="使う下書き",
        body="{{窓口:こころ}}",
        state="draft",
        approved_by=None,
        approved_at=None,
    )
    assert "使う下書き" in send(alice, f"{one.pk}/remove/", **seen(one)).content.decode()
    renamed = send(alice, f"{one.pk}/", name="心", value="03-1111-1111", **seen(one))
    assert 'id="name-error"' in renamed.content.decode()
    assert stored(aoba) == [("こころ", "03-1111-1111")]


def test_what_nobody_quotes_is_renamed_and_removed(aoba: Municipality, alice: Client) -> None:
    one = make_contact(aoba)
    send(alice, f"{one.pk}/", name="心", value="03-1111-1111", **seen(one))
    assert stored(aoba) == [("心", "03-1111-1111")]
    changed = {"seen_name": "心", "seen_value": "03-9999-9999"}
    assert send(alice, f"{one.pk}/remove/", **changed).status_code == 200
    assert stored(aoba) == [("心", "03-1111-1111")]
    assert "削除する" in page(alice, f"{one.pk}/remove/")
    right = {"seen_name": "心", "seen_value": "03-1111-1111"}
    assert send(alice, f"{one.pk}/remove/", **right).status_code == 302
    assert stored(aoba) == []
    assert acts(aoba) == ["contact.changed", "contact.removed"]


def test_a_name_taken_by_another_entry_is_refused(aoba: Municipality, alice: Client) -> None:
    one = make_contact(aoba)
    make_contact(aoba, "心")
    answer = send(alice, f"{one.pk}/", name="心", value="x", **seen(one))
    assert "同じ名前" in answer.content.decode()
    assert stored(aoba)[0] == ("こころ", "03-1111-1111")


def test_a_viewer_reads_and_changes_nothing(aoba: Municipality) -> None:
    one = make_contact(aoba)
    viewer = desk(aoba, Role.VIEWER, "viewer@aoba.example.jp")
    shown = page(viewer)
    assert "03-1111-1111" in shown
    assert "<button" not in shown.split("<main")[1]
    for path in ("new/", f"{one.pk}/", f"{one.pk}/verify/", f"{one.pk}/remove/"):
        assert send(viewer, path, name="x", value="x", **seen(one)).status_code == 403
    assert stored(aoba) == [("こころ", "03-1111-1111")]


def test_the_neighbour_s_entries_are_not_there(aoba: Municipality, alice: Client) -> None:
    theirs = make_contact(make_minato(), "みなと", "04-0000-0000")
    assert "みなと" not in page(alice)
    assert alice.get(f"/console/aoba/contacts/{theirs.pk}/").status_code == 404
    answer = send(alice, f"{theirs.pk}/", name="みなと", value="奪う", **seen(theirs))
    assert answer.status_code == 409
    assert "04-0000-0000" not in answer.content.decode().split("value=")[0]
    send(alice, f"{theirs.pk}/verify/", **seen(theirs))
    assert acts(aoba) == []


def test_an_entry_of_the_same_name_may_stand_in_two_municipalities(
    aoba: Municipality, alice: Client
) -> None:
    make_contact(make_minato())
    assert send(alice, "new/", name="こころ", value="03").status_code == 302


def test_what_approved_texts_quote_is_changed_by_an_approver_only(
    aoba: Municipality, alice: Client
) -> None:
    make_block(aoba, body="{{窓口:こころ}}")
    one = make_contact(aoba, "こころ", "000-000-0001")
    typed = {"name": "こころ", "value": "000-000-0009", **seen(one)}
    refused = send(alice, f"{one.pk}/", **typed)
    assert "承認する役割の方" in refused.content.decode()
    assert 'value="000-000-0009"' in refused.content.decode()
    assert stored(aoba) == [("こころ", "000-000-0001")]
    akira = desk(aoba, Role.APPROVER, "akira@aoba.example.jp")
    assert send(akira, f"{one.pk}/", **typed).status_code == 302
    assert stored(aoba) == [("こころ", "000-000-0009")]
