"""Readers' words at the end of the course: what may be quoted, and by which words it is introduced.

Only those are seen whose writer allowed it. Somebody reads each one first and takes out names, places
and facilities; what comes out of that is the quotable text.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kizuna.lib import clock
from municipalities.models import Municipality, StaffUser, Thanks
from municipalities.services.audit import note
from municipalities.tenancy.scope import stepping_into

ENOUGH = 5
"""A voice is told with its municipality and month only where so many share them."""


@dataclass(frozen=True, slots=True)
class Voice:
    """``municipality`` and ``month`` None: too few share them, so they are not told."""

    pk: int
    text: str
    municipality: str | None
    month: date | None


def quotable() -> QuerySet[Thanks]:
    """Those that somebody has read and cleared, newest first. Behind the NPO's door."""
    return Thanks.objects.filter(quotable_at__isnull=False).order_by("-quotable_at", "-pk")


def waiting() -> QuerySet[Thanks]:
    """Those that may be published once somebody has read them; the longest wait first."""
    return (
        Thanks.objects.filter(may_publish=True, quotable_at__isnull=True, set_aside_at__isnull=True)
        .select_related("municipality")
        .order_by("month", "pk")
    )


def aside() -> QuerySet[Thanks]:
    """Those that somebody has read and set aside, newest first."""
    return (
        Thanks.objects.filter(may_publish=True, set_aside_at__isnull=False)
        .select_related("municipality")
        .order_by("-set_aside_at", "-pk")
    )


def told(rows: Sequence[Thanks]) -> list[Voice]:
    """With the most precise origin that is shared by enough cleared voices, or with none."""
    places: Counter[int] = Counter()
    months: Counter[tuple[int, date]] = Counter()
    for place, month in quotable().values_list("municipality_id", "month"):
        places[place] += 1
        months[place, month] += 1
    names = dict(
        Municipality.objects.filter(pk__in={one.municipality_id for one in rows}).values_list(
            "pk", "name"
        )
    )
    return [
        Voice(
            one.pk,
            one.quotable_text,
            names[one.municipality_id] if places[one.municipality_id] >= ENOUGH else None,
            one.month if months[one.municipality_id, one.month] >= ENOUGH else None,
        )
        for one in rows
    ]


def clear(one: Thanks, staff: StaffUser, text: str) -> None:
    """Put down the words that may be quoted; the municipality sees that it was done, and by whom."""
    _write(one, staff, "npo.voice_cleared", text=text)


def take_back(one: Thanks, staff: StaffUser) -> None:
    """No longer quotable; it waits for a reader again."""
    _write(one, staff, "npo.voice_taken_back")


def set_aside(one: Thanks, staff: StaffUser, reason: str) -> None:
    """Neither quotable nor waiting, for a reason that the municipality sees in its records."""
    _write(one, staff, "npo.voice_set_aside", reason=reason, is_aside=True)


def bring_back(one: Thanks, staff: StaffUser) -> None:
    """What was set aside waits for a reader again."""
    _write(one, staff, "npo.voice_brought_back")


def _write(
    one: Thanks,
    staff: StaffUser,
    act: str,
    *,
    text: str = "",
    reason: str = "",
    is_aside: bool = False,
) -> None:
    now = clock.now()
    with stepping_into(one.municipality_id):
        Thanks.objects.filter(pk=one.pk).update(
            quotable_text=text,
            quotable_at=now if text else None,
            quotable_by=staff if text else None,
            set_aside_at=now if is_aside else None,
            set_aside_by=staff if is_aside else None,
        )
        municipality = Municipality.objects.get(pk=one.municipality_id)
        note(municipality, staff, act, about=f"voice {one.pk}", purpose=reason)
