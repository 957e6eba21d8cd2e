"""Aoba City at noon on 25 November 2026; Alice writes there."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from municipalities.domain.roles import Role
from municipalities.models import Municipality
from tests import world
from tests.console.days import NOON


def client_of(aoba: Municipality, role: Role) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(
        world.make_staff(aoba, role, f"{role}@aoba.example.jp"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def alice(aoba: Municipality) -> Client:
    return client_of(aoba, Role.EDITOR)
