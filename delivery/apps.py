from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """SENT: plan, claim, send, reconcile, count."""

    name = "delivery"

    def ready(self) -> None:
        from delivery import checks  # noqa: F401  registers the system check
        from delivery.alarms.watch import look_at_domains
        from delivery.tasks import wake_for_service_mail
        from municipalities.signals import domain_checked, service_mail_waiting

        service_mail_waiting.connect(wake_for_service_mail, dispatch_uid="delivery")
        domain_checked.connect(look_at_domains, dispatch_uid="delivery")
