"""The people of one desk."""

import pytest

from municipalities.domain.roles import Role
from municipalities.models import Municipality
from tests import world
from tests.blocks.desk import Person, person


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def alice(aoba: Municipality) -> Person:
    return person(aoba, "alice", Role.EDITOR)


@pytest.fixture
def akira(aoba: Municipality) -> Person:
    return person(aoba, "akira", Role.APPROVER)


@pytest.fixture
def aya(aoba: Municipality) -> Person:
    return person(aoba, "aya", Role.MANAGER)


@pytest.fixture
def bob(aoba: Municipality) -> Person:
    return person(aoba, "bob", Role.VIEWER)
