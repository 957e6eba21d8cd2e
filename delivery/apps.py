from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """SENT: plan, claim, send, reconcile, count."""

    name = "delivery"
