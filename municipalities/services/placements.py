"""Printed and posted things by which parents find the page: each has a code of its own."""

import re
import secrets

from django.conf import settings
from django.urls import reverse

from municipalities.models import Municipality, Placement

# Nothing that is mistaken for something else when it is typed from paper: no 0 and o, no 1, i and l.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 6


def add_placement(municipality: Municipality, name: str) -> Placement:
    """Name one printed thing and give it its code. Inside ``in_municipality``."""
    while True:
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        made, is_new = Placement.objects.get_or_create(
            municipality=municipality, code=code, defaults={"name": name}
        )
        if is_new:
            return made


def placement_url(municipality: Municipality, placement: Placement) -> str:
    """The address to print, as text or as a QR code."""
    printed = f"{municipality.slug}-{placement.code}"
    return f"{settings.PUBLIC_BASE_URL}{reverse('placement', args=[printed])}"


def placement_of(code: str) -> Placement | None:
    """Whose code this is; None for a code nobody knows: that is no mistake of the parent's."""
    if not re.fullmatch("[a-z0-9]{1,12}", code.lower()):
        return None
    return Placement.objects.filter(code=code.lower()).first()
