"""Enrol many readers at once: in sets, all or nothing. Enrolling the same again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Relation, Variant
from municipalities.models import (
    ConsentRecord,
    Course,
    Endpoint,
    Municipality,
    Reader,
    Subscription,
)
from municipalities.services.endpoints import address_key
from municipalities.services.suppression import suppressed_among


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One reader on one course. ``compared`` is the address in its form for comparison.

    Enrolments with the same ``family`` share one course.
    """

    channel: EndpointKind
    address: str
    compared: str
    due_date: date | None
    birth_date: date | None
    relation: Relation = Relation.UNDISCLOSED
    variant: Variant = Variant.STANDARD
    children: int = 1
    family: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """``unchanged`` were here already; a reader who stopped is among them and stays stopped.

    So is an address that asked never to be written to again: a file does not bring it back.
    """

    added: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Consent:
    """Where the readers' agreement comes from, for the record."""

    source: str
    text_version: str


def enrol_many(
    municipality: Municipality,
    enrolments: Sequence[Enrolment],
    *,
    starts_on: date,
    consent: Consent,
) -> Enrolled:
    """Add readers, endpoints, courses, subscriptions and consents. Inside ``in_municipality``.

    An address that is known keeps its reader; a course that the reader already follows is left
    alone. Eight statements for any number of rows.
    """
    given = len(enrolments)
    enrolments, keys = _welcome(municipality, enrolments)
    endpoints = _known_endpoints(keys)
    _add_readers(municipality, enrolments, keys, endpoints, consent)
    followed = _followed(endpoints)
    fresh = [
        (one, endpoints[key])
        for one, key in zip(enrolments, keys, strict=True)
        if (endpoints[key].reader_id, one.due_date, one.birth_date) not in followed
    ]
    courses = _add_courses(municipality, [one for one, _ in fresh])
    Subscription.objects.bulk_create(
        [
            Subscription(
                municipality=municipality,
                reader_id=endpoint.reader_id,
                endpoint=endpoint,
                course=course,
                relation=one.relation,
                starts_on=starts_on,
            )
            for (one, endpoint), course in zip(fresh, courses, strict=True)
        ],
        batch_size=1000,
    )
    return Enrolled(added=len(fresh), unchanged=given - len(fresh))


def _welcome(
    municipality: Municipality, enrolments: Sequence[Enrolment]
) -> tuple[list[Enrolment], list[bytes]]:
    """Those that may be written to, and their keys, in the order of the rows."""
    keys = [address_key(one.channel, one.compared, municipality.pk) for one in enrolments]
    closed = suppressed_among(set(keys))
    kept = [pair for pair in zip(enrolments, keys, strict=True) if pair[1] not in closed]
    return [one for one, _ in kept], [key for _, key in kept]


def _known_endpoints(keys: Sequence[bytes]) -> dict[bytes, Endpoint]:
    found = Endpoint.objects.filter(address_key__in=set(keys))
    return {bytes(endpoint.address_key): endpoint for endpoint in found}


def _add_readers(
    municipality: Municipality,
    enrolments: Sequence[Enrolment],
    keys: Sequence[bytes],
    endpoints: dict[bytes, Endpoint],
    consent: Consent,
) -> None:
    """A reader, an endpoint and a consent for each address that is not known yet."""
    new = {key: one for one, key in zip(enrolments, keys, strict=True) if key not in endpoints}
    readers = Reader.objects.bulk_create(
        [Reader(municipality=municipality, variant=one.variant) for one in new.values()],
        batch_size=1000,
    )
    now = clock.now()
    made = []
    for (key, one), reader in zip(new.items(), readers, strict=True):
        endpoint = Endpoint(
            municipality=municipality,
            reader=reader,
            kind=one.channel,
            address_key=key,
            verified_at=now,
        )
        endpoint.address = one.address
        made.append(endpoint)
    for endpoint in Endpoint.objects.bulk_create(made, batch_size=1000):
        endpoints[bytes(endpoint.address_key)] = endpoint
    ConsentRecord.objects.bulk_create(
        [
            ConsentRecord(
                municipality=municipality,
                reader=reader,
                given=True,
                text_version=consent.text_version,
                source=consent.source,
                at=now,
            )
            for reader in readers
        ],
        batch_size=1000,
    )


def _followed(
    endpoints: dict[bytes, Endpoint],
) -> set[tuple[int, date | None, date | None]]:
    readers = {endpoint.reader_id for endpoint in endpoints.values()}
    rows = Subscription.objects.filter(reader_id__in=readers).values_list(
        "reader_id", "course__due_date", "course__birth_date"
    )
    return set(rows)


def _add_courses(municipality: Municipality, enrolments: Sequence[Enrolment]) -> list[Course]:
    """One course for each family, or for each row without one; in the order of the rows."""
    made: dict[tuple[str, int], Course] = {}
    chosen = []
    for number, one in enumerate(enrolments):
        key = (one.family, 0) if one.family else ("", number)
        if key not in made:
            made[key] = Course(
                municipality=municipality,
                due_date=one.due_date,
                birth_date=one.birth_date,
                children=one.children,
            )
        chosen.append(made[key])
    Course.objects.bulk_create(list(made.values()), batch_size=1000)
    return chosen
