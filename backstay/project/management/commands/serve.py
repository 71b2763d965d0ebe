from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backstay.core import postgres
from backstay.project.serve import CannotServe, Options, serve
from backstay.project.supervisor import StartFailed


class Command(BaseCommand):
    help = "Start Backstay: database, web processes and worker, until Ctrl-C"
    needs_database = False  # it starts its own, and keeps it
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=1, help="web processes, all on the one port")
        parser.add_argument("--no-example", action="store_true", help="do not fill an empty database")

    def handle(self, *_: Any, **given: Any) -> None:
        options = Options(given["host"], given["port"], given["processes"], example=not given["no_example"])
        try:
            serve(options, self._tell)
        except (CannotServe, StartFailed, postgres.ServerFailed, postgres.HeldElsewhere) as error:
            raise CommandError(str(error)) from None

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
