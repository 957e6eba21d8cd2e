"""Every page behind the NPO's door × the NPO's six roles. A new page without a row is a failing test."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from municipalities.domain.npo_roles import NpoAct, NpoRole, may
from municipalities.models import Municipality
from tests import world
from tests.isolation.test_every_route_has_a_door import OURS

# route → the act that opens it
NEEDS: dict[str, NpoAct] = {
    "npo:contract_certificate": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:contract_end": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:contract_erase": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:contract_goes_on": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:text": NpoAct.SEE_TEXTS,
    "npo:text_announcements": NpoAct.SEE_TEXTS,
    "npo:text_compare": NpoAct.SEE_TEXTS,
    "npo:text_receivers": NpoAct.SEE_TEXTS,
    "npo:texts": NpoAct.SEE_TEXTS,
    "npo:texts_calendar": NpoAct.SEE_TEXTS,
    "npo:texts_complete": NpoAct.SEE_TEXTS,
    "npo:today": NpoAct.SEE_TODAY,
}
# Where an address holds more than a name. Numbers that are nobody's: open then means 404, shut 403.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "npo:text": {"key": "d45", "audience": "everyone"},
    "npo:text_announcements": {"key": "d45", "audience": "everyone"},
    "npo:text_compare": {"key": "d45", "audience": "everyone"},
    "npo:text_receivers": {"key": "d45", "audience": "everyone"},
    "npo:contract_certificate": {"municipality": 0},
    "npo:contract_end": {"municipality": 0},
    "npo:contract_erase": {"municipality": 0},
    "npo:contract_goes_on": {"municipality": 0},
}

ROUTES = [name for name, _ in OURS if name.startswith("npo:")]


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def test_every_page_has_a_row() -> None:
    assert set(ROUTES) == set(NEEDS)


@pytest.mark.parametrize("role", list(NpoRole), ids=str)
@pytest.mark.parametrize("name", sorted(NEEDS))
def test_a_page_opens_for_whoever_may(
    client: Client, aoba: Municipality, name: str, role: NpoRole
) -> None:
    client.force_login(world.make_npo_staff(role))
    answer = client.get(reverse(name, kwargs=ARGUMENTS.get(name)))
    if may(role, NEEDS[name]):
        assert answer.status_code in {200, 302, 404, 405}
    else:
        # A page that takes posts only says so before it asks who is there.
        assert answer.status_code in {403, 405}
        assert client.post(reverse(name, kwargs=ARGUMENTS.get(name))).status_code in {403, 405}
