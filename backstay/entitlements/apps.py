from django.apps import AppConfig


class EntitlementsConfig(AppConfig):
    name = "backstay.entitlements"
    default_auto_field = "django.db.models.BigAutoField"
