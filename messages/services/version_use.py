"""Which municipality receives which version of a base text, and since when.

Written once a night from the frozen editions, which the NPO does not see; read behind the NPO's door.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from django.db import connection

from kizuna.lib import sqlfile
from messages.models import BaseText, TextVersion, VersionUse
from municipalities.domain.words import Service
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality

log = structlog.get_logger("messages.version_use")


def note_uses(until: date) -> int:
    """In all municipalities: note what was sent up to and with that day, as far as it is not noted.

    Called every night for the day before; a night that was missed is made up for by the next.
    Returns how many rows were written. One municipality's trouble does not keep the others.
    """
    written = 0
    for municipality in Municipality.objects.exclude(service=Service.PREPARING).order_by("pk"):
        try:
            with in_municipality(municipality.pk), connection.cursor() as cursor:
                cursor.execute(
                    sqlfile.load(__file__, "note_uses"),
                    {"municipality": municipality.pk, "until": until},
                )
                written += cursor.rowcount
        except Exception:
            log.exception("uses of versions not noted", municipality=municipality.slug)
    return written


@dataclass(frozen=True, slots=True)
class Receiver:
    """A municipality and one version that it sent. Without a version: it runs, and sent none yet."""

    municipality: Municipality
    version: TextVersion | None = None
    first_day: date | None = None
    last_day: date | None = None


def receivers(text: BaseText, variant: str) -> list[Receiver]:
    """Who sent which version of that wording, the newest version first, then who sent none yet.

    A municipality that sent several stands there once for each. Behind the NPO's door.
    """
    used = list(
        VersionUse.objects.filter(version__base_text=text, version__variant=variant)
        .select_related("version", "municipality")
        .only("first_day", "last_day", "version__number", "municipality__name")
        .order_by("-version__number", "municipality__name", "municipality_id")
    )
    found = [Receiver(u.municipality, u.version, u.first_day, u.last_day) for u in used]
    return found + [Receiver(one) for one in _without({u.municipality_id for u in used})]


def counts(versions: Iterable[TextVersion]) -> dict[int, int]:
    """Version → how many municipalities have sent it."""
    rows = VersionUse.objects.filter(version__in=list(versions)).values_list(
        "version_id", flat=True
    )
    return dict(Counter(rows))


def running() -> int:
    """How many municipalities send at all."""
    return Municipality.objects.filter(service=Service.LIVE).count()


def _without(senders: set[int]) -> Sequence[Municipality]:
    return [
        one
        for one in Municipality.objects.filter(service=Service.LIVE)
        .only("name")
        .order_by("name", "pk")
        if one.pk not in senders
    ]
