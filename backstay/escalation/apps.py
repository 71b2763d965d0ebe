from importlib import import_module

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "backstay.escalation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("backstay.escalation.receivers")  # registers its readers with the worker
        import_module("backstay.escalation.jobs")  # registers the sweeper with the worker
        import_module("backstay.escalation.wording")  # registers what pages say
