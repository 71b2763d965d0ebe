from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.core import commands, postgres
from backstay.project.serve import CannotServe, Options, serve
from backstay.project.supervisor import StartFailed

EXAMPLES = gettext_lazy("""examples:
  backstay serve                                  on http://127.0.0.1:8000, with an example world
  backstay serve --port 9000 --no-example         elsewhere, and empty
  backstay serve --host 0.0.0.0 --processes 4     for others, on four cores

exit status: 0 stopped when told, 1 could not start (the reason is printed), 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Starts Backstay: database, web processes and worker, until Ctrl-C.")
    examples = EXAMPLES
    needs_database = False  # it starts its own, and keeps it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen on"))
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=1, help=_("web processes, all on the one port"))
        parser.add_argument("--no-example", action="store_true", help=_("do not fill an empty database"))

    def handle(self, *_args: Any, **given: Any) -> None:
        options = Options(given["host"], given["port"], given["processes"], example=not given["no_example"])
        try:
            serve(options, self._tell)
        except (CannotServe, StartFailed, postgres.ServerFailed, postgres.HeldElsewhere) as error:
            raise CommandError(str(error)) from None

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
