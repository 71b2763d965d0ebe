import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backstay.core import postgres

# What belongs to one life of a database; the secret key stays.
FOLDERS = ("postgres", "files", "mail", "static")


class Command(BaseCommand):
    help = "Delete the embedded database and the uploaded files, to start over"
    needs_database = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_: Any, **given: Any) -> None:
        if postgres.from_environment() is not None:
            raise CommandError("this database is not Backstay's own: drop and create it with its own tools")
        if not given["yes"] and input(f"Delete everything in {settings.VAR}? Type yes: ") != "yes":
            raise CommandError("nothing was deleted")
        try:
            postgres.delete(settings.VAR)
        except postgres.HeldElsewhere as held:
            raise CommandError(f"{held}; stop it first") from None
        for name in FOLDERS:
            shutil.rmtree(settings.VAR / name, ignore_errors=True)
        self.stdout.write("Deleted. The next start begins anew.")
