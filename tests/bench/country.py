"""A country of readers who are all due today: sizes as Japan's, texts as the full course has them.

Read by the measures of the morning, the nation and the urgent mail. Readers who have nothing today
are left out: planning finds the others by equality in an index and never touches them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

from delivery.planning import open_run, whole_day
from kizuna.lib import clock
from kizuna.lib.crypto import seal
from messages.content_files import read_course
from messages.domain.schedule import anchors_for
from messages.domain.stage import Kind, Stage, Unit
from messages.models import BaseText, LocalBlock, TextVersion
from municipalities.domain.words import MunicipalityKind, Service
from municipalities.models import LineChannel, Municipality, StaffUser
from municipalities.services.endpoints import address_key
from municipalities.tenancy.scope import in_municipality

SEED = 20260401
LINE_SHARE = 0.55
# Units by births a year, 2024: five bars below 100 births, the rest between, 201 of 1,000 or more
# (1,892 units with the wards of designated cities; scaled here to 1,741).
UNITS = ((3, 19, 371), (20, 39, 211), (40, 59, 139), (60, 79, 99), (80, 99, 78))
BETWEEN, LARGE, UNITS_IN_ALL = (100, 999), (1_000, 15_000), 1_892
LARGE_UNITS = 201
FIRST_ID = 10_000_000
"""Ids of the copied rows begin here, above whatever the sequences have given out."""


@dataclass(frozen=True)
class Country:
    """What was loaded. ``sizes`` are deliveries of today, one for each municipality."""

    ids: list[int]
    sizes: list[int]
    texts: int


def sizes_like_japan(deliveries: int, places: int = 1_741) -> list[int]:
    """How many deliveries each of the municipalities has today; the largest first."""
    draw = random.Random(SEED)
    small = sum(count for *_, count in UNITS)
    births: list[float] = []
    for number in range(places):
        at = number / places * UNITS_IN_ALL
        for first, last, count in UNITS:
            if at < count:
                births.append(draw.uniform(first, last))
                break
            at -= count
        else:
            large = number / places * UNITS_IN_ALL >= UNITS_IN_ALL - LARGE_UNITS
            low, high = LARGE if large else BETWEEN
            # Many smaller ones, few big ones: evenly spread on a scale of factors, or steeper.
            share = draw.random() ** (2.2 if large else 1.0)
            births.append(low * (high / low) ** share)
    assert small < UNITS_IN_ALL - LARGE_UNITS
    scale = deliveries / sum(births)
    sizes = sorted((max(1, round(one * scale)) for one in births), reverse=True)
    sizes[0] += deliveries - sum(sizes)
    return sizes


def full_course() -> list[Stage]:
    """The stages of the current national course: daily to day 100, then every 3, 7, 14 days."""
    days = [*range(101), *range(102, 366, 3), *range(366, 730, 7), *range(730, 1_095, 14)]
    return [
        *(Stage(Unit.PREGNANCY_DAY, number) for number in range(28, 294)),
        *(Stage(Unit.LIFE_DAY, number) for number in days),
    ]


def load(sizes: Sequence[int], today: date) -> Country:
    """Texts, municipalities with a LINE account and two local blocks each, readers, open runs."""
    stages = _publish(today)
    municipalities = _municipalities(len(sizes))
    for one in municipalities:
        with in_municipality(one.pk):
            channel = LineChannel(municipality=one, channel_id=f"{1_650_000_000 + one.pk}")
            channel.secret = f"{one.pk:032x}"
            channel.save()
            open_run(one, today, whole_day(today))
    _blocks(municipalities)
    anchors = [(s.kind, anchor) for s in stages for anchor in anchors_for(s, today)]
    with psycopg.connect(administrator()) as connection:
        _copy(connection, municipalities, sizes, anchors, today)
    with psycopg.connect(administrator(), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return Country([one.pk for one in municipalities], list(sizes), len(stages))


def administrator() -> str:
    """The throwaway server's superuser: policies bind everybody else, the owner too."""
    database = settings.DATABASES["default"]
    parts = urlsplit(f"postgresql://postgres@/{database['NAME']}?host={database['HOST']}")
    return urlunsplit(parts)


