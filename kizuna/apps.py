from django.apps import AppConfig


class KizunaConfig(AppConfig):
    """The wiring: URLs, Celery, catalogues, static files and the demo's commands."""

    name = "kizuna"

    def ready(self) -> None:
        # Makes this the app that the tasks of the web process publish through.
        import kizuna.celery  # noqa: F401
