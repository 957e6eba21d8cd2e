"""An operator and a partner manager of the NPO, and Aoba being prepared."""

from datetime import time
from typing import Any

import pytest
from django.test import Client

from municipalities.models import Municipality, StaffUser
from municipalities.services.codes import load_codes
from tests import world
from tests.emulators.line_server import LineServer, server

__all__ = ["server"]

SECRET = "0123456789abcdef0123456789abcdef"
"""Of an account at the emulator: LINE's own have this form."""


def client_of(user: StaffUser) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def olga(db: None) -> StaffUser:
    return world.make_npo_staff("operator")


@pytest.fixture
def paul(db: None) -> StaffUser:
    return world.make_npo_staff("partner")


@pytest.fixture
def operator(olga: StaffUser) -> Client:
    return client_of(olga)


@pytest.fixture
def partner(paul: StaffUser) -> Client:
    return client_of(paul)


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality(service="preparing", last_hour=time(21))


@pytest.fixture
def register(db: None) -> None:
    load_codes()


@pytest.fixture
def line(server: LineServer, settings: Any) -> LineServer:
    """The emulator that the pages ask."""
    settings.LINE_API_BASE_URL = server.url
    return server
