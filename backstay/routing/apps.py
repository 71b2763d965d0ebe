from importlib import import_module

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "backstay.routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in ("receivers", "jobs"):
            import_module(f"backstay.routing.{module}")  # registers its readers and tasks with the worker
