from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backstay.core.worker import Worker


class Command(BaseCommand):
    help = "Follow the outbox and run what is due, until told to stop"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then exit")

    def handle(self, *_: Any, **options: Any) -> None:
        worker = Worker()
        if options["once"]:
            worker.run_once()
        else:
            worker.run()
