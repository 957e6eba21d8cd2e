"""Addresses that are never written to again, whatever a later file says. Kept as hashes alone."""

from collections.abc import Collection, Iterable

from kizuna.lib import clock
from municipalities.models import Endpoint, Suppressed


def suppress(endpoint: Endpoint) -> None:
    """No import brings texts back to this address. Inside ``in_municipality``; repeatable."""
    _add([endpoint])


def suppress_readers(reader_ids: Collection[int]) -> None:
    """The same for every address of these readers."""
    _add(Endpoint.objects.filter(reader_id__in=reader_ids))


def suppressed_among(keys: Collection[bytes]) -> set[bytes]:
    """Which of these addresses (``address_key``) must be left alone. Inside ``in_municipality``."""
    found = Suppressed.objects.filter(address_key__in=keys).values_list("address_key", flat=True)
    return {bytes(key) for key in found}


def _add(endpoints: Iterable[Endpoint]) -> None:
    now = clock.now()
    Suppressed.objects.bulk_create(
        [
            Suppressed(
                municipality_id=one.municipality_id,
                kind=one.kind,
                address_key=bytes(one.address_key),
                at=now,
            )
            for one in endpoints
        ],
        ignore_conflicts=True,
    )
