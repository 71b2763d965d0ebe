from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "backstay.cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstay.cases.jobs")  # registers what cases do by themselves
        import_module("backstay.cases.receivers")  # registers its readers with the worker
