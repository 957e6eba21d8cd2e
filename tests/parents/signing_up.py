"""Signing up as a parent does it: screen after screen, with what the form itself carries along."""

import re
import time
from datetime import date, datetime
from html import unescape
from typing import Any

import time_machine
from django.test import Client

from kizuna.lib.clock import TOKYO
from municipalities.models import Municipality, Registration, ServiceMail
from municipalities.services.entrance import confirm_url
from municipalities.tenancy.scope import in_municipality

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=TOKYO)
TODAY = NOON.date()
DUE = date(2027, 6, 6)
"""12 weeks 3 days on that day."""

PREGNANT = {"state": "pregnant", "year": "2027", "month": "6", "day": "6"}
CONTACT = {"address": "hanako@example.jp"}


class Parent:
    """A browser without a login, at the municipality's page."""

    def __init__(self, slug: str = "aoba", **client: Any) -> None:
        self.client = Client(headers={"accept-language": "ja"}, **client)
        self.slug = slug

    def opens(self, query: str = "") -> dict[str, str]:
        """The landing page's form, with what it carries hidden."""
        self.shown = self.client.get(f"/m/{self.slug}/{query}").content.decode()
        return hidden(self.shown)

    def posts(self, step: str, **typed: str) -> str:
        answer = self.client.post(f"/m/{self.slug}/register/", {**typed, "step": step})
        assert answer.status_code == 200, answer.status_code
        self.shown = answer.content.decode()
        return self.shown

    def signs_up(
        self, when: dict[str, str] = PREGNANT, /, *, query: str = "", **contact: str
    ) -> str:
        """All three screens, at the pace of a thumb; what the last one shows."""
        carried = self.opens(query)
        self.posts("date", **carried, **when)
        carried = hidden(self.shown)
        with time_machine.travel(_later(), tick=False):
            return self.posts("send", **carried, **{**CONTACT, **contact})


def _later() -> float:
    return time.time() + 5


def hidden(page: str) -> dict[str, str]:
    """Name and value of the hidden fields of a page."""
    found = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def mails(municipality: Municipality) -> list[tuple[str, str]]:
    """Kind and address of every service mail that was written down."""
    with in_municipality(municipality.pk):
        return [(one.kind, one.address) for one in ServiceMail.objects.order_by("pk")]


def registrations(municipality: Municipality) -> list[Registration]:
    with in_municipality(municipality.pk):
        return list(Registration.objects.order_by("pk"))


def link(municipality: Municipality, registration: Registration) -> str:
    """The path of the link in the mail."""
    return "/" + confirm_url(municipality, registration).split("/", 3)[3]
