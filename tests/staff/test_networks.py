"""A municipality may open its console to its own networks alone, and nobody locks themselves out."""

import pytest
from django.test import Client

from municipalities.domain.networks import NetworkProblem, is_inside, read_networks
from municipalities.models import Municipality, StaffAct
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.staff.conftest import desk

PAGE = "/console/aoba/staff/networks/"


def allowed(aoba: Municipality) -> list[str]:
    return list(Municipality.objects.get(pk=aoba.pk).allowed_networks)


def test_staff_elsewhere_are_told_why_they_cannot_come_in(
    aoba: Municipality, manager: Client, editor: Client
) -> None:
    answer = manager.post(PAGE, {"networks": "127.0.0.1\n192.0.2.77/24\n"})
    assert answer.status_code == 302
    assert allowed(aoba) == ["127.0.0.1/32", "192.0.2.0/24"]
    assert editor.get("/console/aoba/", REMOTE_ADDR="192.0.2.5").status_code == 200
    outside = editor.get("/console/aoba/", REMOTE_ADDR="198.51.100.9")
    assert outside.status_code == 403
    assert "この場所からは開けません" in outside.content.decode()
    assert "198.51.100.9" in outside.content.decode()
    with in_municipality(aoba.pk):
        assert StaffAct.objects.get().details == {"networks": ["127.0.0.1/32", "192.0.2.0/24"]}


def test_a_stranger_elsewhere_does_not_learn_that_there_is_a_list(aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(allowed_networks=["192.0.2.0/24"])
    charlie = desk(world.make_staff(world.make_minato(), email="charlie@minato.example.jp"))
    assert charlie.get("/console/aoba/").status_code == 404
    assert charlie.get("/console/minato/").status_code == 200


def test_parents_come_in_from_everywhere(aoba: Municipality, client: Client) -> None:
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(allowed_networks=["192.0.2.0/24"])
    assert client.get("/m/aoba/").status_code == 200


@pytest.mark.parametrize("typed", ["192.0.2.0/24", "192.0.2.0/99", "office"])
def test_what_locks_out_or_is_no_network_is_not_saved(
    aoba: Municipality, manager: Client, typed: str
) -> None:
    answer = manager.post(PAGE, {"networks": typed})
    assert answer.status_code == 400
    assert typed in answer.content.decode()
    assert allowed(aoba) == []


def test_an_empty_list_opens_again(aoba: Municipality, manager: Client) -> None:
    manager.post(PAGE, {"networks": "127.0.0.0/8"})
    manager.post(PAGE, {"networks": " \n"})
    assert allowed(aoba) == []


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.9", True),
        ("::ffff:192.0.2.9", True),
        ("192.0.3.1", False),
        ("2001:db8::5", True),
        ("2001:db9::5", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_an_address_is_inside_or_not(address: str, inside: bool) -> None:
    assert is_inside(address, ["192.0.2.0/24", "2001:db8::/32"]) is inside
    assert is_inside(address, [])


def test_networks_are_read_once_each_and_not_without_end() -> None:
    assert read_networks("10.0.0.1/8 10.0.0.0/8") == ["10.0.0.0/8"]
    with pytest.raises(NetworkProblem, match="too_many"):
        read_networks("\n".join(f"10.0.{number}.0/24" for number in range(51)))
