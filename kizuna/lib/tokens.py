"""Signed links. A token names ids and a purpose, never a person, and works for that purpose only."""

from django.core import signing


class TokenRefused(Exception):
    """Forged, cut off, or made for another purpose."""


def sign(purpose: str, *ids: int) -> str:
    """A URL-safe token for these ids."""
    return signing.Signer(salt=f"kizuna.{purpose}").sign(".".join(map(str, ids)))


def read(purpose: str, token: str) -> tuple[int, ...]:
    """The ids of a token made by ``sign`` for the same purpose.

    Raises:
        TokenRefused: anything else. The reason is not told: the page is the same for all of them.
    """
    try:
        value = signing.Signer(salt=f"kizuna.{purpose}").unsign(token.rstrip(">.。)、 "))
        return tuple(int(part) for part in value.split("."))
    except (signing.BadSignature, ValueError) as error:
        raise TokenRefused from error
