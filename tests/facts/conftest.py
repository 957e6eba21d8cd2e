"""Aoba, opened."""

from collections.abc import Iterator

import pytest

from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import make_municipality


@pytest.fixture
def aoba(db: None) -> Iterator[Municipality]:
    made = make_municipality()
    with in_municipality(made.pk):
        yield made
