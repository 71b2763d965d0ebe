import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.color import no_style
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backstay.core import commands
from backstay.plans.queries import UnknownPlan
from backstay.project import load

EXAMPLES = gettext_lazy("""examples:
  backstay bench load --cases 100000                  load until there are so many; again: go on
  backstay bench load --cases 100000 --format json    the figures for programs
  backstay bench drop                                 take them out again

Meant for a database that is there to be measured. Ctrl-C loses at most the block in work.
exit status: 0 done, 1 the plans in force do not fit, 2 wrong usage, 130 interrupted
""")


class Command(commands.Command):
    help = gettext_lazy("Loads many cases for measuring, and takes them out again.")
    examples = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="load|drop")
        loading = verbs.add_parser("load", help=_("load cases with messages, clocks and history"))
        loading.add_argument(
            "--cases", type=_positive, required=True, metavar="N", help=_("so many in the end")
        )
        dropping = verbs.add_parser("drop", help=_("remove what was loaded"))
        for verb in (loading, dropping):
            verb.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **given: Any) -> None:
        self.style = no_style()
        words, figures = self._load(given["cases"]) if given["verb"] == "load" else self._drop()
        self.stdout.write(json.dumps(figures, indent=2) if given["format"] == "json" else words)

    def _load(self, cases: int) -> tuple[str, dict[str, Any]]:
        try:
            done = load.load(cases=cases, at=datetime.now(UTC), tell=self._tell)
        except UnknownPlan as error:
            words = _("%(error)s; the load needs the plans that ship") % {"error": error}
            raise CommandError(words) from None
        words = _("Loaded cases: %(cases)s, of them now: %(added)s, a second: %(speed)s") % {
            "cases": f"{done.cases:,}",
            "added": f"{done.added:,}",
            "speed": f"{done.per_second:,.0f}",
        }
        return words, asdict(done) | {"per_second": done.per_second}

    def _drop(self) -> tuple[str, dict[str, Any]]:
        found = load.drop(tell=self._tell)
        return _("Organisations that are gone with their cases: %(count)s") % {"count": f"{found:,}"}, {
            "organisations": found
        }

    def _tell(self, words: str) -> None:
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(_("at least 1"))
    return number
