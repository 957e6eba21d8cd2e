"""A manager invites, changes and removes colleagues; the last manager stays."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client

from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality, StaffAct, StaffInvitation, StaffUser
from municipalities.services import staff
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.staff.conftest import desk

PAGE = "/console/aoba/staff/"
NEW = {"name": "新田 花", "email": "Hana@Aoba.example.jp", "role": "editor", "duties": "妊娠期"}
PASSWORD = "ながい合言葉を三つ-7391"


def acts(aoba: Municipality) -> list[str]:
    with in_municipality(aoba.pk):
        return list(StaffAct.objects.order_by("pk").values_list("act", flat=True))


def member(aoba: Municipality, user: StaffUser) -> int:
    with in_municipality(aoba.pk):
        return Membership.objects.get(user=user).pk


def role_of(aoba: Municipality, user: StaffUser) -> str | None:
    with in_municipality(aoba.pk):
        found = Membership.objects.filter(user=user).first()
    return found.role if found else None


def invited(manager: Client, **other: str) -> str:
    """Invite, and the path of the link in the mail."""
    answer = manager.post(PAGE, {**NEW, **other})
    assert answer.status_code == 302, answer.content.decode()
    found = re.search(r"https?://[^/]+(/accounts/invitation/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_an_invited_colleague_sets_a_password_and_works(
    aoba: Municipality, manager: Client, boss: StaffUser
) -> None:
    path = invited(manager)
    assert mail.outbox[0].to == ["hana@aoba.example.jp"]
    assert "青葉市" in mail.outbox[0].subject
    stranger = Client()
    assert "新田 花" in stranger.get(path).content.decode()
    filled = {"name": "新田 はな", "password": PASSWORD, "again": PASSWORD}
    assert stranger.post(path, filled)["Location"] == "/accounts/login/"
    hana = StaffUser.objects.get(email="hana@aoba.example.jp")
    assert hana.check_password(PASSWORD)
    assert role_of(aoba, hana) == "editor"
    logged_in = stranger.post("/accounts/login/", {"login": hana.email, "password": PASSWORD})
    assert logged_in.status_code == 302
    assert stranger.get("/console/aoba/").status_code == 200
    assert acts(aoba) == ["staff.invited", "staff.joined"]
    # The link is used up, and the page is the one of a forged link.
    used, forged = Client().get(path), Client().get(f"{path[:-3]}x/")
    assert (used.status_code, used.content) == (404, forged.content)


def test_the_link_is_kept_by_nobody(manager: Client) -> None:
    answer = Client().get(invited(manager))
    assert "no-store" in answer["Cache-Control"]
    # "no-referrer" would make browsers post the form with an origin that is refused.
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"name": ""}, "name"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "", "again": ""}, "password"),
        ({"again": "another"}, "again"),
        ({"password": "hana@aoba.example.jp", "again": "hana@aoba.example.jp"}, "password"),
    ],
)
def test_a_slip_on_joining_is_told_at_its_field(
    manager: Client, filled: dict[str, str], field: str
) -> None:
    path = invited(manager)
    good = {"name": "花", "password": PASSWORD, "again": PASSWORD}
    answer = Client().post(path, {**good, **filled})
    assert f'href="#{field}"' in answer.content.decode()
    assert not StaffUser.objects.filter(email="hana@aoba.example.jp").exists()


def test_somebody_with_an_account_joins_after_logging_in(
    aoba: Municipality, manager: Client
) -> None:
    minato = world.make_minato()
    hana = world.make_staff(minato, Role.VIEWER, "hana@aoba.example.jp")
    path = invited(manager)
    assert f"/accounts/login/?next={quote(path)}" in Client().get(path).content.decode()
    other = desk(world.make_staff(minato, Role.VIEWER, "other@minato.example.jp"))
    assert "別の方がログイン" in other.get(path).content.decode()
    for client in (Client(), other):
        client.post(path, {"name": "x", "password": PASSWORD, "again": PASSWORD})
    assert role_of(aoba, hana) is None
    hanas = desk(hana)
    assert "参加する" in hanas.get(path).content.decode()
    assert hanas.post(path)["Location"] == "/console/aoba/"
    assert role_of(aoba, hana) == "editor"
    assert not hana.check_password(PASSWORD)


def test_a_link_runs_out_after_seven_days_and_can_be_sent_again(
    aoba: Municipality, manager: Client
) -> None:
    path = invited(manager)
    with in_municipality(aoba.pk):
        number = StaffInvitation.objects.get().pk
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert Client().get(path).status_code == 404
        late = desk(StaffUser.objects.get(email="boss@aoba.example.jp"))
        assert "期限が切れています" in late.get(PAGE).content.decode()
        late.post(f"{PAGE}invitations/{number}/", {"wish": "again"})
        assert len(mail.outbox) == 2
        assert Client().get(path).status_code == 200
        late.post(f"{PAGE}invitations/{number}/", {"wish": "revoke"})
        assert Client().get(path).status_code == 404
        late.post(f"{PAGE}invitations/{number}/", {"wish": "again"})
    assert len(mail.outbox) == 2
    assert acts(aoba) == ["staff.invited", "staff.invited_again", "staff.invitation_revoked"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "hana"}, "email"),
        ({"email": "boss@aoba.example.jp"}, "email"),
        ({"role": "king"}, "role-viewer"),
        ({"duties": "x" * 61}, "duties"),
    ],
)
def test_a_slip_on_inviting_is_told_at_its_field_and_stays_typed(
    aoba: Municipality, manager: Client, typed: dict[str, str], field: str
) -> None:
    answer = manager.post(PAGE, {**NEW, **typed})
    assert f'href="#{field}"' in answer.content.decode()
    assert mail.outbox == []
    assert acts(aoba) == []


def test_nobody_is_invited_twice(manager: Client) -> None:
    invited(manager)
    assert "すでに招待中" in manager.post(PAGE, NEW).content.decode()


def test_no_invitation_stays_without_its_mail(
    aoba: Municipality, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    answer = manager.post(PAGE, NEW)
    assert "メールを送れなかった" in answer.content.decode()
    assert acts(aoba) == []
    with in_municipality(aoba.pk):
        assert not StaffInvitation.objects.exists()


def test_a_role_is_changed_and_noted(
    aoba: Municipality, manager: Client, alice: StaffUser, editor: Client
) -> None:
    number = member(aoba, alice)
    assert editor.get("/console/aoba/readers/").status_code == 200
    manager.post(
        f"{PAGE}{number}/", {"wish": "role", "role": "viewer", "duties": "子育て支援センター"}
    )
    assert role_of(aoba, alice) == "viewer"
    assert editor.get("/console/aoba/readers/").status_code == 403
    with in_municipality(aoba.pk):
        act = StaffAct.objects.get()
    assert act.details == {"before": "editor", "after": "viewer"}
    wrong = manager.post(f"{PAGE}{number}/", {"wish": "role", "role": "king"})
    assert 'href="#role-viewer"' in wrong.content.decode()


def test_who_is_removed_is_out_at_once(
    aoba: Municipality, manager: Client, alice: StaffUser, editor: Client
) -> None:
    manager.post(f"{PAGE}{member(aoba, alice)}/", {"wish": "remove"})
    assert editor.get("/console/aoba/").status_code == 404
    assert acts(aoba) == ["staff.removed"]
    assert StaffUser.objects.filter(pk=alice.pk).exists()


@pytest.mark.parametrize("wish", [{"wish": "remove"}, {"wish": "role", "role": "viewer"}])
def test_the_invitations_of_somebody_who_manages_no_more_end(
    aoba: Municipality, manager: Client, wish: dict[str, str]
) -> None:
    other = world.make_staff(aoba, Role.MANAGER, "other@aoba.example.jp")
    with in_municipality(aoba.pk):
        made = staff.invite(
            aoba, other, email="back@example.jp", name="b", role=Role.MANAGER, duties=""
        )
    manager.post(f"{PAGE}{member(aoba, other)}/", wish)
    with in_municipality(aoba.pk):
        assert staff.usable(made.pk) is None


@pytest.mark.parametrize("wish", [{"wish": "remove"}, {"wish": "role", "role": "viewer"}])
def test_nobody_changes_themselves(
    aoba: Municipality, manager: Client, boss: StaffUser, wish: dict[str, str]
) -> None:
    answer = manager.post(f"{PAGE}{member(aoba, boss)}/", wish)
    assert "ご自分の役割は変えられません" in answer.content.decode()
    assert role_of(aoba, boss) == "manager"


def test_a_colleague_of_the_neighbour_is_not_found(aoba: Municipality, manager: Client) -> None:
    minato = world.make_minato()
    charlie = world.make_staff(minato, Role.VIEWER, "charlie@minato.example.jp")
    number = member(minato, charlie)
    assert manager.get(f"{PAGE}{number}/").status_code == 404
    assert manager.post(f"{PAGE}{number}/", {"wish": "remove"}).status_code == 404
    assert role_of(minato, charlie) == "viewer"


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_remove_each_other_leave_one() -> None:
    aoba = world.make_municipality()
    both = [world.make_staff(aoba, Role.MANAGER, f"{name}@aoba.example.jp") for name in "ab"]
    numbers = [member(aoba, one) for one in both]
    together = threading.Barrier(2)

    def remove(by: StaffUser, number: int) -> Callable[[], None]:
        def run() -> None:
            together.wait()
            try:
                with in_municipality(aoba.pk):
                    staff.remove(aoba, by, number)
            except staff.Refused:
                pass
            finally:
                connection.close()

        return run

    threads = [
        threading.Thread(target=remove(both[0], numbers[1])),
        threading.Thread(target=remove(both[1], numbers[0])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [role_of(aoba, one) for one in both].count("manager") == 1
