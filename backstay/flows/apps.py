from importlib import import_module

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "backstay.flows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstay.flows.receivers")  # registers its readers with the worker
