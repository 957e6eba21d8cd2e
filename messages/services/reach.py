"""How many readers an announcement will meet, counted in the database before it is sent."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Min

from kizuna.lib import sqlfile
from messages.domain.schedule import due_stages, falls_on
from messages.domain.stage import Kind, Stage, Unit
from messages.models import TextVersion
from messages.services.compose import Place, day_number, pick
from municipalities.domain.words import AUDIENCE_OF, Audience, Variant
from municipalities.models import Municipality

DAYS = 30
"""Today included."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Subscriptions that run now and meet the announcement with a text of the day. Each once."""

    today: int
    next_30_days: int


_Group = tuple[date, str, str]
"""An anchor, a variant and a relation."""


def reach(  # noqa: PLR0917  what an announcement says about its readers
    municipality: Municipality,
    kind: Kind,
    first_day: int,
    last_day: int,
    shown_from: date | None,
    shown_until: date | None,
    audience: Audience,
    areas: Collection[str],
    on: date,
) -> Reach:
    """Who will meet it today, and within 30 days from today. Inside ``in_municipality`` only.

    It takes the readers as they are now: who registers, rests or moves later changes it. Empty
    ``areas``: everywhere. A range or window that is upside down reaches nobody.
    """
    begin = max(on, shown_from or on)
    end = min(on + timedelta(days=DAYS - 1), shown_until or date.max)
    texts, days = _texts(), range(first_day, last_day + 1)
    today: dict[_Group, date] = {}
    soon: dict[_Group, date] = {}
    for number in range((end - begin).days + 1):
        day = begin + timedelta(days=number)
        met = dict.fromkeys(_met(municipality, texts, kind, days, audience, day), day)
        # The later day stays: who rests or begins late may be met by then.
        soon |= met
        if day == on:
            today = met
    return Reach(_count(municipality, kind, today, areas), _count(municipality, kind, soon, areas))


def _texts() -> Mapping[Place, date]:
    """Since when there is a text, without the texts: which ones a month needs, in one look."""
    rows = (
        TextVersion.objects.filter(withdrawn_at=None)
        .values_list("base_text__unit", "base_text__number", "base_text__audience", "variant")
        .annotate(Min("effective_from"))
    )
    return {
        (Stage(Unit(unit), number), Audience(audience), Variant(variant)): since
        for unit, number, audience, variant, since in rows
    }


def _met(  # noqa: PLR0917  as above
    municipality: Municipality,
    texts: Mapping[Place, date],
    kind: Kind,
    days: range,
    audience: Audience,
    on: date,
) -> Iterator[_Group]:
    """Whom a text of that day takes the announcement to."""
    shelf = {place: since for place, since in texts.items() if since <= on}
    last = Stage(Unit.BIRTHDAY, municipality.last_birthday)
    for (of, anchor), stage in due_stages({one for one, _, _ in shelf}, on).items():
        if of is not kind or day_number(kind, anchor, on) not in days:
            continue
        if kind is Kind.CHILD and on > falls_on(last, anchor):
            continue
        for relation, theirs in AUDIENCE_OF.items():
            if audience in {Audience.EVERYONE, theirs}:
                for variant in Variant:
                    if pick(shelf, stage, theirs, variant):
                        yield anchor, variant.value, relation.value


def _count(
    municipality: Municipality, kind: Kind, met: Mapping[_Group, date], areas: Collection[str]
) -> int:
    if not met:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfile.load(__file__, "reach"),
            {
                "municipality": municipality.pk,
                "kind": kind.value,
                "anchors": [anchor for anchor, _, _ in met],
                "variants": [variant for _, variant, _ in met],
                "relations": [relation for _, _, relation in met],
                "days": list(met.values()),
                "everywhere": not areas,
                "areas": list(areas),
            },
        )
        (count,) = cursor.fetchone()
    return int(count)
