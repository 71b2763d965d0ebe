from django.apps import AppConfig


class OncallConfig(AppConfig):
    name = "backstay.oncall"
    default_auto_field = "django.db.models.BigAutoField"
