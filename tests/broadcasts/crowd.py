"""Many readers at once, in four statements."""

from datetime import timedelta

from kizuna.lib import clock
from municipalities.models import Course, Endpoint, Municipality, Reader, Subscription
from municipalities.services.endpoints import address_key
from municipalities.tenancy.scope import in_municipality
from tests.world import line_id


def make_crowd(town: Municipality, mails: int, lines: int) -> None:
    """Readers of one child each, between a week and a year old."""
    addresses = [("email", f"m{n}@example.jp") for n in range(mails)]
    addresses += [("line", line_id(n)) for n in range(lines)]
    with in_municipality(town.pk):
        readers = Reader.objects.bulk_create([Reader(municipality=town) for _ in addresses])
        courses = Course.objects.bulk_create(
            [
                Course(municipality=town, birth_date=clock.today() - timedelta(days=7 + n % 300))
                for n in range(len(addresses))
            ]
        )
        endpoints = []
        for reader, (kind, address) in zip(readers, addresses, strict=True):
            one = Endpoint(
                municipality=town,
                reader=reader,
                kind=kind,
                verified_at=clock.now(),
                address_key=address_key(kind, address, town.pk),
            )
            one.address = address
            endpoints.append(one)
        Endpoint.objects.bulk_create(endpoints)
        Subscription.objects.bulk_create(
            [
                Subscription(
                    municipality=town,
                    reader=reader,
                    course=course,
                    endpoint=endpoint,
                    starts_on=clock.today() - timedelta(days=1),
                )
                for reader, course, endpoint in zip(readers, courses, endpoints, strict=True)
            ]
        )
