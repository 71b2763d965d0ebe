from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "backstay.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstay.accounts.jobs")  # registers what the worker does for the boundary
