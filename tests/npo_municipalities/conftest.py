"""An operator and a partner manager of the NPO, and Aoba being prepared."""

from datetime import time

import pytest
from django.test import Client

from municipalities.models import Municipality, StaffUser
from municipalities.services.codes import load_codes
from tests import world


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
