"""Where a cause is mended: the address behind its one button."""

from django.urls import reverse

from municipalities.models import Municipality


def address_of(place: str, municipality: Municipality | None = None) -> str:
    """The page's path. A console page is of one municipality, a page of the NPO is of all."""
    if place.startswith("console:"):
        return reverse(place, args=[municipality.slug if municipality else ""])
    return reverse(place)
