from pathlib import Path

from django.apps import AppConfig

from backstay.ui import assets


class ConsoleConfig(AppConfig):
    name = "backstay.console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        assets.add("console", Path(self.path) / "static" / "console")
