from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """WHAT: base texts, local blocks, editions. Django's own app has the label ``messages``."""

    name = "messages"
    label = "stage_messages"
