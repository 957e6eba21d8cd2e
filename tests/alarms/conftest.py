"""Half past nine on 25 November 2026 in Aoba, whose texts go out at eight."""

from collections.abc import Iterator
from datetime import time

import pytest
import time_machine

from municipalities.models import Municipality
from tests import world
from tests.alarms.morning import HALF_PAST_NINE


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(HALF_PAST_NINE, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality(send_time=time(8, 0), last_hour=time(21, 0))