def _publish(today: date) -> list[Stage]:
    """A text for each stage of the full course, with the words of the starter pack in turn."""
    words = read_course(settings.BASE_DIR / "content" / "ja").files
    stages = full_course()
    bases = BaseText.objects.bulk_create(
        [BaseText(unit=one.unit, number=one.number) for one in stages]
    )
    TextVersion.objects.bulk_create(
        TextVersion(
            base_text=base,
            number=1,
            subject=f"{stage.label_ja}のおたより",
            body=words[at % len(words)].body,
            effective_from=today - timedelta(days=1),
        )
        for at, (stage, base) in enumerate(zip(stages, bases, strict=True))
    )
    return stages


def _municipalities(count: int) -> list[Municipality]:
    return Municipality.objects.bulk_create(
        Municipality(
            slug=f"town-{number:04d}",
            kind=MunicipalityKind.CITY,
            name=f"第{number}市",
            service_name=f"第{number}市 子育てメール",
            service=Service.LIVE,
            contact="こども課 000-000-0000",
            postal_address=f"第{number}市本町1-1",
            mail_name=f"第{number}市 子育てメール",
            mail_address=f"kosodate@town-{number:04d}.example.jp",
        )
        for number in range(1, count + 1)
    )


def _blocks(municipalities: Sequence[Municipality]) -> None:
    approver = StaffUser.objects.create(email="approver@example.jp", name="承認者")
    for one in municipalities:
        with in_municipality(one.pk):
            LocalBlock.objects.bulk_create(
                LocalBlock(
                    municipality=one,
                    title=title,
                    body=f"{one.name}の窓口でお待ちしています。\n\n- 平日 8時30分から17時15分\n",
                    kind=kind,
                    first_day=first,
                    last_day=last,
                    state="approved",
                    approved_by=approver,
                    approved_at=clock.now(),
                )
                for title, kind, first, last in (
                    ("母子健康手帳の交付", "pregnancy", 28, 112),
                    ("赤ちゃん訪問", "child", 14, 120),
                )
            )


COLUMNS = {
    "municipalities_reader": "id, municipality_id, variant, created_at",
    "municipalities_endpoint": "id, municipality_id, reader_id, kind, address_sealed,"
    " address_key, verified_at, blocked_reason",
    "municipalities_course": "id, municipality_id, due_date, birth_date, children",
    "municipalities_subscription": "id, municipality_id, reader_id, course_id, endpoint_id,"
    " relation, starts_on, created_at",
}


def _copy(
    connection: psycopg.Connection,
    municipalities: Sequence[Municipality],
    sizes: Sequence[int],
    anchors: Sequence[tuple[Kind, date]],
    today: date,
) -> None:
    """Table by table, each row of the same number: reader, address, course, subscription.

    Keys and triggers rest meanwhile (the rows fit by construction): half the time of loading.
    """
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    for table, columns in COLUMNS.items():
        draw = random.Random(SEED)
        with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in _rows(table, draw, municipalities, sizes, anchors, today):
                copy.write_row(row)


def _rows(
    table: str,
    draw: random.Random,
    municipalities: Sequence[Municipality],
    sizes: Sequence[int],
    anchors: Sequence[tuple[Kind, date]],
    today: date,
) -> Iterator[tuple[object, ...]]:
    now, begun, number = clock.now(), today - timedelta(days=30), FIRST_ID
    for municipality, size in zip(municipalities, sizes, strict=True):
        home = municipality.pk
        for _ in range(size):
            number += 1
            chance, (kind, anchor) = draw.random(), draw.choice(anchors)
            if table == "municipalities_reader":
                yield number, home, "standard", now
            elif table == "municipalities_endpoint":
                channel, address = (
                    ("line", f"U{number:032x}")
                    if chance < LINE_SHARE
                    else ("email", f"reader{number}@family.example")
                )
                sealed = seal(address, where="endpoint.address", municipality_id=home)
                key = address_key(channel, address, home)
                yield number, home, number, channel, sealed, key, now, ""
            elif table == "municipalities_course":
                due = anchor if kind is Kind.PREGNANCY else None
                yield number, home, due, None if due else anchor, 1
            else:
                relation = "mother" if draw.random() < 0.85 else "father"
                yield number, home, number, number, number, relation, begun, now
