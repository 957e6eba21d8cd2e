"""Approvers and managers need an authenticator app where the installation asks for it."""

import hashlib
import hmac
import re
import struct
import time
from base64 import b32decode
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffUser
from tests import world
from tests.staff.conftest import desk

HOME = "/console/aoba/"


@pytest.fixture
def required(settings: Any) -> None:
    settings.MFA_REQUIRED = True


def digits(secret: str, at: float) -> str:
    """RFC 6238, written here once more so that the library is not asked about itself."""
    counter = struct.pack(">Q", int(at // 30))
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def log_in(email: str, follow: bool = False) -> tuple[Client, str]:
    client = Client(headers={"accept-language": "ja"})
    answer = client.post(
        "/accounts/login/", {"login": email, "password": world.PASSWORD}, follow=follow
    )
    return client, "" if follow else answer["Location"]


def enrol(client: Client) -> str:
    """Set the app up, after the password once more; the key it was given."""
    asked = client.get("/accounts/2fa/totp/activate/")["Location"]
    page = client.post(asked, {"password": world.PASSWORD}, follow=True).content.decode()
    found = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert found
    answer = client.post("/accounts/2fa/totp/activate/", {"code": digits(found[1], time.time())})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return found[1]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.VIEWER, 200),
        (Role.EDITOR, 200),
        (Role.AUDITOR, 200),
        (Role.APPROVER, 403),
        (Role.MANAGER, 403),
    ],
)
def test_who_may_let_texts_out_is_led_to_the_app(
    required: None, aoba: Municipality, role: Role, status: int
) -> None:
    answer = desk(world.make_staff(aoba, role)).get(HOME)
    assert answer.status_code == status
    if status == 403:
        assert 'href="/accounts/2fa/totp/activate/"' in answer.content.decode()


def test_a_developer_s_machine_asks_for_nothing(manager: Client) -> None:
    assert manager.get(HOME).status_code == 200


def test_a_stranger_is_not_led_anywhere(required: None, aoba: Municipality) -> None:
    charlie = world.make_staff(world.make_minato(), Role.MANAGER, "charlie@minato.example.jp")
    assert desk(charlie).get(HOME).status_code == 404


def test_with_the_app_the_manager_works_and_the_next_login_asks_for_it(
    required: None, boss: StaffUser
) -> None:
    client, _ = log_in(boss.email)
    assert client.get(HOME).status_code == 403
    secret = enrol(client)
    assert client.get(HOME).status_code == 200
    codes = re.findall(
        r"<code>(\w+)</code>", client.get("/accounts/2fa/recovery-codes/").content.decode()
    )
    assert len(codes) == 10

    again, where = log_in(boss.email)
    assert where == "/accounts/2fa/authenticate/"
    assert again.get(HOME).status_code == 302
    page = again.get(where).content.decode()
    assert "2段階認証" in page
    wrong = again.post(where, {"code": "000000"})
    assert "コードが正しくありません" in wrong.content.decode()
    again.post(where, {"code": codes[0]})
    assert again.get(HOME).status_code == 200

    third, where = log_in(boss.email)
    third.post(where, {"code": codes[0]})
    assert third.get(HOME).status_code == 302
    assert secret not in str(Authenticator.objects.values_list("data"))


def test_the_digits_of_the_app_open_the_way(boss: StaffUser) -> None:
    client, _ = log_in(boss.email)
    secret = enrol(client)
    Authenticator.objects.filter(type="totp").update(last_used_at=None)
    # A code is good for one login; this one was used half a minute ago at most.
    cache.clear()
    again, where = log_in(boss.email)
    answer = again.post(where, {"code": digits(secret, time.time())})
    assert answer.status_code == 302
    assert again.get(HOME).status_code == 200


def test_the_app_is_taken_off_and_the_door_closes(required: None, boss: StaffUser) -> None:
    client, _ = log_in(boss.email)
    enrol(client)
    assert "パスワードだけではログインできません" in client.get("/accounts/2fa/").content.decode()
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get(HOME).status_code == 403
    assert not Authenticator.objects.exists()


def test_a_left_desk_changes_nothing_without_the_password(boss: StaffUser) -> None:
    answer = desk(boss).get("/accounts/2fa/totp/activate/", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/reauthenticate/"
    assert "ご本人の確認" in answer.content.decode()


def test_new_recovery_codes_end_the_old_ones(boss: StaffUser) -> None:
    client, _ = log_in(boss.email)
    enrol(client)
    page = "/accounts/2fa/recovery-codes/"
    before = client.get(page).content
    assert client.get(f"{page}generate/").status_code == 200
    client.post(f"{page}generate/")
    assert client.get(page).content != before
    assert client.get(f"{page}download/")["Content-Type"].startswith("text/plain")


def test_an_operator_needs_the_app_too_and_can_take_a_lost_one_off(
    required: None, boss: StaffUser
) -> None:
    enrol(log_in(boss.email)[0])
    op = StaffUser.objects.create_superuser("op@example.jp", world.PASSWORD, name="運用")
    client, _ = log_in(op.email)
    first = client.get("/admin/", follow=True)
    assert first.request["PATH_INFO"] == "/accounts/2fa/"
    enrol(client)
    assert client.get("/admin/").status_code == 200
    page = "/admin/municipalities/staffuser/"
    client.post(page, {"action": "without_second_step", "_selected_action": [boss.pk]})
    assert set(Authenticator.objects.values_list("user", flat=True)) == {op.pk}
