from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "backstay.calendars"
    default_auto_field = "django.db.models.BigAutoField"
