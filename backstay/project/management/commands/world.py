import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.core import commands
from backstay.project import world

EXAMPLES = gettext_lazy("""examples:
  backstay world fill                     fill an empty database (the first start does this by itself)
  backstay world sign-ins                 who may sign in to it
  backstay world sign-ins --format json   the same for programs

exit status: 0 done, 1 there is something in the database already, 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Fills an empty database with an example world, and tells who may sign in to it.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["fill", "sign-ins"])
        parser.add_argument("--cases", type=int, default=world.CASES, help=_("how many cases (200)"))
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **given: Any) -> None:
        filled = self._fill(given["cases"]) if given["verb"] == "fill" else None
        found = world.sign_ins()
        if given["format"] == "json":
            filled_as = {"filled": asdict(filled)} if filled else {}
            listed = {"sign_ins": [asdict(each) for each in found]}
            self.stdout.write(json.dumps(filled_as | listed, ensure_ascii=False, indent=2))
            return
        for line in world.listed(found) or [_("There is no example world in this database.")]:
            self.stdout.write(line)

    def _fill(self, cases: int) -> world.Filled:
        try:
            return world.fill(at=datetime.now(UTC), cases=cases, tell=self._tell)
        except world.NotEmpty as error:
            raise CommandError(_("%(error)s; nothing was changed") % {"error": error}) from None

    def _tell(self, words: str) -> None:
        self.stderr.write(words)
        self.stderr.flush()
