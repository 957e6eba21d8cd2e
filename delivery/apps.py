from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """SENT: plan, claim, send, reconcile, count."""

    name = "delivery"

    def ready(self) -> None:
        from delivery import checks  # noqa: F401  registers the system check
        from delivery.tasks import wake_for_service_mail
        from municipalities.signals import service_mail_waiting

        service_mail_waiting.connect(wake_for_service_mail, dispatch_uid="delivery")
