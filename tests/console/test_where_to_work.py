"""After login: straight to the desk, a choice, or whom to ask."""

import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from municipalities.domain.npo_roles import NpoRole
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world


def logged_in(user: StaffUser) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_with_one_municipality_it_goes_straight_on(alice: Client) -> None:
    answer = alice.get("/console/")
    assert (answer.status_code, answer["Location"]) == (302, "/console/aoba/")


def test_with_two_one_chooses(aoba: Municipality) -> None:
    minato = world.make_minato()
    charlie = world.make_staff(aoba, Role.VIEWER, "charlie@example.jp")
    with in_municipality(minato.pk):
        Membership.objects.create(municipality=minato, user=charlie, role=Role.MANAGER)
    shown = logged_in(charlie).get("/console/").content.decode()
    assert "青葉市" in shown
    assert "みなと町" in shown
    assert "閲覧" in shown
    assert "管理" in shown


def test_with_none_it_says_whom_to_ask(db: None) -> None:
    nobody = StaffUser.objects.create_user("new@example.jp", world.PASSWORD, name="新人")
    shown = logged_in(nobody).get("/console/").content.decode()
    assert "担当の自治体がまだ決まっていません" in shown
    assert "new@example.jp" in shown


def test_the_npo_goes_straight_to_its_own_page(db: None) -> None:
    answer = logged_in(world.make_naomi()).get("/console/")
    assert (answer.status_code, answer["Location"]) == (302, "/npo/")


@pytest.mark.parametrize("role", list(NpoRole), ids=str)
def test_each_role_of_the_npo_begins_on_a_page_that_opens_for_it(db: None, role: NpoRole) -> None:
    client = logged_in(world.make_npo_staff(role))
    answer = client.get("/console/")
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200


def test_login_works_with_the_address_in_any_case_and_stays_on_this_host(
    aoba: Municipality,
) -> None:
    world.make_staff(aoba)
    login = {"login": "Alice@Aoba.example.jp", "password": world.PASSWORD}
    for next_page in ("//evil.example", "https:evil.example", "javascript:alert(1)", "/\\evil"):
        answer = Client().post("/accounts/login/", {**login, "next": next_page})
        assert (answer.status_code, answer["Location"]) == (302, "/console/"), next_page


def test_a_wrong_password_is_told_in_japanese_without_saying_which_part(
    aoba: Municipality,
) -> None:
    world.make_staff(aoba)
    known = Client().post(
        "/accounts/login/", {"login": "alice@aoba.example.jp", "password": "wrong"}
    )
    unknown = Client().post("/accounts/login/", {"login": "x@y.example.jp", "password": "wrong"})
    said = [answer.context["form"].non_field_errors() for answer in (known, unknown)]
    assert said[0] == said[1]
    assert "パスワード" in said[0][0]


def test_a_forgotten_password_is_set_anew_by_mail_once(
    aoba: Municipality, mailoutbox: list[EmailMessage]
) -> None:
    world.make_staff(aoba)
    Client().post("/accounts/password/reset/", {"email": "alice@aoba.example.jp"})
    [mail] = mailoutbox
    assert mail.subject.endswith("パスワードの再設定（Kizuna）")
    assert "example.com" not in mail.body
    [link] = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.body))
    client = Client()
    page = client.get(link, follow=True)
    new = "another long enough phrase"
    form = page.redirect_chain[-1][0]
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    login = {"login": "alice@aoba.example.jp", "password": new}
    assert Client().post("/accounts/login/", login)["Location"] == "/console/"
    assert "使えなくなりました" in Client().get(link, follow=True).content.decode()


def test_asking_for_a_password_tells_nobody_who_has_an_account(
    aoba: Municipality, mailoutbox: list[EmailMessage]
) -> None:
    world.make_staff(aoba)
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("alice@aoba.example.jp", "stranger@example.jp")
    ]
    assert answers[0].content == answers[1].content
    assert all("/accounts/signup/" not in str(mail.body) for mail in mailoutbox)


def test_nobody_signs_up(db: None) -> None:
    assert "招待制" in Client().get("/accounts/signup/").content.decode()
    Client().post(
        "/accounts/signup/",
        {"email": "x@y.example.jp", "password1": world.PASSWORD, "password2": world.PASSWORD},
    )
    assert not StaffUser.objects.exists()


def test_logging_out_needs_a_press_and_ends_the_session(alice: Client) -> None:
    assert "ログアウトしますか" in alice.get("/accounts/logout/").content.decode()
    assert alice.get("/console/").status_code == 302
    alice.post("/accounts/logout/")
    assert alice.get("/console/aoba/")["Location"].startswith("/accounts/login/")
