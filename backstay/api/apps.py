from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "backstay.api"
    default_auto_field = "django.db.models.BigAutoField"
