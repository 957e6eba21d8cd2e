"""What kills its worker comes to its fifth claim alone; those claimed with it are sent."""

from datetime import timedelta

import pytest

from delivery import ledger
from delivery.ledger import Shift
from delivery.models import Delivery
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.world import make_family, make_text

READERS = 60


@pytest.fixture
def due(morning: Morning) -> list[int]:
    make_text("d45")
    for _ in range(READERS):
        make_family(morning.municipality)
    morning.plan()
    return [row.id for row in morning.rows()]


def claim(morning: Morning) -> list[int]:
    with in_municipality(morning.municipality.pk):
        return [row[0] for row in ledger.claim(Shift(morning.on, "email", "w"), 500)]


def died(morning: Morning, ids: list[int]) -> None:
    """The worker that held them is gone, and its lease is over."""
    past = clock.now() - timedelta(minutes=5)
    with in_municipality(morning.municipality.pk):
        Delivery.objects.filter(id__in=ids).update(lease_until=past)
        ledger.sweep(morning.on, ["line"])


def sent(morning: Morning, ids: list[int]) -> None:
    with in_municipality(morning.municipality.pk):
        Delivery.objects.filter(id__in=ids).update(
            state="skipped",
            reason="late",
            settled_at=clock.now(),
            lease_owner=None,
            lease_until=None,
        )


@pytest.mark.parametrize("place", [0, 29, READERS - 1])
def test_only_the_killer_is_put_aside(morning: Morning, due: list[int], place: int) -> None:
    killer, sizes = due[place], []
    for _ in range(200):
        ids = claim(morning)
        if not ids and "planned" not in {state for state, _ in morning.states()}:
            break
        if killer in ids:
            sizes.append(len(ids))
            died(morning, ids)
        else:
            sent(morning, ids)
    assert sizes[0] == READERS
    assert sizes[-1] == 1
    assert len(sizes) == 4
    quarantined = [row.id for row in morning.rows() if row.reason == "quarantined"]
    assert quarantined == [killer]
