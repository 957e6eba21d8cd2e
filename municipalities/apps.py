from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MunicipalitiesConfig(AppConfig):
    """WHO: tenants, staff, readers, and the walls between tenants."""

    name = "municipalities"

    def ready(self) -> None:
        from municipalities.tenancy import checks  # noqa: F401  registers the system checks
        from municipalities.tenancy.shared import grant_shared_tables

        post_migrate.connect(grant_shared_tables, sender=self)
