"""How staff accounts come into being: by invitation, never by an open form."""

import base64
from urllib.parse import quote

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse

from kizuna.lib.crypto import open_sealed, seal

log = structlog.get_logger("municipalities.accounts")


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves; a manager or a command creates the account."""
        del request
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the reset mail: from our own address, never from a request's Host header."""
        path = reverse(
            "account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}
        ).replace("UID-KEY", quote(key))
        return f"{settings.PUBLIC_BASE_URL}{path}"


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keys of authenticator apps and recovery codes lie sealed, as addresses do.

    A person works for several municipalities, so they belong to none (0).
    """

    def encrypt(self, text: str) -> str:
        """Sealed, in letters for a JSON column."""
        return base64.b64encode(seal(text, where="mfa.secret", municipality_id=0)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again. Raises SealBroken."""
        sealed = base64.b64decode(encrypted_text)
        return open_sealed(sealed, where="mfa.secret", municipality_id=0)


def has_second_step(request: HttpRequest) -> bool:
    """Whether the login of this account asks for more than the password."""
    return bool(is_mfa_enabled(request.user, ["totp", "webauthn"]))


def client_address(request: HttpRequest) -> str:
    """The internet address a request comes from, as the limit on logins counts it.

    Past our own proxies (``TRUSTED_PROXY_COUNT``); empty where there is none, as on a socket, or
    where a request came past fewer proxies than that: no parent is turned away for it.
    """
    try:
        return str(get_client_ip(request) or "")
    except ImproperlyConfigured:
        log.warning("TRUSTED_PROXY_COUNT counts more proxies than a request came past")
        return ""
