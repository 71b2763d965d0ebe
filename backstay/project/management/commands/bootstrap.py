from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from backstay.project.bootstrap import bootstrap


class Command(BaseCommand):
    help = "Migrate the database and load what ships, where it is missing (every start does this)"
    requires_system_checks: list[str] = []

    def handle(self, *_: Any, **__: Any) -> None:
        bootstrap(at=datetime.now(UTC))
