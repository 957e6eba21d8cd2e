"""Sealed columns: AES-256-GCM with a key id, bound to table, column and municipality.

A ciphertext moved to another column or another municipality does not open. Addresses are found by
a keyed blind index, which tells equality within one municipality and nothing else.
"""

import base64
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
_KEY_ID = re.compile("[A-Za-z0-9_-]{1,32}")


class SealBroken(Exception):
    """The bytes were changed, moved, or sealed with a key that is not in ENCRYPTION_KEYS."""


def _key(encoded: str, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError(f"{name} must be 32 bytes written in base64.")
    return key


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by id; the first one seals, all of them open."""

    current: str
    keys: dict[str, AESGCM]

    @classmethod
    def from_setting(cls, setting: str) -> "Keyring":
        """From ``k1:<base64>[,k0:<base64>]``. Raises ValueError with a sentence."""
        keys: dict[str, AESGCM] = {}
        for part in setting.split(","):
            name, colon, encoded = part.strip().partition(":")
            if not colon or not _KEY_ID.fullmatch(name):
                raise ValueError(
                    "ENCRYPTION_KEYS is written as id:base64[,older-id:base64]; "
                    "an id is 1 to 32 letters, digits, - or _."
                )
            if name in keys:
                raise ValueError(f"Key {name!r} stands twice in ENCRYPTION_KEYS.")
            keys[name] = AESGCM(_key(encoded, f"Key {name!r} in ENCRYPTION_KEYS"))
        return cls(next(iter(keys)), keys)


@cache
def keyring() -> Keyring:
    """The installation's keys."""
    from django.conf import settings

    return Keyring.from_setting(settings.ENCRYPTION_KEYS)


@cache
def _index_key() -> bytes:
    from django.conf import settings

    return _key(settings.BLIND_INDEX_KEY, "BLIND_INDEX_KEY")


def seal(plaintext: str, *, where: str, municipality_id: int) -> bytes:
    """Encrypt for one column (``where`` is ``table.column``) of one municipality."""
    ring = keyring()
    nonce = os.urandom(NONCE)
    name = ring.current.encode()
    box = ring.keys[ring.current].encrypt(
        nonce, plaintext.encode(), f"{where}:{municipality_id}".encode()
    )
    return bytes([len(name)]) + name + nonce + box


def open_sealed(sealed: bytes, *, where: str, municipality_id: int) -> str:
    """The plaintext. Raises SealBroken."""
    size = 1 + sealed[0] if sealed else 0
    key = keyring().keys.get(sealed[1:size].decode("ascii", "replace"))
    if key is None:
        raise SealBroken(f"{where}: sealed with an unknown key.")
    try:
        nonce, box = sealed[size : size + NONCE], sealed[size + NONCE :]
        return key.decrypt(nonce, box, f"{where}:{municipality_id}".encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"{where}: changed, or moved from elsewhere.") from error


def blind_index(value: str, *, where: str, municipality_id: int | None) -> bytes:
    """A keyed digest for look-ups by equality; differs by column and municipality."""
    return hmac.digest(_index_key(), f"{where}:{municipality_id}:{value}".encode(), hashlib.sha256)


class Sealed:
    """A model attribute that reads and writes a sealed column as text.

    ``address = Sealed("address_sealed", where="endpoint.address")``
    """

    def __init__(self, column: str, *, where: str) -> None:
        self.column = column
        self.where = where

    @overload
    def __get__(self, instance: None, owner: type) -> "Sealed": ...
    @overload
    def __get__(self, instance: object, owner: type) -> str: ...
    def __get__(self, instance: Any, owner: type) -> "Sealed | str":
        if instance is None:
            return self
        return open_sealed(
            bytes(getattr(instance, self.column)),
            where=self.where,
            municipality_id=instance.municipality_id,
        )

    def __set__(self, instance: Any, value: str) -> None:
        if instance.municipality_id is None:
            # It would be bound to "None" and never open again once the municipality is known.
            raise ValueError(f"{self.where}: set the municipality before the sealed text.")
        sealed = seal(value, where=self.where, municipality_id=instance.municipality_id)
        setattr(instance, self.column, sealed)
