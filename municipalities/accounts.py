"""How staff accounts come into being: by invitation, never by an open form."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves; a manager or a command creates the account."""
        del request
        return False
