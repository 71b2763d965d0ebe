from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "backstay.conversations"
    default_auto_field = "django.db.models.BigAutoField"
