"""The library of base texts at noon on 25 November 2026; Emi edits it for the NPO."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from municipalities.domain.npo_roles import NpoRole
from municipalities.models import Municipality
from tests import world
from tests.console.days import NOON


@pytest.fixture
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def emi(db: None, noon: None) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(
        world.make_npo_staff(NpoRole.EDITOR, "emi@npo.example.jp"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client
