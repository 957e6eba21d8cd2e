"""Mornings as the delivery's tests make them."""

from tests.delivery.conftest import morning

__all__ = ["morning"]
