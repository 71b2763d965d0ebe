import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backstay.core import commands, scoping
from backstay.plans import actions, catalogue, changes, queries
from backstay.plans.catalogue import BadCatalogue, Catalogue, Problem
from backstay.plans.matrix import Matrix, Part, matrix, parts

EXAMPLES = gettext_lazy("""examples:
  backstay plans show                     what is sold and promised, as a table
  backstay plans show --lang ro           the same in Romanian
  backstay plans show --format json       the same for programs
  backstay plans check my-plans.toml      is this file right? needs no database
  backstay plans diff my-plans.toml       what would it change?
  backstay plans apply my-plans.toml      put it in force; promises already made keep theirs

exit status: 0 done, 1 the file is wrong or cannot be read, 2 wrong usage
""")


class Command(commands.Command):
    help = gettext_lazy("Checks, compares, applies and shows the plan catalogue.")
    examples = EXAMPLES

    @staticmethod
    def needs_database(arguments: list[str]) -> bool:
        """Checking a file works on the file alone."""
        return "check" not in arguments[:1]

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="check|diff|apply|show")
        for verb, words in {
            "check": _("tell what is wrong with a catalogue file, or that nothing is"),
            "diff": _("tell what a catalogue file would change"),
            "apply": _("put a catalogue file in force"),
        }.items():
            verbs.add_parser(verb, help=words).add_argument("file", type=Path, metavar="FILE")
        show = verbs.add_parser("show", help=_("print the plan matrix that is in force"))
        show.add_argument("--lang", choices=[code for code, _name in settings.LANGUAGES], default="en")
        show.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "show":
            self._show(lang=options["lang"], as_json=options["format"] == "json")
            return
        source = self._source(options["file"])
        try:
            {"check": self._check, "diff": self._diff, "apply": self._apply}[options["verb"]](source)
        except BadCatalogue as error:
            self._refuse(options["file"], error)

    def _check(self, source: str) -> None:
        read = catalogue.read(source)
        self._warn(read.warnings)
        count = len(read.catalogue.plans)
        words = ngettext(
            "The file is right: %(count)d plan (%(plans)s).",
            "The file is right: %(count)d plans (%(plans)s).",
            count,
        )
        self.stdout.write(words % {"count": count, "plans": ", ".join(read.catalogue.plans)})

    def _diff(self, source: str) -> None:
        read = catalogue.read(source)
        before = self._in_force()
        self._warn(read.warnings)
        found = changes.changes(before, read.catalogue)
        if not found:
            self.stdout.write(_("Nothing would change."))
            return
        self._list(_("Customers would read:"), changes.cell_changes(before, read.catalogue, "en"))
        self._list(_("In the file:"), found)

    def _apply(self, source: str) -> None:
        with scoping.acting(scoping.machine("plans")) as machine:
            applied = actions.apply(source=source, by=machine, at=datetime.now(UTC))
        self._warn(applied.warnings)
        words = (
            _("Catalogue %(number)d is in force. Promises already made keep theirs.")
            if applied.is_new
            else _("Nothing to do: catalogue %(number)d, which is in force, says the same.")
        )
        self.stdout.write(words % {"number": applied.version.number})

    def _show(self, *, lang: str, as_json: bool) -> None:
        in_force = self._in_force()
        table, further = matrix(in_force, lang), parts(in_force, lang)
        if as_json:
            said = table.to_dict() | {part.key: [list(line) for line in part.lines] for part in further}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n\n".join([_drawn(table), *map(_listed, further)]))

    def _in_force(self) -> Catalogue:
        with scoping.acting(scoping.PUBLIC):
            return queries.catalogue(queries.current(datetime.now(UTC)))

    def _source(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            self._end(_("%(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror})
        except UnicodeDecodeError:
            self._end(_("%(file)s is not a text in UTF-8") % {"file": path})

    def _refuse(self, path: Path, error: BadCatalogue) -> NoReturn:
        count = len(error.problems)
        words = ngettext(
            "%(file)s: %(count)d problem. Nothing was changed.",
            "%(file)s: %(count)d problems. Nothing was changed.",
            count,
        )
        lines = [words % {"file": path, "count": count}, *(f"  {problem}" for problem in error.problems)]
        self._end("\n".join(lines))

    def _warn(self, warnings: tuple[Problem, ...]) -> None:
        for warning in warnings:
            self.stderr.write(_("Look again: %(warning)s") % {"warning": warning})

    def _list(self, heading: str, lines: tuple[Any, ...]) -> None:
        if lines:
            self.stdout.write("\n".join([heading, *(f"  {line}" for line in lines)]))

    def _end(self, words: str) -> NoReturn:
        self.stderr.write(words)
        sys.exit(1)


def _drawn(table: Matrix) -> str:
    """The matrix in columns, each group under its heading."""
    rows = [("", *table.names), *((f"  {row.label}", *row.cells) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    drawn = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines, group = [drawn[0], "-" * max(map(len, drawn))], ""
    for row, line in zip(table.rows, drawn[1:], strict=True):
        if row.group != group:
            lines.append(group := row.group)
        lines.append(line)
    return "\n".join(lines)


def _listed(part: Part) -> str:
    width = max(len(left) for left, _right in part.lines)
    return "\n".join([part.heading, *(f"  {left.ljust(width)}  {right}" for left, right in part.lines)])
