from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "backstay.cases"
    default_auto_field = "django.db.models.BigAutoField"
