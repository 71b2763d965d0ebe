from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from backstay.core.scoping import refuse_without_viewer


def _guard(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.alias == "default" and refuse_without_viewer not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_without_viewer)


class CoreConfig(AppConfig):
    name = "backstay.core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(_guard, dispatch_uid="backstay.core.guard")
