from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.core import commands
from backstay.core.worker import Worker

EXAMPLES = gettext_lazy("""examples:
  backstay worker           beside web processes that are started on their own (`backstay serve` has one)
  backstay worker --once    do what is due now, such as after a restore

exit status: 0 done or told to stop, 1 the database cannot be reached, 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Follows the outbox and runs what is due, until told to stop.")
    examples = EXAMPLES
    requires_system_checks = "__all__"  # it serves nobody, so nothing else would tell

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("do what is due now, then exit"))

    def handle(self, *_args: Any, **options: Any) -> None:
        worker = Worker()
        if options["once"]:
            worker.run_once()
        else:
            worker.run()
