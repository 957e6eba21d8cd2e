"""How many readers an announcement will meet, counted in the database before it is sent."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from django.db import connection
from django.db.models import Min

from kizuna.lib import sqlfile
from messages.domain.schedule import due_stages, falls_on
from messages.domain.stage import Kind, Stage, Unit
from messages.models import TextVersion
from messages.services.compose import Place, day_number
from municipalities.domain.words import AUDIENCE_OF, FALLBACK, Audience, Variant
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


@dataclass(frozen=True, slots=True)
class _Text:
    """A stage's texts: since when there is one for anybody, and for whom since when."""

    since: date
    readers: list[tuple[date, str, str]]


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
    texts, days = _texts(kind, audience), range(first_day, last_day + 1)
    last = Stage(Unit.BIRTHDAY, municipality.last_birthday)
    today: dict[_Group, date] = {}
    soon: dict[_Group, date] = {}
    for number in range((end - begin).days + 1):
        day = begin + timedelta(days=number)
        met = dict.fromkeys(_met(texts, kind, days, last, day), day)
        # The later day stays: who rests or begins late may be met by then.
        soon |= met
        if day == on:
            today = met
    return Reach(_count(municipality, kind, today, areas), _count(municipality, kind, soon, areas))


def _texts(kind: Kind, audience: Audience) -> dict[Stage, _Text]:
    """Since when which readers have a text, without the texts: what a month needs, in one look."""
    rows = (
        TextVersion.objects.filter(withdrawn_at=None)
        .values_list("base_text__unit", "base_text__number", "base_text__audience", "variant")
        .annotate(Min("effective_from"))
    )
    since = {
        (Stage(Unit(unit), number), Audience(who), Variant(variant)): first
        for unit, number, who, variant, first in rows
    }
    return {
        stage: _Text(
            min(since[stage, who, how] for who, how in places), _readers(since, stage, audience)
        )
        for stage, places in _by_stage(since).items()
        if stage.kind is kind
    }


def _by_stage(since: Iterable[Place]) -> dict[Stage, list[tuple[Audience, Variant]]]:
    found: dict[Stage, list[tuple[Audience, Variant]]] = {}
    for stage, who, how in since:
        found.setdefault(stage, []).append((who, how))
    return found


def _readers(
    since: Mapping[Place, date], stage: Stage, audience: Audience
) -> list[tuple[date, str, str]]:
    """Since when, in which variant and of which relation readers of the audience have a text."""
    found: list[tuple[date, str, str]] = []
    for relation, theirs in AUDIENCE_OF.items():
        if audience not in {Audience.EVERYONE, theirs}:
            continue
        for variant in Variant:
            places = product({theirs, Audience.EVERYONE}, FALLBACK[variant])
            days = [since[stage, *one] for one in places if (stage, *one) in since]
            if days:
                found.append((min(days), variant.value, relation.value))
    return found


def _met(
    texts: Mapping[Stage, _Text], kind: Kind, days: range, last: Stage, on: date
) -> Iterator[_Group]:
    """Whom a text of that day takes the announcement to."""
    stages = [stage for stage, text in texts.items() if text.since <= on]
    for (_kind, anchor), stage in due_stages(stages, on).items():
        if day_number(kind, anchor, on) not in days:
            continue
        if kind is Kind.CHILD and on > falls_on(last, anchor):
            continue
        for since, variant, relation in texts[stage].readers:
            if since <= on:
                yield anchor, variant, relation


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
