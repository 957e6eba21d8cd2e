"""Aoba City with a manager and an auditor at their desks."""

from collections.abc import Callable

import pytest
from django.test import Client

from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffUser
from tests import world

Desk = Callable[[StaffUser], Client]


def desk(user: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def boss(aoba: Municipality) -> StaffUser:
    return world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")


@pytest.fixture
def manager(boss: StaffUser) -> Client:
    return desk(boss)


@pytest.fixture
def alice(aoba: Municipality) -> StaffUser:
    return world.make_staff(aoba, Role.EDITOR)


@pytest.fixture
def editor(alice: StaffUser) -> Client:
    return desk(alice)
