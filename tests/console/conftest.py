"""Alice's desk: Aoba City at noon on 25 November 2026, a Wednesday."""

from collections.abc import Iterator
from datetime import time

import pytest
import time_machine
from django.test import Client

from municipalities.domain.roles import Role
from municipalities.models import Municipality
from tests import world
from tests.console.days import NOON


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality(send_time=time(8, 0), last_hour=time(21, 0))


@pytest.fixture
def alice(aoba: Municipality) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(
        world.make_staff(aoba, Role.EDITOR),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client
