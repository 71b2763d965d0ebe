from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "backstay.sla"
    default_auto_field = "django.db.models.BigAutoField"
