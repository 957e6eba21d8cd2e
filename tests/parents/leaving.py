"""Families that leave and share: links, cookies, and what is left of them."""

from django.test import Client

from kizuna.lib.tokens import sign
from municipalities.access import READER_COOKIE
from municipalities.models import Course, Municipality, Subscription
from municipalities.services.entrance import my_url
from municipalities.tenancy.scope import in_municipality
from tests.world import Family

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def stop_link(family: Family, tail: str = "") -> str:
    home = family.reader.municipality
    return f"/m/{home.slug}/stop/{sign('stop', home.pk, family.subscription.pk)}/{tail}"


def inside(family: Family) -> Client:
    """A browser that came in by the family's own link."""
    home = family.reader.municipality
    client = Client()
    url = my_url(home, family.reader.pk, family.reader.link_generation)
    client.get(url[url.index("/m/") :])
    assert READER_COOKIE in client.cookies
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def subscription(family: Family) -> Subscription:
    with in_municipality(family.reader.municipality_id):
        return Subscription.objects.select_related("course").get(pk=family.subscription.pk)


def is_stopped(family: Family) -> bool:
    return subscription(family).stopped_at is not None


def second_child(aoba: Municipality, family: Family, **dates: object) -> Family:
    """Another child of the same reader."""
    with in_municipality(aoba.pk):
        course = Course.objects.create(municipality=aoba, **dates)
        made = Subscription.objects.create(
            municipality=aoba,
            reader=family.reader,
            endpoint=family.endpoint,
            course=course,
            starts_on=family.subscription.starts_on,
        )
    return Family(family.reader, family.endpoint, course, made)
