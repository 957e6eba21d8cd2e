"""A reader on the own page: in by the link of a mail, and what stands in the database afterwards."""

from typing import Any

from django.conf import settings
from django.test import Client

from municipalities.models import Course, Municipality, Reader, Subscription
from municipalities.services.entrance import my_url
from municipalities.tenancy.scope import in_municipality
from tests.world import Family


def link_of(municipality: Municipality, family: Family) -> str:
    """The path of the link at the end of this reader's mails."""
    with in_municipality(municipality.pk):
        reader = Reader.objects.get(pk=family.reader.pk)
        url = my_url(municipality, reader.pk, reader.link_generation)
    return url.removeprefix(settings.PUBLIC_BASE_URL)


def come_in(municipality: Municipality, family: Family) -> Client:
    """A browser that opened the link."""
    browser = Client()
    assert browser.get(link_of(municipality, family)).status_code == 302
    return browser


def page(browser: Client, path: str = "/m/aoba/my/") -> str:
    """What the page says, in one line."""
    return words(browser.get(path))


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def two_screens(browser: Client, path: str, typed: dict[str, str]) -> Any:
    """Type, see what was understood, press the second screen's button."""
    said_back = browser.post(path, typed)
    assert said_back.status_code == 200, words(said_back)
    return browser.post(path, {**typed, "step": "save"})


def boxes(day: Any, **more: str) -> dict[str, str]:
    return {
        "year": str(day.year),
        "month": str(day.month),
        "day": str(day.day),
        "children": "1",
        **more,
    }


def course_of(family: Family) -> Course:
    with in_municipality(family.reader.municipality_id):
        return Course.objects.get(pk=family.course.pk)


def subscription_of(family: Family) -> Subscription:
    with in_municipality(family.reader.municipality_id):
        return Subscription.objects.select_related("course", "endpoint").get(
            pk=family.subscription.pk
        )


def reader_of(family: Family) -> Reader:
    with in_municipality(family.reader.municipality_id):
        return Reader.objects.get(pk=family.reader.pk)
