from importlib import import_module

from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "backstay.sla"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstay.sla.jobs")  # registers the sweeper with the worker
