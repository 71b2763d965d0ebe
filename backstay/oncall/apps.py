from importlib import import_module

from django.apps import AppConfig


class OncallConfig(AppConfig):
    name = "backstay.oncall"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstay.oncall.jobs")  # registers the sweeper with the worker
