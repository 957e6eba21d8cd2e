"""The links that let a reader in: to the own page, and to confirm what was asked for."""

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from kizuna.lib import clock, tokens
from municipalities.models import Municipality, Reader, Registration

LINK_DAYS = 30
"""A link into the own page works this long; then its page offers a fresh one."""


def my_url(municipality: Municipality, reader_id: int, generation: int) -> str:
    """A link into a reader's own page, good for ``LINK_DAYS`` from today."""
    today = clock.today().toordinal()
    token = tokens.sign("my", municipality.pk, reader_id, generation, today)
    before, after = _around_the_token(municipality.slug)
    return f"{settings.PUBLIC_BASE_URL}{before}{token}{after}"


@lru_cache(maxsize=2048)  # more than there are municipalities in Japan
def _around_the_token(slug: str) -> tuple[str, str]:
    """Every mail of a morning holds such a link, and Django takes 30 µs to look an address up."""
    before, _, after = reverse("parent:enter", args=[slug, "token"]).rpartition("token")
    return before, after


def reader_of(municipality: Municipality, token: str) -> Reader:
    """Whose page the link opens. Inside ``in_municipality``.

    Raises:
        TokenRefused: forged, of another municipality, too old, ended by its reader, or of a reader
            who is gone. The reason is not told.
    """
    ids = tokens.read("my", token)
    if len(ids) != 4 or ids[0] != municipality.pk:
        raise tokens.TokenRefused
    _, reader_id, generation, day = ids
    try:
        age = (clock.today() - date.fromordinal(day)).days
    except (ValueError, OverflowError) as error:
        raise tokens.TokenRefused from error
    if not 0 <= age <= LINK_DAYS:
        raise tokens.TokenRefused
    reader = Reader.objects.filter(pk=reader_id, link_generation=generation).first()
    if reader is None:
        raise tokens.TokenRefused
    return reader


def confirm_url(municipality: Municipality, registration: Registration) -> str:
    """The link of a confirmation mail. How long it works is written in the row."""
    token = tokens.sign("confirm", municipality.pk, registration.pk)
    path = reverse("parent:confirm", args=[municipality.slug, token])
    return f"{settings.PUBLIC_BASE_URL}{path}"


def registration_of(municipality: Municipality, token: str) -> Registration:
    """What the link confirms, used or expired as it may be. Inside ``in_municipality``.

    Raises:
        TokenRefused: forged, of another municipality, or of a row that is gone.
    """
    ids = tokens.read("confirm", token)
    if len(ids) != 2 or ids[0] != municipality.pk:
        raise tokens.TokenRefused
    found = Registration.objects.filter(pk=ids[1]).first()
    if found is None:
        raise tokens.TokenRefused
    return found
