"""Month-end figures of municipalities that send from another system, written down as they came.

From the NPO's door. They are kept apart from everything that is counted here, and always marked 外部.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.core import signing
from django.db import transaction

from municipalities.domain.words import Service
from municipalities.models import ExternalFigure, Municipality, StaffUser
from municipalities.roster.columns import folded
from municipalities.services.audit import note
from municipalities.services.external_file import Place, Row
from municipalities.tenancy.scope import stepping_into

SECONDS = 3600
_SALT = "kizuna.external"


class Stale(Exception):
    """What was looked at is older than an hour, another person's, or not what stands there now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row beside what is kept now; ``before`` None: nothing yet."""

    row: Row
    place: Municipality
    before: ExternalFigure | None


def municipalities() -> list[Municipality]:
    """Whose figures may be imported, by code and name."""
    return list(Municipality.objects.filter(service=Service.EXTERNAL).order_by("code_id", "name"))


def places() -> list[Place]:
    """The same, as a file may call them: by name, short name, or code of six digits."""
    return [
        Place(
            one.pk,
            one.name,
            tuple(folded(key) for key in (one.name, one.slug, one.code_id or "") if key),
        )
        for one in municipalities()
    ]


def plan(rows: Sequence[Row]) -> tuple[list[Change], int]:
    """What would change, and how many rows say exactly what is kept. Nothing is written."""
    by_pk = {one.pk: one for one in municipalities()}
    kept = {
        (one.municipality_id, one.month_end): one
        for one in ExternalFigure.objects.filter(municipality_id__in=by_pk)
    }
    changes = []
    for row in rows:
        before = kept.get((row.place_id, row.month_end))
        if row.place_id in by_pk and (before is None or _values(before) != _values(row)):
            changes.append(Change(row, by_pk[row.place_id], before))
    return changes, len(rows) - len(changes)


def sign(by: StaffUser, rows: Iterable[Row]) -> str:
    """The rows, for the page that asks whether to keep them; nobody else's, for an hour."""
    said = [{**asdict(row), "month_end": row.month_end.isoformat()} for row in rows]
    return signing.dumps({"by": by.pk, "rows": said}, salt=_SALT, compress=True)


def keep(by: StaffUser, signed: str) -> int:
    """Write down what was looked at: all of it or nothing. How many month ends changed.

    Raises:
        Stale: too old, somebody else's, or one of them is external no more.
    """
    rows = _unsigned(by, signed)
    changes, _same = plan(rows)
    external = {one.pk for one in municipalities()}
    if any(row.place_id not in external for row in rows):
        raise Stale
    changes.sort(key=lambda one: one.place.pk)
    with transaction.atomic():
        for place, group in groupby(changes, key=lambda one: one.place):
            _write(place, [change.row for change in group], by)
    return len(changes)


def _write(place: Municipality, rows: list[Row], by: StaffUser) -> None:
    with stepping_into(place.pk):
        for row in rows:
            ExternalFigure.objects.update_or_create(
                municipality=place,
                month_end=row.month_end,
                defaults={
                    "active_readers": row.active_readers,
                    "children": row.children,
                    "registrations": row.registrations,
                    "source": row.source,
                    "imported_by": by,
                },
            )
        months = sorted(row.month_end.isoformat() for row in rows)
        note(place, by, "npo.figures_imported", months=months)


def _unsigned(by: StaffUser, signed: str) -> list[Row]:
    try:
        said: dict[str, Any] = signing.loads(signed, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise Stale from None
    if said["by"] != by.pk:
        raise Stale
    return [
        Row(**{**row, "month_end": date.fromisoformat(row["month_end"])}) for row in said["rows"]
    ]


def _values(one: Row | ExternalFigure) -> tuple[object, ...]:
    return one.active_readers, one.children, one.registrations, one.source
