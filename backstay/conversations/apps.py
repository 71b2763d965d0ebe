from importlib import import_module

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "backstay.conversations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstay.conversations.jobs")  # registers its task with the worker
