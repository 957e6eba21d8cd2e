"""Aoba offers, Minato takes over: Alice and Bob of Aoba, Charlie and Mika of Minato."""

import pytest

from municipalities.domain.roles import Role
from municipalities.models import Municipality
from tests import world
from tests.blocks.desk import Person, person


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def minato(db: None) -> Municipality:
    return world.make_minato()


@pytest.fixture
def alice(aoba: Municipality) -> Person:
    return person(aoba, "alice", Role.EDITOR)


@pytest.fixture
def bob(aoba: Municipality) -> Person:
    return person(aoba, "bob", Role.VIEWER)


@pytest.fixture
def charlie(minato: Municipality) -> Person:
    return person(minato, "charlie", Role.EDITOR)


@pytest.fixture
def mika(minato: Municipality) -> Person:
    return person(minato, "mika", Role.APPROVER)
