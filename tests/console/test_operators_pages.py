"""Django's own admin is for superusers, knows two tables and changes a municipality from inside."""

import pytest
from django.test import Client

from municipalities.models import Municipality, StaffUser
from municipalities.views.operators import site
from tests import world


@pytest.fixture
def operator(db: None) -> Client:
    user = StaffUser.objects.create_superuser("op@example.jp", world.PASSWORD, name="運用")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_it_knows_two_tables() -> None:
    assert set(site._registry) == {Municipality, StaffUser}


def test_is_staff_alone_does_not_open_it(aoba: Municipality) -> None:
    user = world.make_staff(aoba)
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/login/").status_code == 403
    assert client.get("/admin/municipalities/municipality/").status_code == 302


def test_strangers_log_in_where_everybody_logs_in(db: None) -> None:
    assert Client().get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert Client().get("/admin/login/")["Location"].startswith("/accounts/login/")


def test_an_operator_who_asks_for_the_login_is_sent_on(operator: Client) -> None:
    assert operator.get("/admin/login/")["Location"] == "/admin/"


def test_a_municipality_can_be_changed(operator: Client, aoba: Municipality) -> None:
    page = operator.get(f"/admin/municipalities/municipality/{aoba.pk}/change/")
    form = page.context["adminform"].form
    values = {name: form[name].value() or "" for name in form.fields}
    answer = operator.post(
        f"/admin/municipalities/municipality/{aoba.pk}/change/",
        {**values, "contact": "こども課 111-1111", "service": "paused"},
    )
    assert answer.status_code == 302, answer.context["errors"]
    aoba.refresh_from_db()
    assert aoba.contact == "こども課 111-1111"
    assert aoba.service == "live", (
        "its state changes behind the NPO's door, where it is asked first"
    )


def test_a_municipality_is_never_deleted(operator: Client, aoba: Municipality) -> None:
    answer = operator.get(f"/admin/municipalities/municipality/{aoba.pk}/delete/")
    assert answer.status_code == 403


def test_an_account_can_be_made(operator: Client) -> None:
    answer = operator.post(
        "/admin/municipalities/staffuser/add/",
        {
            "email": "Dan@Example.jp",
            "name": "ダン",
            "usable_password": "true",
            "password1": "a long enough pass phrase",
            "password2": "a long enough pass phrase",
        },
    )
    assert answer.status_code == 302, answer.context["errors"]
    assert StaffUser.objects.get(email="dan@example.jp").check_password("a long enough pass phrase")
