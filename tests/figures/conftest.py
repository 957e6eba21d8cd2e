"""The NPO's desk of figures: noon, 25 November 2026, so that October is the newest month."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from municipalities.models import Municipality
from tests import world
from tests.console.days import NOON


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def who(db: None) -> Callable[[str], Client]:
    """Somebody of the NPO, logged in, who reads Japanese."""

    def enter(role: str) -> Client:
        client = Client(headers={"accept-language": "ja"})
        client.force_login(
            world.make_npo_staff(role),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        return client

    return enter


@pytest.fixture
def head(who: Callable[[str], Client]) -> Client:
    return who("head")
