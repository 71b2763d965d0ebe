from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "backstay.escalation"
    default_auto_field = "django.db.models.BigAutoField"
