from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """SENT: plan, claim, send, reconcile, count."""

    name = "delivery"

    def ready(self) -> None:
        from delivery import checks  # noqa: F401  registers the system check
