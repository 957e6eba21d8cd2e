"""How long those who registered stay: a life table, from spans and the calendar."""

from datetime import date
from functools import lru_cache

from django.db import connection, transaction

import delivery
from delivery.facts.audience import end_of
from delivery.facts.words import RETENTION_WEEKS
from delivery.models import RetentionFact
from kizuna.lib import sqlfile
from messages.domain import graduation
from municipalities.models import Municipality, ReaderSpan

_graduates_on = lru_cache(maxsize=20_000)(graduation.graduates_on)
"""The same dates of birth come in every municipality."""


def rebuild(municipality: Municipality, on: date) -> None:
    """RetentionFact as of the end of that day, by delete and insert. Inside ``in_municipality``."""
    births = list(
        ReaderSpan.objects.filter(kind="child").values_list("anchor", flat=True).distinct()
    )
    with transaction.atomic():
        RetentionFact.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                sqlfile.load(delivery.__file__, "facts_retention"),
                {
                    "municipality": municipality.pk,
                    "on": on,
                    "moment": end_of(on),
                    "births": births,
                    "ends": [_graduates_on(one, municipality.last_birthday) for one in births],
                    "weeks": list(RETENTION_WEEKS),
                    "following": [*RETENTION_WEEKS[1:], None],
                },
            )
